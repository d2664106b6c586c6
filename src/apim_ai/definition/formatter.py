"""Formats documents and templates; what they mean stays as it is, which is checked for each of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.definition.forms import DOCUMENT
from apim_ai.document import canonical_text, parse
from apim_ai.document.layout import MASK, layout
from apim_ai.errors import DocumentError
from apim_ai.source import Source

if TYPE_CHECKING:
    from apim_ai.document import Document
    from apim_ai.finding import Finding

__all__ = ["format_document"]

_BOM = "\ufeff"
_HARMLESS = "AIM110"  # a text beside an expression is a literal: it can be printed as it is
_JINJA = re.compile(r"\{%.*?%\}|\{#.*?#\}|\[\[.*?\]\]", re.DOTALL)
_VISIBLE = re.compile(r"[^\n]")
_ROOT = re.compile(r"<(?:policies|fragment)\b")
_ROOT_END = re.compile(r"</(?:policies|fragment)\s*>(?!.*</(?:policies|fragment)\s*>)", re.DOTALL)
_MARGIN = re.compile(r"(?m)^[ \t]+\Z")
_WHITE = re.compile(r"(?:\s|\\n|\\r)+")


def format_document(source: Source, *, is_template: bool = False, indent: int = 2) -> str:
    """Return the text of a document, laid out anew; formatting that again changes nothing.

    Args:
        source: the document.
        is_template: whether it holds Jinja's `{% %}`, `{# #}` and `[[ ]]`. They stand between elements and inside of
            values, where they are left alone; where they cut an element in two, the template cannot be formatted.
        indent: spaces a level.

    Raises:
        DocumentError: it cannot be read, or is no policy document.
    """
    bom = _BOM if source.text.startswith(_BOM) else ""
    body = source.text.removeprefix(_BOM).replace("\r\n", "\n")
    if is_template:
        before, body, behind = _around_root(body)
        text = (
            before + _laid_out(source, body, _masked(body), indent).rstrip("\n") + (behind if behind.strip() else "\n")
        )
    else:
        text = _laid_out(source, body, body, indent)
    ends_with_return = source.text.find("\r\n") == source.text.find("\n") - 1 and "\n" in source.text
    return bom + (text.replace("\n", "\r\n") if ends_with_return else text)


def _laid_out(source: Source, text: str, readable: str, indent: int) -> str:
    """Return a text laid out anew by what can be read of it; for a document both are the same."""
    document = _read(Source(source.path, readable))
    if document.root is None or DOCUMENT.child(document.root.name) is None:
        raise DocumentError("this is no policy document", span=source.span(0), help="its root is policies or fragment")
    is_template = text is not readable
    result = layout(document, DOCUMENT, text=text if is_template else None, indent=indent)
    _check(document, result, source, is_template=is_template)
    return result


def _read(source: Source) -> Document:
    """Parse as `rawxml`, or as `xml` where only that can be read."""
    document = parse(source)
    faults = _faults(document)
    if faults:
        encoded = parse(source, format="xml")
        if not _faults(encoded):
            return encoded
        raise _error(faults)
    return document


def _faults(document: Document) -> list[Finding]:
    return [finding for finding in document.findings if finding.rule != _HARMLESS]


def _error(findings: list[Finding]) -> DocumentError:
    errors = [DocumentError(each.message, span=each.span, help=each.help) for each in findings]
    first = errors[0]
    return DocumentError(first.message, span=first.span, help=first.help, also=tuple(errors[1:]))


def _around_root(text: str) -> tuple[str, str, str]:
    """Split a template into what stands before its root, the root at its old place, and what stands behind it.

    Around the root are imports and macros, whose elements belong to other places: they are left alone.
    """
    masked = _masked(text)
    begin, end = _ROOT.search(masked), _ROOT_END.search(masked)
    if begin is None or end is None:
        return "", text, ""
    start, stop = begin.start(), end.end()
    before, behind = text[:start], text[stop:]
    if not _JINJA.search(before) and not _JINJA.search(behind):
        return "", text, ""
    root = _VISIBLE.sub(" ", before) + text[start:stop] + _VISIBLE.sub(" ", behind)
    return _MARGIN.sub("", before), root, behind


def _masked(text: str) -> str:
    """Return a template as long as it was, in which nothing of Jinja looks like markup or C#."""
    return _JINJA.sub(lambda found: _VISIBLE.sub(MASK, found.group()), text)


def _check(document: Document, text: str, source: Source, *, is_template: bool) -> None:
    """Refuse a result that means something else: better no layout than a wrong one.

    Raises:
        DocumentError: it does.
    """
    before, after = document.source.text, _masked(text) if is_template else text
    meanings = [canonical_text(each, document.format, keep_comments=True) for each in (before, after)]
    if is_template:
        meanings = [_WHITE.sub("", meaning) for meaning in meanings]
    if meanings[0] != meanings[1]:
        raise DocumentError(
            "formatting would change what this document means", span=source.span(0), help="leave it as it is"
        )
