"""Long-running operations: a PUT or DELETE that answers before its outcome may be asked for.

The entity is written before the first answer, so that an acknowledged write is on disk; only the outcome is told later,
after as many polls as are configured. Headers and bodies have the shapes of the service's specification.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from apim_ai.arm.call import Answer
from apim_ai.arm.refusal import Refusal, not_found
from apim_ai.arm.world import iso

if TYPE_CHECKING:
    from apim_ai.arm.call import Call
    from apim_ai.arm.world import World

__all__ = ["Operation", "Operations"]

_LONGEST = 10.0  # seconds that an operation takes at most, however few polls come
_BETWEEN_POLLS = ("retry-after-ms", "50")  # a whole second, the least of Retry-After, would make local runs slow


@dataclass(frozen=True, slots=True)
class Operation:
    """One long-running operation.

    Args:
        id: what callers ask for.
        target: the id of the entity it is about.
        code: the status that the finished call has: 200, 201 or 204.
        polls: how many more polls are answered with "in progress".
        started: seconds since 1970.
        error: the error object of a failed operation.
        log: what was found, in the service's form.
    """

    id: str
    target: str
    code: int
    polls: int
    started: float
    error: dict[str, Any] | None = None
    log: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    @property
    def is_pending(self) -> bool:
        """Whether the outcome is not told yet."""
        return self.polls > 0

    def content(self) -> dict[str, Any]:
        """Return what is stored of it."""
        return {
            "id": self.id, "target": self.target, "code": self.code, "polls": self.polls, "started": self.started,
            "error": self.error, "log": self.log,
        }  # fmt: skip


class Operations:
    """The long-running operations of a control plane.

    Args:
        world: what there is.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._pending: dict[str, Operation] = {}

    def begin(
        self, target: str, code: int, polls: int, error: Refusal | None = None, log: list[dict[str, str]] | None = None
    ) -> Operation:
        """Return a new operation, which the caller stores together with its change."""
        identifier = self._world.make_key()[:24]
        started = self._world.clock.now()
        # With n polls configured the first n - 1 are told "in progress".
        failure = error.error if error else None
        operation = Operation(identifier, target, code, max(0, polls - 1), started, failure, log or [])
        if operation.is_pending:
            self._pending[identifier] = operation
        return operation

    def headers(self, call: Call, operation: Operation) -> tuple[tuple[str, str], ...]:
        """Return the headers that tell a caller where to ask for the outcome."""
        version = call.query.get("api-version", "")
        service = self._world.service
        results = service.full(f"tenant/operationResults/{operation.id}")
        location = (
            f"{service.full(operation.target)}?api-version={version}&asyncId={operation.id}&asyncCode={operation.code}"
        )
        further = (_BETWEEN_POLLS,) if operation.is_pending else ()
        return (
            ("Azure-AsyncOperation", call.url(f"{results}?api-version={version}")),
            ("Location", call.url(location)),
            *further,
        )

    def poll(self, identifier: str) -> Operation:
        """Return the state of an operation, and count this as one poll.

        Raises:
            Refusal: there is no such operation.
        """
        self._forget_abandoned()
        operation = self._pending.get(identifier) or self._stored(identifier)
        if operation.is_pending:
            self._pending[identifier] = replace(operation, polls=operation.polls - 1)
            self._world.store.remember(identifier, self._pending[identifier].content())
            if not self._pending[identifier].is_pending:
                del self._pending[identifier]
        return operation

    def result(self, operation: Operation) -> Answer:
        """Return the body of a status poll."""
        status = "InProgress" if operation.is_pending else "Failed" if operation.error else "Succeeded"
        body: dict[str, Any] = {
            "id": self._world.service.full(f"tenant/operationResults/{operation.id}"),
            "name": operation.id,
            "status": status,
            "started": iso(operation.started),
            "updated": self._world.now(),
            "resultInfo": None,
            "error": None if operation.is_pending else operation.error,
            "actionLog": operation.log,
        }
        return Answer(200, body, (_BETWEEN_POLLS,) if operation.is_pending else ())

    def is_busy(self, api: str) -> bool:
        """Tell whether an operation on an API, or on something that belongs to it, is still running."""
        self._forget_abandoned()
        return any(_api_of(operation.target) == api.lower() for operation in self._pending.values())

    def _forget_abandoned(self) -> None:
        """End the operations that nobody polls, as of a client that was killed: they must not lock an API for ever."""
        oldest = self._world.clock.now() - _LONGEST
        for operation in [found for found in self._pending.values() if found.started < oldest]:
            self._world.store.remember(operation.id, replace(operation, polls=0).content())
            del self._pending[operation.id]

    def _stored(self, identifier: str) -> Operation:
        content = self._world.store.operation(identifier)
        if content is None:
            raise not_found("operation")
        return Operation(**content)


def _api_of(identifier: str) -> str:
    return "/".join(identifier.lower().partition(";rev=")[0].split("/")[:2])
