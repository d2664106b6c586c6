"""What the control plane was asked: method, path, outcome and times, never a body or a header."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Entry", "RequestLog"]

_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One request.

    Args:
        method: in capitals.
        path: without its query.
        status: of the answer; 0 when the connection was dropped.
        started: seconds of a clock that never goes back.
        ended: seconds of the same clock.
        has_match: whether it came with `If-Match`.
    """

    method: str
    path: str
    status: int
    started: float
    ended: float
    has_match: bool


class RequestLog:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_LONGEST)

    def add(self, entry: Entry) -> None:
        """Add a request."""
        self._entries.append(entry)

    def clear(self) -> None:
        """Forget all requests."""
        self._entries.clear()

    def entries(self) -> tuple[Entry, ...]:
        """Return the requests."""
        return tuple(self._entries)

    def content(self) -> dict[str, Any]:
        """Return the requests as JSON."""
        return {"requests": [asdict(entry) for entry in self._entries]}
