"""Prints policy documents as the service prints them: CRLF, tabs, double quotes, entities in the format `xml`.

What was sent and what is answered mean the same and look different, which is what a client's comparison must cope with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from apim_ai.arm.documents import parsed
from apim_ai.document import Attribute, Comment, Element, Other, Text
from apim_ai.document.entities import encode_attribute, encode_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Format, Node

__all__ = ["Style", "serialise"]

Style = Literal["service", "shuffled", "verbatim"]
"""As the service prints; the same with attributes in another order; as it was sent where the format is the same."""

_LINE_END = re.compile(r"\r\n?|\n")


def serialise(text: str, written: Format, wanted: Format, style: Style = "service") -> str:
    """Return a document in the form in which a GET answers it.

    Args:
        text: the document as it was sent.
        written: the format it was sent in.
        wanted: the format that is asked for.
        style: how faithfully.
    """
    if style == "verbatim" and written == wanted:
        return text
    document = parsed(text, written)
    printer = _Printer(wanted, is_shuffled=style == "shuffled")
    lines = (line for node in document.nodes for line in printer.block(node, 0))
    return "\r\n".join(_LINE_END.sub("\r\n", line) for line in lines)


class _Printer:
    """Prints nodes in one format."""

    def __init__(self, format_: Format, *, is_shuffled: bool) -> None:
        self._is_xml = format_ == "xml"
        self._is_shuffled = is_shuffled

    def block(self, node: Node, depth: int) -> Iterator[str]:
        """Yield the lines of a node that stands among elements."""
        indent = "\t" * depth
        match node:
            case Element():
                yield from self._element(node, depth)
            case Comment():
                yield f"{indent}<!--{node.value}-->"
            case Text():
                if node.value.strip():
                    yield f"{indent}{self._text(node)}"
            case Other():
                return

    def _element(self, node: Element, depth: int) -> Iterator[str]:
        indent = "\t" * depth
        if not node.children or not (node.elements or node.texts or _has_comment(node)):
            yield f"{indent}{self._tag(node)} />"
        elif node.texts or _has_cdata(node):
            yield f"{indent}{self._inline(node)}"
        else:
            yield f"{indent}{self._tag(node)}>"
            for child in node.children:
                yield from self.block(child, depth + 1)
            yield f"{indent}</{node.name}>"

    def _inline(self, node: Node) -> str:
        """Return a node whose white space counts, as it stands."""
        match node:
            case Element():
                inner = "".join(self._inline(child) for child in node.children)
                return f"{self._tag(node)}>{inner}</{node.name}>" if node.children else f"{self._tag(node)} />"
            case Comment():
                return f"<!--{node.value}-->"
            case Text():
                return self._text(node)
            case Other():
                return node.source.text[node.start : node.end]

    def _tag(self, element: Element) -> str:
        attributes = (
            sorted(element.attributes, key=lambda attribute: attribute.name)
            if self._is_shuffled
            else element.attributes
        )
        return "".join((f"<{element.name}", *(f" {self._attribute(attribute)}" for attribute in attributes)))

    def _attribute(self, attribute: Attribute) -> str:
        if attribute.code is not None and not self._is_xml:
            return f'{attribute.name}="{attribute.code.text}"'
        value = attribute.value if attribute.code is None else attribute.code.text
        encoded = encode_attribute(_LINE_END.sub("\n", value))
        return f'{attribute.name}="{encoded}"'

    def _text(self, text: Text) -> str:
        raw = text.source.text[text.start : text.end]
        if text.is_cdata:
            return raw
        if text.code is None:
            return encode_text(text.value)
        code = encode_text(text.code.text) if self._is_xml else text.code.text
        return f"{raw[: text.code.start - text.start]}{code}{raw[text.code.end - text.start :]}"


def _has_comment(element: Element) -> bool:
    return any(isinstance(child, Comment) for child in element.children)


def _has_cdata(element: Element) -> bool:
    return any(isinstance(child, Text) and child.is_cdata for child in element.children)
