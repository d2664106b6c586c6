"""Reads documents whose format nobody has declared: those that belong to no project."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from apim_ai.document import Element, parse
from apim_ai.finding import Finding
from apim_ai.lint.csharp import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Code, Document
    from apim_ai.source import Source

__all__ = ["read_undeclared"]

_ENTITY = re.compile(r"&(?:quot|amp|lt|gt|apos|#\d+|#x[0-9a-fA-F]+);")


def read_undeclared(source: Source) -> Document:
    """Parse a document as `rawxml`, unless it can only have been written as `xml`.

    Encoded C# is code only in the format `xml`. Where it is encoded throughout, and parses once it is decoded, the
    document is read so, with one warning that says where it may be used; anything in between is `rawxml` with errors.
    """
    if _ENTITY.search(source.text):
        document = parse(source, format="xml")
        if not document.findings and document.root is not None:
            encoded = next((code for code in _codes(document.root) if _is_encoded(code)), None)
            if encoded is not None:
                return replace(document, findings=(_note(encoded),))
    return parse(source)


def _codes(element: Element) -> Iterator[Code]:
    for piece in (*element.attributes, *element.texts):
        if piece.code is not None:
            yield piece.code
    for child in element.elements:
        yield from _codes(child)


def _is_encoded(code: Code) -> bool:
    written = code.source.text[code.start : code.end]
    return _ENTITY.search(written) is not None and tree_of(written) is None and tree_of(code.text) is not None


def _note(code: Code) -> Finding:
    found = _ENTITY.search(code.source.text, code.start, code.end)
    start, end = found.span() if found else (code.start, code.end)
    entity = code.source.text[start:end]
    span = code.source.span(start, end)
    message = f"'{entity}' inside an expression: C# only in the format 'xml', and broken as 'rawxml'"
    help_ = f"deploy it as 'xml', or write {html.unescape(entity)}"
    return Finding("AIM232", "entity-in-rawxml", "warning", message, span, help=help_)
