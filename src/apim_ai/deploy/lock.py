"""A lock in the service, so that two deployments of a project never interleave.

The API has no "create only if absent", so the very first lock is put and then read back. Later ones are taken by
compare-and-swap on the version. A lock that nobody renewed for its time to live is free.
"""

from __future__ import annotations

import json
import secrets
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.ledger import own_prefix
from apim_ai.deploy.service import ChangedError
from apim_ai.errors import Refused
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apim_ai.deploy.service import Entity, Service

__all__ = ["Lock", "holder", "lock_id"]

_FREE = "free"
_TIME_TO_LIVE = timedelta(minutes=10)


def lock_id(stack: str) -> str:
    """Return the id of the named value that is the lock of a stack."""
    return f"namedValues/{own_prefix(stack)}lock"


class Lock:
    """The lock of one stack, held between `acquire` and `release`.

    Args:
        service: the control plane.
        stack: the project's name.
        who: shown to whoever finds the lock held.
        now: tells the time.
    """

    def __init__(self, service: Service, stack: str, who: str, now: Callable[[], datetime]) -> None:
        self._service = service
        self._id = lock_id(stack)
        self._who = who
        self._now = now
        self._nonce = secrets.token_hex(8)
        self._kind = kinds.find("named_value")
        self._since: datetime | None = None
        self._etag: str | None = None
        self._renewing = threading.Lock()

    def acquire(self, *, force: bool = False) -> None:
        """Take the lock; `verify` must follow.

        Args:
            force: take it from whoever holds it.

        Raises:
            Refused: another deployment holds it.
        """
        current = self._service.get(self._kind, self._id)
        held = holder(current, self._now()) if current else None
        if held and not force:
            raise self._refused(held)
        try:
            self._put(current.etag if current else None)
        except ChangedError as error:
            raise self._refused(self._holder()) from error

    def verify(self, named_values: Iterable[Entity]) -> None:
        """Make sure that the lock is ours, by a list of named values that was read after it was taken.

        Raises:
            Refused: somebody else put it at the same moment.
        """
        current = next((entity for entity in named_values if entity.id.lower() == self._id.lower()), None)
        if current is None or _content(current).get("run") != self._nonce:
            raise self._refused((holder(current, self._now()) if current else None) or "somebody else")

    def renew(self) -> None:
        """Prolong the lock when a third of its time has passed; several threads may ask.

        Raises:
            Refused: somebody took the lock by force.
        """
        if self._since is None or self._now() - self._since <= _TIME_TO_LIVE / 3:
            return
        if self._renewing.acquire(blocking=False):
            try:
                self._put(self._etag)
            except ChangedError as error:
                raise self._refused(self._holder()) from error
            finally:
                self._renewing.release()

    def release(self) -> None:
        """Give the lock back, unless somebody else took it."""
        if self._since is not None:
            with suppress(ChangedError):
                self._write(_FREE, self._etag)
            self._since = None

    def _put(self, etag: str | None) -> None:
        now = self._now()
        content = {"run": self._nonce, "who": self._who, "since": _iso(now), "until": _iso(now + _TIME_TO_LIVE)}
        self._etag = self._write(json.dumps(content, separators=(",", ":")), etag).etag
        self._since = now

    def _write(self, value: str, etag: str | None) -> Entity:
        properties = {"displayName": self._id.rsplit("/", 1)[-1], "value": value, "secret": False}
        return self._service.put(self._kind, self._id, properties, etag)

    def _holder(self) -> str:
        current = self._service.get(self._kind, self._id)
        return (holder(current, self._now()) if current else None) or "somebody else"

    def _refused(self, held: str) -> Refused:
        return Refused(
            f"another deployment holds the lock: {held}",
            help="wait until it has ended; if it died, --force-unlock takes the lock over",
        )


def holder(lock: Entity, now: datetime) -> str | None:
    """Return who holds a lock and since when, or None when it is free or ran out."""
    content = _content(lock)
    until = content.get("until")
    if not isinstance(until, str) or datetime.fromisoformat(until) <= now:
        return None
    return f"{content.get('who')} since {content.get('since')}"


def _content(lock: Entity) -> dict[str, Any]:
    try:
        found = json.loads(str(lock.properties.get("value", "")))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
