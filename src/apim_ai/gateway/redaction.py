"""Keeps secrets out of traces and messages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.runtime import Trace

__all__ = ["HIDDEN", "SECRET_HEADERS", "Redactor"]

HIDDEN = "(secret)"
SHORTEST = 3  # characters; a shorter secret would blot out half the trace

SECRET_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "ocp-apim-subscription-key",
        "api-key",
        "x-api-key",
    }
)
"""Headers whose values a trace never shows."""


class Redactor:
    """Replaces known secret texts.

    Args:
        secrets: the texts.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        texts = sorted({text for text in secrets if len(text) >= SHORTEST}, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(text) for text in texts)) if texts else None

    def redact(self, text: str) -> str:
        """Return a text without secrets."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def redact_trace(self, trace: Trace) -> None:
        """Take secrets out of what an exchange's policies wrote; out of its steps when somebody asks for them."""
        if self._pattern is None:
            return
        trace.redact = self.redact
        if trace.entries:
            trace.entries = [
                replace(
                    entry,
                    message=self.redact(entry.message),
                    metadata=tuple((name, self.redact(value)) for name, value in entry.metadata),
                )
                for entry in trace.entries
            ]
