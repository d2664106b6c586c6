"""What the simulated backends got: the record behind `backend_log` and the demo's checks."""

from __future__ import annotations

import json
import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Received", "ReceivedLog"]

_KEPT = 20_000
_KEPT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """One request that reached a backend, before the backend looked at it."""

    backend: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.url).path

    @property
    def json(self) -> object:
        """The body as JSON, or None when it is none."""
        try:
            return json.loads(self.body, parse_constant=_refuse, parse_float=_finite)
        except (ValueError, RecursionError):
            return None

    def __repr__(self) -> str:
        return f"Received({self.backend!r}, {self.method!r}, {self.path!r})"  # headers and body may be secrets

    def to_json(self) -> dict[str, object]:
        """Return the entry as `backend_log` shows it, with the names that `upstream` has in a policy case."""
        return {
            "backend": self.backend,
            "method": self.method,
            "url": self.url,
            "path": self.path,
            "query": {
                name: values[0] if len(values) == 1 else values
                for name, values in parse_qs(urlsplit(self.url).query, keep_blank_values=True).items()
            },
            "headers": dict(self.headers),
            "body": self.body.decode("utf-8", "replace"),
            "json": self.json,
            "at": self.at,
        }


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    """Return a number that can be written as JSON again."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is beyond what JSON's readers can hold")
    return value


class ReceivedLog:
    """The requests in the order of their arrival: the newest 20,000 of them, and no more than 64 MB of bodies."""

    def __init__(self) -> None:
        self._entries: deque[Received] = deque()
        self._bytes = 0
        self._counted = 0

    def add(self, entry: Received) -> None:
        """Note a request."""
        self._entries.append(entry)
        self._bytes += len(entry.body)
        self._counted += 1
        while len(self._entries) > _KEPT or (self._bytes > _KEPT_BYTES and len(self._entries) > 1):
            self._bytes -= len(self._entries.popleft().body)

    def mark(self) -> int:
        """Return a place in the log, to ask later what came after it."""
        return self._counted

    def since(self, mark: int, *backends: str) -> tuple[Received, ...]:
        """Return what came after a mark, to these backends or to any."""
        new = self._counted - mark
        entries = tuple(self._entries)[-new:] if new > 0 else ()
        return tuple(entry for entry in entries if not backends or entry.backend in backends)

    def entries(self) -> tuple[Received, ...]:
        """Return all that is kept."""
        return tuple(self._entries)

    def clear(self) -> None:
        """Forget all requests; marks taken before stay valid."""
        self._entries.clear()
        self._bytes = 0
