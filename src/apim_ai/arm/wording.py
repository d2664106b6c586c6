"""Findings in the service's own sentences, with the element and its line and column in the document that was sent.

The sentences are those of public reports and of .NET's schema validation, which the service uses; what has no known
sentence keeps our own. The place is always that of the element's name, as the service counts it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.arm.documents import parsed
from apim_ai.arm.refusal import Detail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apim_ai.document import Document, Element
    from apim_ai.finding import Finding
    from apim_ai.source import Span

__all__ = ["WITHOUT_ELEMENT", "Places", "details"]

WITHOUT_ELEMENT = frozenset({"AIM001", "AIM233"})
"""Rules about text that no element could be made of: their target is `representation`."""

_QUOTED = re.compile(r"'([^']*)'")


def details(findings: Iterable[Finding], text: str, format_: str) -> Iterator[Detail]:
    """Yield what is wrong with a document as the service words it."""
    places = Places.of(parsed(text, "xml" if format_ == "xml" else "rawxml"))
    told: set[int] = set()
    for finding in findings:
        place = places.at(finding.span, finding.policy)
        if place is not None and id(place.element) in told:
            continue  # what stands wrongly in an element is told before, and instead of, what it lacks
        if place is not None and finding.rule in _STRAY:
            told.add(id(place.element))
        if finding.rule in WITHOUT_ELEMENT or place is None:
            yield Detail("representation", _placed(finding))
            continue
        element = place.parent if finding.rule in _ABOUT_THE_PARENT and place.parent else place.element
        words = _WORDS.get(finding.rule, _own)(finding, place)
        name = element.name_span
        message = f"Error in element '{element.name}' on line {name.line}, column {name.column}: {words}"
        yield Detail(element.name, message)


@dataclass(frozen=True)
class Place:
    """An element and the one around it."""

    element: Element
    parent: Element | None


@dataclass(frozen=True)
class Places:
    """The elements of a document, to be found by a place in it."""

    elements: tuple[tuple[tuple[int, int], tuple[int, int], Place], ...]

    @classmethod
    def of(cls, document: Document) -> Places:
        """Return the places of a document's elements, outer ones first."""

        def walk(element: Element, parent: Element | None) -> Iterator[Place]:
            yield Place(element, parent)
            for child in element.elements:
                yield from walk(child, element)

        found = walk(document.root, None) if document.root else iter(())
        line_column = document.source.line_column
        return cls(tuple((line_column(place.element.start), line_column(place.element.end), place) for place in found))

    def at(self, span: Span, name: str | None = None) -> Place | None:
        """Return the innermost element at a place; the one of that name where a named value made the column unsure."""
        inside = self.around(span)
        found = inside[-1] if inside else None
        if name is None or (found is not None and found.element.name == name):
            return found
        outer = next((place for place in reversed(inside) if place.element.name == name), None)
        on_line = (place for start, _, place in self.elements if start[0] == span.line and place.element.name == name)
        return outer or next(on_line, found)

    def around(self, span: Span) -> list[Place]:
        """Return the elements that a place is in, outer ones first."""
        wanted = (span.line, span.column)
        return [place for start, end, place in self.elements if start <= wanted < end]


def _placed(finding: Finding) -> str:
    message = _own(finding, None)
    if ", position " in message:
        return message
    return f"{message}. Line {finding.span.line}, position {finding.span.column}."


def _own(finding: Finding, _: Place | None) -> str:
    return f"{finding.message[:1].upper()}{finding.message[1:]}"


def _text(sentence: str) -> Callable[[Finding, Place], str]:
    return lambda _finding, _place: sentence


def _no_text(finding: Finding, place: Place) -> str:
    _, _, expected = finding.message.partition("elements expected: ")
    listed = f" List of possible elements expected: {expected.rstrip('.')}." if expected else ""
    return f"The element '{place.element.name}' cannot contain text.{listed}"


def _invalid_child(finding: Finding, place: Place) -> str:
    del finding
    holder = place.parent.name if place.parent else ""
    return f"The element '{holder}' has invalid child element '{place.element.name}'."


def _undeclared(finding: Finding, _: Place) -> str:
    names = _QUOTED.findall(finding.message)
    return f"The '{names[-1]}' attribute is not declared." if names else _own(finding, None)


def _missing(finding: Finding, _: Place) -> str:
    names = _QUOTED.findall(finding.message)
    return f"The required attribute '{names[-1]}' is missing." if names else _own(finding, None)


def _return_type(finding: Finding, _: Place) -> str:
    names = re.findall(r"System\.[\w.`\[\]]+", finding.message)
    return f"Expression return type '{names[0]}' is not allowed" if names else _own(finding, None)


_STRAY = frozenset({"AIM006"})
_ABOUT_THE_PARENT = frozenset({"AIM101", "AIM025"})
"""Rules about a child that its parent does not take: the service names the parent."""

_WORDS: dict[str, Callable[[Finding, Place], str]] = {
    "AIM002": _text("Policy section is not allowed in the specified scope"),
    "AIM006": _no_text,
    "AIM007": _text("Policy is not allowed in the specified section"),
    "AIM008": _text("Policy is not allowed in the specified scope"),
    "AIM025": _invalid_child,
    "AIM101": _invalid_child,
    "AIM102": _undeclared,
    "AIM103": _missing,
    "AIM208": _return_type,
    "AIM209": _return_type,
}
