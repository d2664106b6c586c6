"""Policy documents on their way in: what the service would object to.

`validate` is the control plane's own check, made of the parser and the policies' declarations; `wording` turns its
findings into the service's sentences.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from apim_ai.arm.clean import Clean
from apim_ai.arm.documents import parsed
from apim_ai.arm.wellformed import ill_formed
from apim_ai.arm.wording import WITHOUT_ELEMENT, Places
from apim_ai.document import Element, Text, named_value_spans, parse, substitute
from apim_ai.finding import Finding
from apim_ai.resource.policy_text import REFERRING_ATTRIBUTES
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from apim_ai.definition import Reader
    from apim_ai.document import Document, Format, Node
    from apim_ai.resource import Resources
    from apim_ai.runtime import Section
    from apim_ai.source import Span

__all__ = ["MAX_BYTES", "validate"]

MAX_BYTES = 512 * 1024
"""The larger of the two documented limits, that of fragments; documents may have half of it."""

_SCOPES = {
    "global_policy": "global",
    "product_policy": "product",
    "api_policy": "api",
    "operation_policy": "operation",
}
_SECTIONS: tuple[Section, ...] = ("inbound", "backend", "outbound", "on-error")
_NOUNS = {
    "policyFragments": "Policy fragment",
    "backends": "Backend",
    "loggers": "Logger",
    "certificates": "Certificate",
}
_EXPRESSIONS = {"AIM202"}
_UNREADABLE = {*WITHOUT_ELEMENT, *_EXPRESSIONS}
_PLACEHOLDER = re.compile(r"\{\*?(\w[\w-]*)\}")
_CLEAN = Clean()
_ANY = re.compile(r"[^\n]")
_ORIGIN = re.compile(r"\*|[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#@\s]+")
_FOREIGN_PARAMETER = "Only parameters specified in the original URL template can be used in the rewrite template"
_NOT_ALONE = "The origin '*' must be the only one"
_NO_ORIGIN = "Origin must be a valid URL consisting of scheme, host, and port only"


def validate(kind: str, identifier: str, text: str, format_: str, resources: Resources) -> tuple[Finding, ...]:
    """Return what the service would refuse in a policy document or fragment.

    Args:
        kind: `global_policy`, `product_policy`, `api_policy`, `operation_policy` or `fragment`.
        identifier: its id below the service.
        text: the document as it was sent.
        format_: `xml` or `rawxml`.
        resources: what it may refer to.
    """
    written: Format = "xml" if format_ == "xml" else "rawxml"
    source = parsed(text, written, identifier).source
    if len(text.encode()) > (MAX_BYTES if kind == "fragment" else MAX_BYTES // 2):
        return (_finding("AIM001", "the document is too large", source.span(0)),)
    if message := _ill_formed(text, written):
        return (_finding("AIM001", message, source.span(0)),)
    values = _named_values(text, resources) if "{{" in text else {}
    missing = tuple(_missing_named_values(parsed(text, written), values))
    if missing:
        return missing
    if values and _passes(kind, identifier, parsed(text, written), values, resources):
        return ()
    return tuple(_wrong(kind, identifier, text, written, values, resources))


def _wrong(
    kind: str, identifier: str, text: str, written: Format, values: Mapping[str, str], resources: Resources
) -> Iterator[Finding]:
    """Yield what is wrong with the whole document, its named values put in."""
    source = parsed(text, written).source
    substituted = substitute(source, values)
    document = parsed(text, written) if substituted is source else parse(substituted, format=written)
    unreadable = tuple(finding for finding in document.findings if finding.rule in _UNREADABLE)
    if unreadable or document.root is None:
        yield from unreadable or (_finding("AIM001", "Root element is missing", source.span(0)),)
        return
    structure = _checked(kind, text, written) if substituted is source else tuple(_structure(kind, document.root))
    references = _references(identifier, document.root, resources)
    for finding in (*structure, *references, *_single_policies(identifier, document.root, resources)):
        if finding.severity == "error":
            yield finding


def _passes(kind: str, identifier: str, document: Document, values: Mapping[str, str], resources: Resources) -> bool:
    """Tell whether nothing is wrong with a document in which named values are used.

    Only the policies that use them are read again with the values, so that a large document costs little. Whatever
    seems wrong, or stands elsewhere than in a policy, is left to those who read the whole document and can say where.
    """
    sections = None if document.findings else _plain_sections(kind, document.root)
    if sections is None:
        return False
    text, used = document.source.text, 0
    for section, holder in sections:
        elements: list[Element] = []
        for element in holder.elements:
            piece = text[element.start : element.end]
            used += piece.count("{{")
            filled = _filled(piece, values, document.format) if "{{" in piece else element
            if filled is None:
                return False
            elements += [filled] if filled.name != "base" else []
        if not _are_good(section, kind, identifier, elements, resources):
            return False
    return used == text.count("{{")


def _plain_sections(kind: str, root: Element | None) -> list[tuple[Section | None, Element]] | None:
    """Return the sections of a document, each once and without text; None where it is not made of these alone."""
    if root is None or root.name != ("fragment" if kind == "fragment" else "policies"):
        return None
    if kind == "fragment":
        return [(None, root)]
    names = [element.name for element in root.elements]
    if root.texts or any(element.texts for element in root.elements) or len(set(names)) < len(names):
        return None
    found: list[tuple[Section | None, Element]] = [
        (section, element) for element in root.elements for section in _SECTIONS if section == element.name
    ]
    return found if len(found) == len(names) else None


def _are_good(
    section: Section | None, kind: str, identifier: str, elements: list[Element], resources: Resources
) -> bool:
    reader = _reader(section, None if section is None else _SCOPES.get(kind))
    _CLEAN.read(reader, elements)
    if any(finding.severity == "error" for finding in reader.findings):
        return False
    wrong = (
        finding
        for element in elements
        for found in (
            _references_of(element, identifier, resources),
            _references(identifier, element, resources),
            _single_policies(identifier, element, resources),
        )
        for finding in found
    )
    return next(wrong, None) is None


def _filled(piece: str, values: Mapping[str, str], written: Format) -> Element | None:
    """Return an element with its named values put in, None when it is no element of its own any more."""
    document = parse(substitute(Source("policies.policy", piece), values), format=written)
    alone = len(document.nodes) == 1 and not document.findings and document.root is not None
    return document.root if alone else None


def _finding(rule: str, message: str, span: Span, policy: str | None = None) -> Finding:
    return Finding(rule, "refused", "error", message, span, policy)


def _ill_formed(text: str, written: Format) -> str | None:
    """Return what keeps a document from being well-formed; in `rawxml` values and expressions may hold anything."""
    if written == "xml":
        return ill_formed(text)
    document = parsed(text, written)
    if _is_whole(document) or any(finding.rule in _EXPRESSIONS for finding in document.findings):
        return None  # where an expression does not end, neither does what stands around it
    masked: list[str] = []
    at = 0
    for start, end in _values(document.nodes):
        masked += [text[at:start], _ANY.sub("x", text[start:end])]
        at = end
    return ill_formed("".join((*masked, text[at:])))


def _is_whole(document: Document) -> bool:
    """Tell whether the tree shows that nothing is wrong, which saves reading the text a second time."""
    roots = [node for node in document.nodes if isinstance(node, Element)]
    return len(roots) == 1 and not document.findings and not _repeats(roots[0])


def _repeats(element: Element) -> bool:
    """Tell whether an attribute stands twice in an element, or in one below it."""
    names = element.attributes
    return (len(names) > 1 and len({name.name for name in names}) < len(names)) or any(map(_repeats, element.elements))


def _values(nodes: Iterable[Node]) -> Iterator[tuple[int, int]]:
    """Yield where the values of attributes and the texts that are more than white space stand, in order."""
    for node in nodes:
        match node:
            case Element():
                yield from ((attribute.value_start, attribute.value_end) for attribute in node.attributes)
                yield from _values(node.children)
            case Text() if node.value.strip() and not node.is_cdata:
                yield node.start, node.end
            case _:
                pass


def _named_values(text: str, resources: Resources) -> dict[str, str]:
    """Return the values of the named values that a text uses, as far as they are there."""
    known = resources.by("named_value", "displayName")
    used = {name for name, _, _ in named_value_spans(text)}
    return {name: str(known[name].properties.get("value", "")) for name in used if name in known}


def _missing_named_values(document: Document, known: Mapping[str, str]) -> Iterator[Finding]:
    source = document.source
    missing = [found for found in named_value_spans(source.text) if found[0] not in known]
    if not missing:
        return
    places = Places.of(document)
    for name, start, end in missing:
        span = source.span(start, end)
        if not any(_is_liquid(place.element) for place in places.around(span)):
            yield _finding("named-value", f"Cannot find a property '{name}'", span)


def _is_liquid(element: Element) -> bool:
    """Tell whether braces in an element may be Liquid's own."""
    template = element.attribute("template")
    return template is not None and template.value.lower() == "liquid"


