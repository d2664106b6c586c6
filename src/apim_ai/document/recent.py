"""Documents that were parsed a moment ago: who checks a document and who runs it need not both parse it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document.parser import parse

if TYPE_CHECKING:
    from apim_ai.document.tree import Document, Format
    from apim_ai.source import Source

__all__ = ["parse_once"]

_MOST = 32  # a write needs its own document alone; more are for writes that run side by side
_RECENT: dict[tuple[str, Format], Document] = {}


def parse_once(source: Source, *, format: Format, anywhere: bool = False) -> Document:  # noqa: A002 - Azure's word
    """Return the tree of a document, the same one while it is recent.

    Args:
        source: the text.
        format: how expressions are written in it.
        anywhere: whether the tree may say that it stands in another source of the same text.
    """
    key = (source.text, format)
    document = _RECENT.pop(key, None)
    if document is None or not (anywhere or document.source == source):
        document = parse(source, format=format)
    _RECENT[key] = document
    while len(_RECENT) > _MOST:
        del _RECENT[next(iter(_RECENT))]
    return document
