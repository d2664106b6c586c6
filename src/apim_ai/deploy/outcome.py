"""What a deployment did, change by change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from apim_ai.deploy.service import ForeignError

if TYPE_CHECKING:
    from apim_ai.deploy.plan import Action, Change
    from apim_ai.errors import ApimAiError

__all__ = ["Outcome", "Progress", "State"]

State = Literal["done", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change.

    Args:
        action: what was to be done.
        kind: the kind's name.
        id: of the resource.
        state: done, failed, or skipped because of another one.
        error: why it failed or was skipped.
        where: the place in the project that the error is about.
        help: what to do about it.
        seconds: how long it took.
        is_foreign: whether it was not created because somebody else has created it.
        warning: what the service made of it other than was sent.
    """

    action: Action
    kind: str
    id: str
    state: State
    error: str | None = None
    where: str | None = None
    help: str | None = None
    seconds: float = 0.0
    is_foreign: bool = False
    warning: str | None = None

    @classmethod
    def of(
        cls, change: Change, seconds: float, error: ApimAiError | None = None, warning: str | None = None
    ) -> Outcome:
        """Return the outcome of a change that was tried."""
        state: State = "done" if error is None else "failed"
        if error is None:
            return cls(change.action, change.kind, change.id, state, seconds=seconds, warning=warning)
        said = (error.message, error.where, error.help)
        foreign = isinstance(error, ForeignError)
        return cls(change.action, change.kind, change.id, state, *said, seconds, foreign)

    @classmethod
    def skipped(cls, change: Change, reason: str) -> Outcome:
        """Return the outcome of a change that was not tried."""
        return cls(change.action, change.kind, change.id, "skipped", reason)


class Progress(Protocol):
    """Hears of the changes as they happen, from several threads."""

    def started(self, change: Change) -> None:
        """Hear that a change is about to be sent."""
        ...

    def finished(self, outcome: Outcome) -> None:
        """Hear what became of a change."""
        ...
