"""From `rawxml` to `xml` and back, leaving everything but the encoding as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document.entities import encode_attribute, encode_text
from apim_ai.document.parser import parse
from apim_ai.document.tree import Element, Text
from apim_ai.errors import DocumentError

if TYPE_CHECKING:
    from apim_ai.document.tree import Attribute, Code, Format, Node
    from apim_ai.source import Source

__all__ = ["convert"]


def convert(source: Source, *, format: Format, to: Format) -> str:  # noqa: A002 - Azure's word
    """Return the document in another format.

    Args:
        source: the document.
        format: how it is written.
        to: how it shall be written: `xml` encodes C#, line breaks in attributes included; `rawxml` shows it plainly.

    Raises:
        DocumentError: the document cannot be read.
    """
    document = parse(source, format=format)
    broken = next((f for f in document.findings if f.rule == "AIM001"), None)
    if broken is not None:
        raise DocumentError(broken.message, span=broken.span, help=broken.help)
    if format == to:
        return source.text
    return "".join(_node(node, to) for node in document.nodes)


def _node(node: Node, to: Format) -> str:
    text = node.source.text
    if isinstance(node, Text):
        return _text(node, to)
    if not isinstance(node, Element):
        return text[node.start : node.end]
    pieces: list[str] = []
    position = node.start
    for attribute in node.attributes:
        pieces += (text[position : attribute.value_start], _attribute(attribute, to))
        position = attribute.value_end
    pieces.append(text[position : node.open_end])
    pieces.extend(_node(child, to) for child in node.children)
    pieces.append(text[node.close_start : node.end])
    return "".join(pieces)


def _attribute(attribute: Attribute, to: Format) -> str:
    raw = attribute.source.text[attribute.value_start : attribute.value_end]
    if to == "rawxml":
        return (
            raw if attribute.code is None else _around(attribute.code, raw, attribute.value_start, attribute.code.text)
        )
    encoded = encode_attribute(attribute.value)
    quote = attribute.source.text[attribute.value_start - 1]
    return encoded.replace("'", "&apos;") if quote == "'" else encoded


def _text(text: Text, to: Format) -> str:
    raw = text.source.text[text.start : text.end]
    if text.is_cdata:
        return raw
    if to == "rawxml":
        return raw if text.code is None else _around(text.code, raw, text.start, text.code.text)
    if text.code is None:
        return encode_text(text.value)
    return _around(text.code, raw, text.start, encode_text(text.code.text))


def _around(code: Code, raw: str, start: int, replacement: str) -> str:
    """Return the raw value with its expression replaced, keeping the white space around it."""
    return f"{raw[: code.start - start]}{replacement}{raw[code.end - start :]}"
