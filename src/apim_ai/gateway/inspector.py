"""The last exchanges, for people: what ran, where it stands, what it decided. `local` makes a page of it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from apim_ai.gateway.export import Record, exported

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.runtime import Exchange

__all__ = ["Inspector"]

KEPT = 200


class Inspector:
    """Keeps the traces of the last exchanges; hand `record` to the gateway as `on_finished`.

    Args:
        keep: how many.
        redact: takes secrets out of a text (`Gateway.redact`).
    """

    def __init__(self, keep: int = KEPT, redact: Callable[[str], str] = str) -> None:
        self.redact = redact
        self._kept: deque[Record] = deque(maxlen=keep)

    def record(self, exchange: Exchange) -> None:
        """Keep the trace of an exchange that has ended; its bodies are not kept."""
        self._kept.append(Record.of(exchange))

    def exchanges(self) -> list[dict[str, Any]]:
        """Return the traces, newest first, as JSON values."""
        return [_redacted(exported(record), self.redact) for record in reversed(self._kept)]


def _redacted(value: Any, redact: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: _redacted(item, redact) for key, item in value.items()}  # type: ignore[misc]  # JSON
    if isinstance(value, list):
        return [_redacted(item, redact) for item in value]  # type: ignore[misc]  # JSON
    return value
