"""Lays a document out anew: indentation, order of attributes, quotes; never a value, an expression or a comment's words.

Where a line is broken is the author's choice: what stands on one line stays there, and attributes that were broken over
lines stand one a line. What the text of an element means, white space in it included, is left as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from apim_ai.document.tree import Comment, Element, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apim_ai.document.tree import Attribute, Code, Document, Node

__all__ = ["MASK", "Form", "layout"]

MASK = "\ue000"
"""Stands for each character of a template's tags and placeholders while the template is read."""

_TAB = 4
_LEADING = re.compile(r"[ \t]*")
_VERBATIM = re.compile(r"@\$?(?:\"|&quot;|&#34;|&#x22;)")  # a string of C# that may hold line ends


class Form(Protocol):
    """What is known of how an element is written."""

    @property
    def attributes(self) -> Sequence[str]:
        """Its attributes in the order in which they are to stand."""
        ...

    @property
    def takes_text(self) -> bool:
        """Whether text in it has a meaning, white space included."""
        ...

    @property
    def takes_markup(self) -> bool:
        """Whether whatever stands in it, elements too, is content that nobody may touch."""
        ...

    def child(self, name: str) -> Form | None:
        """Return the form of an element in it; None for one that is not known, which is left as it is."""
        ...


def layout(document: Document, form: Form, *, text: str | None = None, indent: int = 2) -> str:
    """Return the text of a sound document, laid out anew. Its lines must end with line feeds.

    Args:
        document: what to lay out.
        form: knows the root as its child.
        text: what to print in place of the document's own text, as long as that: a template is read with its tags and
            placeholders masked, and printed with them.
        indent: spaces a level.
    """
    printer = _Printer(document.source.text if text is None else text, indent)
    return printer.nodes(document.nodes, form, 0) + "\n"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A node to be printed on its own line, or a text between elements without the white space around it."""

    node: Node
    start: int
    end: int


class _Printer:
    """Prints from the text what the nodes say."""

    def __init__(self, text: str, indent: int) -> None:
        self._text = text
        self._indent = indent

    def nodes(self, nodes: Iterable[Node], form: Form, level: int) -> str:
        """Return nodes one a line, the first line without its indentation; a blank line between two stays one."""
        printed: list[str] = []
        last_end: int | None = None
        for piece in self._pieces(nodes):
            gap = "" if last_end is None else self._text[last_end : piece.start]
            if last_end is not None and isinstance(piece.node, Comment) and "\n" not in gap:
                printed.append(f" {self._text[piece.start : piece.end]}")  # it speaks of what it stands behind
            else:
                printed.append("" if last_end is None else self._break(level, is_blank=gap.count("\n") > 1))
                printed.append(self._piece(piece, form, level))
            last_end = piece.end
        return "".join(printed)

    def _pieces(self, nodes: Iterable[Node]) -> Iterator[_Piece]:
        for node in nodes:
            start, end = node.start, node.end
            if isinstance(node, Text):
                text = self._text[start:end]
                start, end = start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())
            if start < end:
                yield _Piece(node, start, end)

    def _piece(self, piece: _Piece, form: Form, level: int) -> str:
        if isinstance(piece.node, Element):
            return self._element(piece.node, form.child(piece.node.name), level)
        if isinstance(piece.node, Text) and piece.node.value.replace(MASK, "").strip():
            return self._text[piece.start : piece.end]  # a text, which a template may make something of
        return self._shifted(piece.start, piece.end, piece.start, level)

    # elements

    def _element(self, element: Element, form: Form | None, level: int) -> str:
        if form is None:
            return self._text[element.start : element.end]
        head = self._head(element, form, level)
        content = self._content(element, form, level)
        if content == "" and (not form.takes_text or element.close_start == element.open_end):
            return f"{head} />"
        if content is None:
            inner = self.nodes(element.children, form, level + 1)
            content = f"{self._break(level + 1)}{inner}{self._break(level)}"
        return f"{head}>{content}</{element.name}>"

    def _head(self, element: Element, form: Form, level: int) -> str:
        """Return the start tag up to its closer."""
        is_broken = self._is_broken(element)
        between = self._break(level + 1) if is_broken else " "
        attributes = [
            between + self._attribute(each, element, level, is_broken=is_broken)
            for each in _ordered(element.attributes, form.attributes)
        ]
        return f"<{element.name}" + "".join(attributes)

    def _is_broken(self, element: Element) -> bool:
        """Whether a line ends between two attributes, or before the first."""
        end = element.start + 1 + len(element.name)
        for attribute in element.attributes:
            if "\n" in self._text[end : attribute.start]:
                return True
            end = attribute.end
        return False

    def _attribute(self, attribute: Attribute, element: Element, level: int, *, is_broken: bool) -> str:
        start, end = attribute.value_start, attribute.value_end
        quote = self._text[start - 1]
        if attribute.code is None:
            value = self._text[start:end]
            quote = quote if '"' in value else '"'
        elif is_broken:
            value = self._shifted(start, end, attribute.start, level + 1)
        else:
            value = self._shifted(start, end, element.start, level)
        return f"{attribute.name}={quote}{value}{quote}"

    def _content(self, element: Element, form: Form, level: int) -> str | None:
        """Return what stands between the tags where that is one value, or nothing; None for a list of nodes."""
        raw = self._text[element.open_end : element.close_start]
        is_text = all(isinstance(child, Text) for child in element.children)
        if not is_text:
            return raw if form.takes_markup else None
        code = self._sole_code(element)
        if code is not None:
            is_alone = not self._text[self._line_start(code.start) : code.start].strip()
            return self._shifted(code.start, code.end, code.start if is_alone else element.start, level)
        if form.takes_text:
            return raw
        return "" if not raw.strip() else None

    def _sole_code(self, element: Element) -> Code | None:
        texts = [each for each in element.children if self._text[each.start : each.end].strip()]
        only = texts[0] if len(texts) == 1 else None
        return only.code if isinstance(only, Text) and not only.is_cdata else None

    # lines

    def _break(self, level: int, *, is_blank: bool = False) -> str:
        return ("\n\n" if is_blank else "\n") + " " * level * self._indent

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _shifted(self, start: int, end: int, base: int, level: int) -> str:
        """Return a piece of the text whose further lines go along with its first one.

        Args:
            start: where it begins.
            end: where it ends.
            base: an offset in the line that says how far the piece was indented.
            level: how far that line will be.
        """
        piece = self._text[start:end]
        leading = _LEADING.match(self._text, self._line_start(base), base)
        delta = level * self._indent - _width(leading.group() if leading else "")
        if delta == 0 or "\n" not in piece or _VERBATIM.search(piece):
            return piece
        first, *others = piece.split("\n")
        return "\n".join([first, *(_moved(line, delta) for line in others)])


def _width(blanks: str) -> int:
    return len(blanks.expandtabs(_TAB))


def _moved(line: str, delta: int) -> str:
    rest = line.lstrip(" \t")
    blanks = _width(line[: len(line) - len(rest)])
    return " " * max(0, blanks + delta) + rest if rest else ""


def _ordered(attributes: tuple[Attribute, ...], names: Sequence[str]) -> list[Attribute]:
    """Return attributes in the order of names, others behind them; repeated ones stay as they are."""
    if len({each.name for each in attributes}) < len(attributes):
        return list(attributes)
    places = {name: place for place, name in enumerate(names)}
    return sorted(attributes, key=lambda each: places.get(each.name, len(places)))
