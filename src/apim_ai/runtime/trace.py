"""The trace of one exchange: which policies ran, where they stand, what they decided."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
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


class Step:
    """One policy that began.

    `seconds` is None until it ended; `notes` are its decisions ("when 2 holds"); `depth` counts enclosing policies;
    `changes`, in a detailed trace, are the variables, headers and the like that the policy changed itself.
    """

    __slots__ = (
        "changes", "depth", "enclosing", "error", "notes", "policy", "scope", "seconds", "section", "span", "started",
    )  # fmt: skip

    def __init__(
        self, policy: str, section: str, scope: str, span: Span | None, started: float, enclosing: Step | None = None
    ) -> None:
        self.policy = policy
        self.section = section
        self.scope = scope
        self.span = span
        self.started = started
        self.enclosing = enclosing
        self.depth: int = 0 if enclosing is None else enclosing.depth + 1
        self.seconds: float | None = None
        self.notes: list[str] = []
        self.error: str | None = None
        self.changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """What the `trace` policy or `context.Trace` wrote."""

    source: str
    severity: str
    message: str
    metadata: tuple[tuple[str, str], ...] = ()


class _Branch:
    """A part of an exchange that runs beside others, and its innermost open step."""

    __slots__ = ("innermost", "trace")

    def __init__(self, trace: Trace, innermost: Step | None) -> None:
        self.trace = trace
        self.innermost = innermost


_BRANCH: ContextVar[_Branch | None] = ContextVar("branch", default=None)


class Trace:
    """Collects the steps of an exchange. Steps are kept in the order in which they began.

    Attributes:
        is_detailed: whether each step tells what it changed; that costs more than most policies do.
        innermost: the innermost open step, of what runs in no branch.
    """

    __slots__ = ("_has_branches", "entries", "innermost", "is_detailed", "settings_used", "steps")

    def __init__(self) -> None:
        self.is_detailed = False
        self.steps: list[Step] = []
        self.entries: list[TraceEntry] = []
        self.settings_used: dict[str, str] = {}
        self.innermost: Step | None = None
        self._has_branches = False

    def begin(self, policy: str, section: str, scope: str, span: Span | None, now: float) -> Step:
        """Open a step inside the innermost open one."""
        place = self._place() if self._has_branches else self
        step = place.innermost = Step(policy, section, scope, span, now, place.innermost)
        self.steps.append(step)
        return step

    def end(self, step: Step, now: float) -> None:
        """Close a step."""
        step.seconds = now - step.started
        place = self._place() if self._has_branches else self
        if place.innermost is step:
            place.innermost = step.enclosing

    def note(self, text: str) -> None:
        """Write a decision to the innermost open step."""
        step = (self._place() if self._has_branches else self).innermost
        if step is not None:
            step.notes.append(text)

    def branch(self) -> None:
        """Keep the steps of the running task apart from those that run beside it."""
        _BRANCH.set(_Branch(self, self._place().innermost))
        self._has_branches = True

    def decided_by(self, setting: str, value: object) -> None:
        """Record that a named setting for undocumented behaviour decided something."""
        self.settings_used[setting] = str(value)

    def _place(self) -> Trace | _Branch:
        branch = _BRANCH.get()
        return branch if branch is not None and branch.trace is self else self
