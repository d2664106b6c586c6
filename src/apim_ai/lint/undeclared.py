"""Reads documents whose format nobody has declared: those that belong to no project."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from apim_ai.document import Element, Text, parse
from apim_ai.document.entities import decode
from apim_ai.finding import Finding
from apim_ai.lint.csharp import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Code, Document, Node
    from apim_ai.source import Source

__all__ = ["read_undeclared"]

_UNREADABLE = frozenset({"AIM001", "AIM202"})
_ENTITY = re.compile(r"&(?:quot|amp|lt|gt|apos|#\d+|#x[0-9a-fA-F]+);")


def read_undeclared(source: Source) -> Document:
    """Parse a document as `rawxml`; expressions that are C# only once they are decoded are taken so, with one error.

    Encoded C# belongs to the format `xml`, and half of what people keep in files is written so. The first such place is
    an error, as in a project; the rest of the document is then checked as what it was meant to be.
    """
    document = parse(source)
    if not _ENTITY.search(source.text):
        return document
    if any(finding.rule in _UNREADABLE for finding in document.findings):
        encoded = parse(source, format="xml")
        document = document if encoded.findings else encoded
    if document.root is None:
        return document
    first = next((code for code in _codes(document.root) if _plain(code) is not None), None)
    if first is None:
        return document
    root = document.root if document.format == "xml" else _decoded(document.root)
    nodes = tuple(root if node is document.root else node for node in document.nodes)
    return replace(document, root=root, nodes=nodes, findings=(*document.findings, _note(first)))


def _codes(element: Element) -> Iterator[Code]:
    for piece in (*element.attributes, *element.texts):
        if piece.code is not None:
            yield piece.code
    for child in element.elements:
        yield from _codes(child)


def _plain(code: Code) -> Code | None:
    """Return an expression without its encoding, or None for one that is C# as it is written, or in no way."""
    written = code.source.text[code.start : code.end]
    if not _ENTITY.search(written) or tree_of(written) is not None:
        return None
    decoded = decode(code.source.text, code.start, code.end)
    return None if tree_of(decoded.text) is None else replace(code, text=decoded.text, offsets=decoded.offsets)


def _decoded(element: Element) -> Element:
    """Return an element in which every expression that is C# only so is decoded; everything keeps its place."""
    attributes = tuple(
        replace(each, code=_plain(each.code) or each.code) if each.code is not None else each
        for each in element.attributes
    )
    return replace(element, attributes=attributes, children=tuple(map(_decoded_node, element.children)))


def _decoded_node(node: Node) -> Node:
    if isinstance(node, Element):
        return _decoded(node)
    if isinstance(node, Text) and node.code is not None:
        return replace(node, code=_plain(node.code) or node.code)
    return node


def _note(code: Code) -> Finding:
    found = _ENTITY.search(code.source.text, code.start, code.end)
    start, end = found.span() if found else (code.start, code.end)
    entity = code.source.text[start:end]
    span = code.source.span(start, end)
    message = f"'{entity}' inside an expression: C# only in the format 'xml', and no character as 'rawxml'"
    help_ = f"write {html.unescape(entity)}; where all are encoded, deploy it as 'xml'"
    return Finding("AIM232", "entity-in-rawxml", "error", message, span, help=help_)
