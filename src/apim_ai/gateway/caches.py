"""The value cache and the response cache: in memory, volatile, expiring by the gateway's clock, bounded in size."""

from __future__ import annotations

import copy
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from apim_ai.clock import Clock
    from apim_ai.runtime import StoredResponse

__all__ = ["MemoryResponseCache", "MemoryValueCache"]

T = TypeVar("T")
_IMMUTABLE = (str, bytes, int, float, bool, type(None))


class _Expiring(Generic[T]):
    """Entries by key with a time of their own, the least recently used of which go first when there are too many."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._entries: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def find(self, key: str) -> tuple[float, T] | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[0] <= self._clock.monotonic():
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry

    def keep(self, key: str, value: T, seconds: float) -> None:
        if seconds <= 0:
            self._entries.pop(key, None)
            return
        self._entries[key] = (self._clock.monotonic() + seconds, value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def forget(self, key: str) -> None:
        self._entries.pop(key, None)


class MemoryValueCache:
    """`cache-*-value`: CLR values by key; what can change is copied on both ways, as serialising does in the service."""

    def __init__(self, clock: Clock, most: int = 100_000) -> None:
        self._entries: _Expiring[object] = _Expiring(clock, most)

    def get(self, key: str) -> tuple[bool, object]:
        """Return (found, value)."""
        entry = self._entries.find(key)
        return (False, None) if entry is None else (True, _copied(entry[1]))

    def put(self, key: str, value: object, seconds: float) -> None:
        """Keep a value; a time of 0 or less forgets it."""
        self._entries.keep(key, _copied(value), seconds)

    def remove(self, key: str) -> None:
        """Forget a value."""
        self._entries.forget(key)


class MemoryResponseCache:
    """`cache-lookup` and `cache-store`: responses by key."""

    def __init__(self, clock: Clock, most: int = 10_000) -> None:
        self._entries: _Expiring[StoredResponse] = _Expiring(clock, most)

    def get(self, key: str) -> StoredResponse | None:
        """Return the response kept under a key."""
        entry = self._entries.find(key)
        return None if entry is None else entry[1]

    def put(self, key: str, response: StoredResponse, seconds: float) -> None:
        """Keep a response; a time of 0 or less forgets it."""
        self._entries.keep(key, response, seconds)


def _copied(value: object) -> object:
    return value if isinstance(value, _IMMUTABLE) else copy.deepcopy(value)
