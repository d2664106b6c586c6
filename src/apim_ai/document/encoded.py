"""Reads raw documents whose C# is written with XML entities all the same."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from apim_ai.document.entities import decode
from apim_ai.document.parser import parse
from apim_ai.expression.syntax import SyntaxFault
from apim_ai.expression.syntax import parse as parse_csharp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document.tree import Code, Document, Element
    from apim_ai.source import Source

__all__ = ["with_plain_expressions"]

_UNREADABLE = frozenset({"AIM001", "AIM202"})
_RAW_CHARACTER = "AIM233"  # some write C# with entities in attributes, and without them in element text
_NAMED_VALUE = re.compile(r"\{\{[A-Za-z0-9_.-]+\}\}")


def with_plain_expressions(source: Source) -> Source:
    """Return a raw document with the entities decoded of those expressions that are C# only then.

    Half of the published policies are written for the format `xml`, and who keeps them in files rarely says so.
    """
    if "&" not in source.text:
        return source
    root = _read(source).root
    text, position, pieces = source.text, 0, list[str]()
    for code in () if root is None else sorted(_codes(root), key=lambda code: code.start):
        written = text[code.start : code.end]
        plain = decode(written, 0, len(written)).text
        if plain != written and not _is_csharp(written) and _is_csharp(plain):
            pieces += (text[position : code.start], plain)
            position = code.end
    return replace(source, text="".join((*pieces, text[position:]))) if pieces else source


def _read(source: Source) -> Document:
    """Parse a document; as `xml` where only that finds the ends of its C#, such as behind an encoded `"https://…"`."""
    document = parse(source)
    if any(finding.rule in _UNREADABLE for finding in document.findings):
        encoded = parse(source, format="xml")
        if all(finding.rule == _RAW_CHARACTER for finding in encoded.findings) and _is_all_csharp(encoded):
            return encoded
    return document


def _codes(element: Element) -> Iterator[Code]:
    yield from (attribute.code for attribute in element.attributes if attribute.code is not None)
    yield from (text.code for text in element.texts if text.code is not None)
    for child in element.elements:
        yield from _codes(child)


def _is_all_csharp(document: Document) -> bool:
    text = document.source.text
    written = [] if document.root is None else [text[code.start : code.end] for code in _codes(document.root)]
    return all(_is_csharp(each) or _is_csharp(decode(each, 0, len(each)).text) for each in written)


def _is_csharp(text: str) -> bool:
    try:
        parse_csharp(_NAMED_VALUE.sub("x", text))
    except SyntaxFault:
        return False
    return True
