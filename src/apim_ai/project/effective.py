"""`<base/>` resolved once, for lint and gateway alike: from the documents of the scopes to one effective policy.

A document is taken apart into its sections (`sections_of`); `effective` then composes one section over the scopes. Both
are generic over what a section holds: elements for the linter, compiled policies for the gateway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from apim_ai.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from apim_ai.document import Document, Element
    from apim_ai.source import Span

__all__ = [
    "SECTIONS",
    "Layer",
    "SectionParts",
    "Segment",
    "descendants",
    "effective",
    "sections_of",
    "structure_findings",
]

T = TypeVar("T")
SectionName = Literal["inbound", "backend", "outbound", "on-error"]

SECTIONS: tuple[SectionName, ...] = ("inbound", "backend", "outbound", "on-error")


@dataclass(frozen=True, slots=True)
class SectionParts(Generic[T]):
    """What a section of one document holds, before and after its `<base/>`.

    Args:
        before: what stands before `base`, or everything where there is none.
        after: what stands behind it.
        has_base: whether the section holds `base`.
    """

    before: tuple[T, ...] = ()
    after: tuple[T, ...] = ()
    has_base: bool = True


@dataclass(frozen=True, slots=True)
class Layer(Generic[T]):
    """The document of one scope; a section element that it leaves out is not in `sections`."""

    scope: str
    sections: Mapping[SectionName, SectionParts[T]]


@dataclass(frozen=True, slots=True)
class Segment(Generic[T]):
    """A run of items that come from one scope."""

    scope: str
    items: tuple[T, ...]


def effective(
    section: SectionName, layers: Sequence[Layer[T]], missing: Literal["inherit", "empty"] = "inherit"
) -> tuple[Segment[T], ...]:
    """Return what a section runs, in order.

    Args:
        section: the section.
        layers: the documents that apply, broadest scope first; a scope without a document is left out.
        missing: setting `compose.missing_section`: what a document without this section element means.

    Source: policies how-to: start with the narrowest definition, each `<base/>` stands for the next broader scope;
    without it nothing broader runs; at the broadest scope it does nothing.
    """
    segments: tuple[Segment[T], ...] = ()
    for layer in layers:
        parts = layer.sections.get(section)
        if parts is None:
            segments = segments if missing == "inherit" else ()
            continue
        inherited = segments if parts.has_base else ()
        own = (Segment(layer.scope, parts.before), *inherited, Segment(layer.scope, parts.after))
        segments = tuple(segment for segment in own if segment.items)
    return segments


def sections_of(root: Element) -> dict[SectionName, SectionParts[Element]]:
    """Return the sections of a `policies` element; of repeated ones and repeated `base` elements the first counts."""
    found: dict[SectionName, SectionParts[Element]] = {}
    for name in SECTIONS:
        section = root.find(name)
        if section is not None:
            found[name] = _split(section.elements)
    return found


def _split(elements: Sequence[Element]) -> SectionParts[Element]:
    place = next((number for number, element in enumerate(elements) if element.name == "base"), None)
    if place is None:
        return SectionParts(tuple(elements), (), has_base=False)
    after = tuple(element for element in elements[place + 1 :] if element.name != "base")
    return SectionParts(tuple(elements[:place]), after)


def structure_findings(document: Document, root_name: Literal["policies", "fragment"]) -> Iterator[Finding]:
    """Yield what is wrong with a document above the level of policies: its root, sections and `base` elements."""
    root = document.root
    if root is None:
        if not document.findings:
            span = document.source.span(0)
            yield _error("AIM002", "wrong-root", f"the document is empty; its root must be '{root_name}'", span)
        return
    if root.name != root_name:
        yield _error("AIM002", "wrong-root", f"the root must be '{root_name}', not '{root.name}'", root.span)
        return
    if root_name == "fragment":
        yield from _fragment_findings(root)
        return
    yield from _stray_texts(root)
    yield from _section_findings(root.elements)


def _section_findings(sections: Iterable[Element]) -> Iterator[Finding]:
    seen: set[str] = set()
    for section in sections:
        if section.name not in SECTIONS:
            message = f"there is no section '{section.name}', only {', '.join(SECTIONS)}"
            yield _error("AIM003", "unknown-section", message, section.span)
            continue
        if section.name in seen:
            yield _error("AIM004", "duplicate-section", f"the section '{section.name}' stands twice", section.span)
        seen.add(section.name)
        yield from _stray_texts(section)
        bases = [element for element in section.elements if element.name == "base"]
        if len(bases) > 1:
            message = f"'base' stands more than once in '{section.name}'"
            yield _error("AIM013", "duplicate-base", message, bases[1].span)


def _fragment_findings(root: Element) -> Iterator[Finding]:
    yield from _stray_texts(root)
    for element in root.elements:
        if element.name == "base" or element.name in SECTIONS:
            message = f"a fragment holds policies only, not '{element.name}'"
            yield _error("AIM023", "fragment-content", message, element.span)
    for element in descendants(root):
        if element.name == "include-fragment":
            message = "a fragment cannot include another fragment"
            yield _error("AIM023", "fragment-content", message, element.span, element.name)


def descendants(element: Element) -> Iterator[Element]:
    """Yield the elements inside an element, outermost first, in document order."""
    for child in element.elements:
        yield child
        yield from descendants(child)


def _stray_texts(element: Element) -> Iterator[Finding]:
    for text in element.texts:
        message = f"the element '{element.name}' cannot contain text"
        yield _error("AIM006", "stray-text", message, text.span, policy=element.name)


def _error(rule: str, name: str, message: str, span: Span, policy: str | None = None) -> Finding:
    return Finding(rule, name, "error", message, span, policy)
