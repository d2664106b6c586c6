"""Parsed policy documents, each parsed once for checking, printing and pointing at what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document import parse_once
from apim_ai.source import Source

if TYPE_CHECKING:
    from apim_ai.document import Document, Format

__all__ = ["parsed"]


def parsed(text: str, written: Format, path: str = "policies.policy") -> Document:
    """Return the tree of a document that was sent; who parses it first says where it stands."""
    return parse_once(Source(path, text), format=written, anywhere=True)