@lru_cache(maxsize=256)
def _checked(kind: str, text: str, written: Format) -> tuple[Finding, ...]:
    """Check a document without named values, once: it depends on nothing but itself, and many operations share one."""
    root = parsed(text, written).root
    return () if root is None else tuple(_structure(kind, root))


def _structure(kind: str, root: Element) -> Iterator[Finding]:
    wanted = "fragment" if kind == "fragment" else "policies"
    if root.name != wanted:
        yield _finding("AIM002", f"the root must be '{wanted}'", root.span, root.name)
        return
    if kind == "fragment":
        yield from _policies(_reader(None, None), root)
        return
    yield from _text_in(root)
    seen: set[str] = set()
    for element in root.elements:
        section: Section | None = next((name for name in _SECTIONS if name == element.name), None)
        if section is None:
            expected = ", ".join(f"'{name}'" for name in _SECTIONS)
            message = f"The element 'policies' has invalid child element '{element.name}'. List of possible elements expected: {expected}."
            yield _finding("AIM003", message, element.span, element.name)
            continue
        if section in seen:
            yield _finding("AIM004", f"The section '{section}' is defined more than once.", element.span, element.name)
        seen.add(section)
        yield from _text_in(element)
        yield from _policies(_reader(section, _SCOPES.get(kind)), element)


