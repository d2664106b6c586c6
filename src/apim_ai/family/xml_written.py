"""What a tree of lxml no longer knows of the XML it was read from: CDATA sections, and how empty elements were written."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

__all__ = ["Written", "as_written"]


@dataclass(slots=True)
class Written:
    """How one element was written.

    Args:
        has_end_tag: of an element without content: False for `<a/>`, True for `<a></a>`.
        pieces: its own text, part by part, each with whether it is a CDATA section.
    """

    has_end_tag: bool = False
    pieces: list[tuple[bool, str]] = field(default_factory=list[tuple[bool, str]])


def as_written(content: bytes) -> list[Written]:
    """Return how each element was written, in document order; nothing for an encoding that expat does not read.

    Args:
        content: XML that has been found well-formed and without a document type.
    """
    reader = _Reader(content)
    try:
        reader.parser.Parse(content, True)  # noqa: FBT003 - the library's
    except (expat.ExpatError, LookupError, ValueError):
        return []
    return reader.found


class _Reader:
    """Collects while expat reads."""

    def __init__(self, content: bytes) -> None:
        self.found: list[Written] = []
        self._content = content
        self._open: list[Written] = []
        self._is_cdata = False
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartCdataSectionHandler = self._start_cdata
        parser.EndCdataSectionHandler = self._end_cdata

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        element = Written()
        self.found.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        at = self.parser.CurrentByteIndex  # before an end tag, but behind a tag that is both
        self._open.pop().has_end_tag = self._content[at - 2 : at] != b"/>"

    def _text(self, text: str) -> None:
        self._open[-1].pieces.append((self._is_cdata, text))

    def _start_cdata(self) -> None:
        self._is_cdata = True

    def _end_cdata(self) -> None:
        self._is_cdata = False
