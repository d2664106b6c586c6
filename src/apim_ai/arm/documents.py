"""Parsed policy documents, each parsed once for checking, printing and pointing at what is wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from apim_ai.document import parse
from apim_ai.source import Source

if TYPE_CHECKING:
    from apim_ai.document import Document, Format

__all__ = ["parsed"]

_NAME = "policies.policy"
_KEPT = 32  # a write needs its own document alone; a few more for writes that run side by side


@lru_cache(maxsize=_KEPT)
def parsed(text: str, written: Format) -> Document:
    """Return the tree of a document that was sent."""
    return parse(Source(_NAME, text), format=written)