def _text_in(element: Element) -> Iterator[Finding]:
    for text in element.texts:
        yield _finding("AIM006", f"The element '{element.name}' cannot contain text.", text.span, element.name)


def _reader(section: Section | None, scope: str | None) -> Reader:
    from apim_ai.definition import Reader  # noqa: PLC0415 - the compiler behind it would slow the start of `up`

    return Reader(section, scope)


def _policies(reader: Reader, holder: Element) -> Iterator[Finding]:
    _CLEAN.read(reader, (element for element in holder.elements if element.name != "base"))
    yield from reader.findings


def _references(identifier: str, root: Element, resources: Resources) -> Iterator[Finding]:
    for element in root.elements:
        yield from _references_of(element, identifier, resources)
        yield from _references(identifier, element, resources)


def _references_of(element: Element, identifier: str, resources: Resources) -> Iterator[Finding]:
    for attribute in element.attributes:
        collection = REFERRING_ATTRIBUTES.get(attribute.name)
        if collection is None or attribute.code is not None:
            continue
        target = f"{collection}/{attribute.value}"
        if target.lower() == identifier.lower():
            yield _finding("reference", "A policy fragment cannot include itself.", element.span, element.name)
        elif target not in resources:
            message = f"{_NOUNS[collection]} with id '{attribute.value}' could not be found."
            yield _finding("reference", message, element.span, element.name)


def _single_policies(identifier: str, root: Element, resources: Resources) -> Iterator[Finding]:
    """Yield what the service checks of single policies beyond their declaration."""
    operation = resources.get(identifier.removesuffix("/policies/policy")) if "/operations/" in identifier else None
    template = None if operation is None else str(operation.properties.get("urlTemplate", ""))
    for element in _descendants(root):
        if element.name == "rewrite-uri" and template is not None:
            yield from _foreign_parameters(element, template)
        elif element.name == "cors":
            yield from _wrong_origins(element)


def _descendants(element: Element) -> Iterator[Element]:
    yield element
    for child in element.elements:
        yield from _descendants(child)


def _foreign_parameters(element: Element, template: str) -> Iterator[Finding]:
    rewritten = element.attribute("template")
    if rewritten is None or rewritten.code is not None:
        return
    known = {name.lower() for name in _PLACEHOLDER.findall(template)}
    if any(name.lower() not in known for name in _PLACEHOLDER.findall(rewritten.value)):
        yield _finding("rewrite", _FOREIGN_PARAMETER, element.span, element.name)


def _wrong_origins(cors: Element) -> Iterator[Finding]:
    allowed = cors.find("allowed-origins")
    origins = allowed.elements if allowed else ()
    texts = ["".join(piece.value for piece in origin.texts if piece.code is None).strip() for origin in origins]
    if "*" in texts and len(texts) > 1:
        yield _finding("origin", _NOT_ALONE, cors.span, cors.name)
        return
    for text in texts:
        if text and not _ORIGIN.fullmatch(text):
            yield _finding("origin", _NO_ORIGIN, cors.span, cors.name)
            return
