"""The trace of one exchange: which policies ran, where they stand, what they decided.

Every request writes one and few are ever read: what happens is put down as it happens, and made into steps for whoever
asks for them.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from apim_ai.source import Span

__all__ = ["Change", "Changed", "Failed", "Log", "Step", "Trace", "TraceEntry", "Traced"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not what it was; None where it was not there, or is no more."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One policy that began.

    `seconds` is None until it ended; `notes` are its decisions ("when 2 holds"); `depth` counts enclosing policies;
    `changes`, in a detailed trace, are the variables, headers and the like that the policy changed itself.
    """

    policy: str
    section: str
    scope: str
    span: Span | None
    started: float
    depth: int = 0
    seconds: float | None = None
    notes: tuple[str, ...] = ()
    error: str | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """What the `trace` policy or `context.Trace` wrote."""

    source: str
    severity: str
    message: str
    metadata: tuple[tuple[str, str], ...] = ()


class Traced(Protocol):
    """What a trace needs of a policy."""

    @property
    def element_name(self) -> str: ...
    @property
    def span(self) -> Span | None: ...


@dataclass(frozen=True, slots=True)
class Failed:
    """The running policy failed."""

    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The running policy changed something."""

    changes: tuple[Change, ...]


Began: TypeAlias = "tuple[Traced, str, str, float]"
"""A policy that begins: itself, its section and scope, and when."""

Happening: TypeAlias = "Began | float | str | Failed | Changed | list[Happening]"
"""A policy begins, one ends (when), or notes something, or fails, or changed something; or a branch begins."""

Log: TypeAlias = "list[Happening]"


@dataclass(frozen=True, slots=True)
class _Branch:
    """A part of an exchange that runs beside others, and what happens in it."""

    trace: Trace
    log: Log


_BRANCH: ContextVar[_Branch | None] = ContextVar("branch", default=None)


class Trace:
    """Collects what happens in an exchange.

    Attributes:
        is_detailed: whether each step tells what it changed; that costs more than most policies do.
        redact: takes secrets out of what steps say, for whoever reads them; None where there are none.
        entries: what policies and expressions wrote into the trace on purpose.
        settings_used: the named settings for undocumented behaviour that decided something, with their values.
        log: what happened outside of any branch, oldest first.
        has_branches: whether there is more than `log`; `place` then finds where the running task writes.
    """

    __slots__ = ("entries", "has_branches", "is_detailed", "log", "redact", "settings_used")

    def __init__(self) -> None:
        self.is_detailed = False
        self.redact: Callable[[str], str] | None = None
        self.entries: list[TraceEntry] = []
        self.settings_used: dict[str, str] = {}
        self.log: Log = []
        self.has_branches = False

    def begin(self, policy: Traced, section: str, scope: str, now: float) -> None:
        """Open a step inside the innermost open one."""
        self.place().append((policy, section, scope, now))

    def end(self, now: float) -> None:
        """Close the innermost open step."""
        self.place().append(now)

    def note(self, text: str) -> None:
        """Write a decision to the innermost open step."""
        (self.place() if self.has_branches else self.log).append(text)

    def branch(self) -> None:
        """Keep the steps of the running task apart from those that run beside it."""
        log: Log = []
        self.place().append(log)
        _BRANCH.set(_Branch(self, log))
        self.has_branches = True

    def decided_by(self, setting: str, value: object) -> None:
        """Record that a named setting for undocumented behaviour decided something."""
        self.settings_used[setting] = str(value)

    def place(self) -> Log:
        """Return where the running task writes."""
        branch = _BRANCH.get() if self.has_branches else None
        return branch.log if branch is not None and branch.trace is self else self.log

    @property
    def steps(self) -> Sequence[Step]:
        """The steps, in the order in which they began, without secrets."""
        opened = [*_opened(self.log, None)]
        if self.has_branches:
            opened.sort(key=lambda each: each.began[3])
        return [each.step(self.redact or str) for each in opened]


@dataclass(slots=True)
class _Opened:
    """A step while a log is read."""

    began: Began
    enclosing: _Opened | None
    depth: int
    seconds: float | None = None
    error: str | None = None
    notes: list[str] = field(default_factory=list[str])
    changes: tuple[Change, ...] = ()

    def step(self, redact: Callable[[str], str]) -> Step:
        """Return what became of it."""
        policy, section, scope, started = self.began
        return Step(
            policy.element_name,
            section,
            scope,
            policy.span,
            started,
            self.depth,
            self.seconds,
            tuple(map(redact, self.notes)),
            None if self.error is None else redact(self.error),
            tuple(
                Change(each.what, *(None if text is None else redact(text) for text in (each.before, each.after)))
                for each in self.changes
            ),
        )


def _opened(log: Log, around: _Opened | None) -> Iterator[_Opened]:
    """Yield the steps that a log tells of; `around` is the step in which it was written."""
    innermost = around
    for happening in log:
        match happening:
            case tuple():
                innermost = _Opened(happening, innermost, 0 if innermost is None else innermost.depth + 1)
                yield innermost
            case list():
                yield from _opened(happening, innermost)
            case _ if innermost is None:
                pass  # nobody's
            case str():
                innermost.notes.append(happening)
            case Failed():
                innermost.error = innermost.error or happening.text
            case Changed():
                innermost.changes = happening.changes
            case _:
                innermost.seconds = happening - innermost.began[3]
                innermost = innermost.enclosing
