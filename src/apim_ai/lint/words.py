"""Words for people: suggestions for misspelt names."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean"]


_MOST = 300  # words that are compared: each costs some ten microseconds


def did_you_mean(word: str, known: Iterable[str], *, otherwise: str | None = None) -> str | None:
    """Return "did you mean '…'?" for the known word most like this one, else `otherwise`."""
    words = [other for other in known if abs(len(other) - len(word)) <= max(2, len(word) // 2)]
    if len(words) > _MOST:
        words = [other for other in words if other[:1] == word[:1]][:_MOST]
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else otherwise
