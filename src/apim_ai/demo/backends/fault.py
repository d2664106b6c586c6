"""Faults that a test sets: scripted answers in the shape of a policy case's `mocks`.

Responses are used in turn and the last one repeats, until the fault is taken back with an empty list. `null` in the
list lets the backend answer by itself, so that `[{"status": 429}, null]` fails once.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Fault", "Faults", "read_fault"]

_FAILURES = ("connect", "timeout", "reset")
_IN_PIECES = frozenset({"sse", "chunks", "reset_after"})
_LONGEST_DELAY = 300
_KEYS = frozenset(
    {"status", "reason", "headers", "delay", "json", "body", "base64", "sse", "chunks", "error", "reset_after"}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One scripted answer.

    Attributes:
        chunks: the content, one element a write.
        delay: seconds before the first byte.
        error: `connect` and `reset` drop the connection, `timeout` never answers.
        reset_after: drop the connection after so many chunks.
    """

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    chunks: tuple[bytes, ...] = ()
    delay: float = 0.0
    error: str | None = None
    reset_after: int | None = None


class Faults:
    """The scripted answers that are set, backend by backend."""

    def __init__(self, backends: Sequence[str]) -> None:
        self._queues: dict[str, list[Fault | None]] = {name: [] for name in backends}

    def set(self, backend: str, faults: Sequence[Fault | None]) -> None:
        """Replace what a backend is told to answer; nothing means that it answers by itself.

        Raises:
            UsageError: there is no such backend.
        """
        if backend not in self._queues:
            known = ", ".join(sorted(self._queues))
            raise UsageError(f'there is no backend "{backend}"', help=f"the backends are {known}")
        self._queues[backend] = list(faults)

    def clear(self) -> None:
        """Take all faults back."""
        for queue in self._queues.values():
            queue.clear()

    def next(self, backend: str) -> Fault | None:
        """Return the next scripted answer of a backend, or None when it shall answer by itself."""
        queue = self._queues[backend]
        if len(queue) > 1:
            return queue.pop(0)
        return queue[0] if queue else None


def read_fault(value: object) -> Fault | None:
    """Return the scripted answer that a JSON value describes.

    Raises:
        UsageError: an unknown key, or a value of the wrong kind.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise UsageError("a response is an object or null")
    given = cast("dict[str, object]", value)
    unknown = sorted(given.keys() - _KEYS)
    if unknown:
        raise UsageError(f'a response has no "{unknown[0]}"', help=f"known are {', '.join(sorted(_KEYS))}")
    chunks, kind = _content(given)
    headers = _headers(given.get("headers"))
    if kind and "content-type" not in {name.lower() for name, _ in headers}:
        headers = (*headers, ("content-type", kind))
    if not given.keys() & _IN_PIECES:
        headers = (*headers, ("content-length", str(sum(map(len, chunks)))))
    return Fault(
        status=_number(given, "status", 200, 100, 599),
        headers=headers,
        chunks=chunks,
        delay=_seconds(given.get("delay", 0)),
        error=_failure(given.get("error")),
        reset_after=_number(given, "reset_after", 0, 0, 10_000) if "reset_after" in given else None,
    )


def _content(given: dict[str, object]) -> tuple[tuple[bytes, ...], str | None]:
    """Return the writes of an answer and the content type that goes with their form."""
    if "json" in given:
        return (json.dumps(given["json"]).encode(),), "application/json"
    if "sse" in given:
        return tuple(_event(event) for event in _list(given["sse"], "sse")), "text/event-stream"
    if "chunks" in given:
        return tuple(_text(chunk, "chunks") for chunk in _list(given["chunks"], "chunks")), None
    if "base64" in given:
        try:
            return (base64.b64decode(_text(given["base64"], "base64"), validate=True),), None
        except binascii.Error as error:
            raise UsageError('"base64" of a response is not base64') from error
    body = _text(given["body"], "body") if "body" in given else b""
    return ((body,) if body else ()), None


def _event(event: object) -> bytes:
    """Return a server-sent event: text alone is its data."""
    fields = cast("dict[str, object]", event) if isinstance(event, dict) else {"data": event}
    lines: list[str] = []
    for name in ("event", "id", "data"):
        if name in fields:
            value = fields[name]
            text = value if isinstance(value, str) else json.dumps(value)
            lines += [f"{name}: {line}" for line in text.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def _headers(value: object) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, dict):
        raise UsageError('"headers" of a response is an object')
    pairs: list[tuple[str, str]] = []
    for name, content in cast("dict[str, object]", value).items():
        lines = cast("list[object]", content) if isinstance(content, list) else [content]
        pairs += [(name, str(line)) for line in lines]
    if any(sign in text for pair in pairs for text in pair for sign in "\r\n\0"):
        raise UsageError('"headers" of a response holds a line break')
    return tuple(pairs)


def _number(given: dict[str, object], name: str, default: int, low: int, high: int) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise UsageError(f'"{name}" of a response is a number from {low} to {high}')
    return value


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _LONGEST_DELAY:
        raise UsageError(f'"delay" of a response is a number of seconds up to {_LONGEST_DELAY}')
    return float(value)


def _failure(value: object) -> str | None:
    if value is not None and value not in _FAILURES:
        raise UsageError(f'"error" of a response is one of {", ".join(_FAILURES)}')
    return cast("str | None", value)


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise UsageError(f'"{name}" of a response is a list')
    return cast("list[object]", value)


def _text(value: object, name: str) -> bytes:
    if not isinstance(value, str):
        raise UsageError(f'"{name}" of a response is text')
    return value.encode()
