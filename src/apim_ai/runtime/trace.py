"""The trace of one exchange: which policies ran, where they stand, what they decided."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.source import Span

__all__ = ["Change", "Step", "Trace", "TraceEntry"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not what it was; None where it was not there, or is no more."""

    what: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Step:
    """One policy that began.

    `seconds` is None until it ended; `notes` are its decisions ("when 2 holds"); `depth` counts enclosing policies;
    `changes`, in a detailed trace, are the variables, headers and the like that the policy changed itself.
    """

    policy: str
    section: str
    scope: str
    span: Span | None
    depth: int
    started: float
    seconds: float | None = None
    notes: list[str] = field(default_factory=list[str])
    error: str | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """What the `trace` policy or `context.Trace` wrote."""

    source: str
    severity: str
    message: str
    metadata: tuple[tuple[str, str], ...] = ()


# The open steps of all traces, the innermost last: each branch of `wait` is a task and so has a list of its own.
_OPEN: ContextVar[tuple[tuple[Trace, Step], ...]] = ContextVar("open_steps", default=())


class Trace:
    """Collects the steps of an exchange. Steps are kept in the order in which they began.

    Attributes:
        is_detailed: whether each step tells what it changed; that costs more than most policies do.
    """

    __slots__ = ("entries", "is_detailed", "settings_used", "steps")

    def __init__(self) -> None:
        self.is_detailed = False
        self.steps: list[Step] = []
        self.entries: list[TraceEntry] = []
        self.settings_used: dict[str, str] = {}

    def begin(self, policy: str, section: str, scope: str, span: Span | None, now: float) -> Step:
        """Open a step inside the innermost open one."""
        enclosing = _OPEN.get()
        depth = enclosing[-1][1].depth + 1 if enclosing and enclosing[-1][0] is self else 0
        step = Step(policy, section, scope, span, depth, now)
        self.steps.append(step)
        _OPEN.set((*enclosing, (self, step)))
        return step

    def end(self, step: Step, now: float) -> None:
        """Close a step."""
        step.seconds = now - step.started
        enclosing = _OPEN.get()
        if enclosing and enclosing[-1][1] is step:
            _OPEN.set(enclosing[:-1])

    def note(self, text: str) -> None:
        """Write a decision to the innermost open step."""
        enclosing = _OPEN.get()
        if enclosing and enclosing[-1][0] is self:
            enclosing[-1][1].notes.append(text)

    def decided_by(self, setting: str, value: object) -> None:
        """Record that a named setting for undocumented behaviour decided something."""
        self.settings_used[setting] = str(value)
