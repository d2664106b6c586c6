"""What a request passes through: the elements of a section in order, with what `base` and fragments stand for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.document import Document, Element
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.subject import Subject

__all__ = ["Flow", "Site", "expand", "literal"]

_UNKNOWN = frozenset({"base", "fragment"})
_MAX_DEPTH = 12  # fragments cannot nest and scopes are five


@dataclass(frozen=True, eq=False, slots=True)
class Site:
    """An element and where it stands.

    Args:
        element: the element.
        section: inbound, backend, outbound or on-error; None in a fragment that is looked at alone.
        parents: the elements around it inside the section, outermost first; through an include, the including ones.
        document: the document it is written in.
    """

    element: Element
    section: str | None
    parents: tuple[Element, ...]
    document: Document

    @property
    def name(self) -> str:
        """The element's name."""
        return self.element.name

    def literal(self, name: str) -> str | None:
        """Return an attribute's value when it is literal text without named values."""
        return literal(self.element, name)

    def number(self, name: str) -> float | None:
        """Return an attribute's value when it is a literal number."""
        value = self.literal(name)
        try:
            return None if value is None else float(value)
        except ValueError:
            return None

    def is_inside(self, *names: str) -> bool:
        """Whether an element of these names is around it."""
        return any(parent.name in names for parent in self.parents)

    @property
    def is_conditional(self) -> bool:
        """Whether it may be skipped: it stands in a branch."""
        return self.is_inside("when", "otherwise")

    def dominates(self, other: Site) -> bool:
        """Whether it has run wherever `other`, which stands behind it, runs: no branch parts them."""
        branches = [parent for parent in self.parents if parent.name in ("when", "otherwise")]
        return all(any(branch is parent for parent in other.parents) for branch in branches)


@dataclass(eq=False)
class Flow:
    """The elements that a request passes in one section.

    Args:
        sites: in the order of execution; containers stand before what is in them.
        unknown: `base` where a parent scope is not at hand, `fragment` where an included fragment is not.
    """

    sites: tuple[Site, ...]
    unknown: frozenset[str]

    @property
    def is_complete(self) -> bool:
        """Whether it is known what every `base` and fragment stands for."""
        return not self.unknown

    @classmethod
    def of(cls, subject: Subject, section: str) -> Flow:
        """Return the flow of a document's section."""
        if subject.root is None:
            return cls((), _UNKNOWN)
        if subject.is_fragment or not subject.is_policies:
            return cls(subject.sites, _UNKNOWN)
        walker = _Walker(subject.estate, section)
        sites = tuple(walker.section(subject.document, subject.place, subject.scope, 0))
        return cls(sites, frozenset(walker.unknown))

    def named(self, *names: str) -> Iterator[Site]:
        """Yield the sites of these element names."""
        return (site for site in self.sites if site.element.name in names)

    def before(self, site: Site) -> tuple[Site, ...]:
        """Return what stands before a site."""
        position = self.position.get(id(site), len(self.sites))
        return self.sites[:position]

    @cached_property
    def position(self) -> dict[int, int]:
        """The place of each site, by its identity."""
        return {id(site): number for number, site in enumerate(self.sites)}


class _Walker:
    """Walks one section through scopes and fragments."""

    def __init__(self, estate: Estate | None, section: str) -> None:
        self._estate = estate
        self._section = section
        self.unknown: set[str] = set()

    def section(self, document: Document, place: str | None, scope: str | None, depth: int) -> Iterator[Site]:
        root = document.root
        element = root.find(self._section) if root is not None and root.name == "policies" else None
        if element is None:
            yield from self._base(place, scope, depth)
        else:
            yield from self._elements(element.elements, (), document, place, scope, depth)

    def _elements(
        self,
        elements: Iterable[Element],
        parents: tuple[Element, ...],
        document: Document,
        place: str | None,
        scope: str | None,
        depth: int,
    ) -> Iterator[Site]:
        for element in elements:
            yield Site(element, self._section, parents, document)
            if element.name == "base":
                yield from self._base(place, scope, depth)
            elif element.name == "include-fragment":
                yield from self._include(element, parents, depth)
            elif element.elements:
                yield from self._elements(element.elements, (*parents, element), document, place, scope, depth)

    def _base(self, place: str | None, scope: str | None, depth: int) -> Iterator[Site]:
        """Go on in the parent scope. A scope without a document of its own inherits; no global one runs nothing of ours."""
        if scope == "global" or depth > _MAX_DEPTH:
            return
        if self._estate is None or place is None:
            self.unknown.add("base")
            return
        parent = self._estate.parent_policy(place)
        if parent is not None:
            document, parent_place, parent_scope = parent
            yield from self.section(document, parent_place, parent_scope, depth + 1)

    def _include(self, element: Element, parents: tuple[Element, ...], depth: int) -> Iterator[Site]:
        name = literal(element, "fragment-id")
        fragment = self._estate.fragment(name) if self._estate is not None and name is not None else None
        if fragment is None or fragment.root is None or depth > _MAX_DEPTH:
            self.unknown.add("fragment")
            return
        yield from self._elements(fragment.root.elements, (*parents, element), fragment, None, "global", depth + 1)


def expand(
    elements: Iterable[Element], section: str | None, parents: tuple[Element, ...], document: Document
) -> Iterator[Site]:
    """Yield elements and all that is in them as they are written."""
    for element in elements:
        yield Site(element, section, parents, document)
        if element.elements:
            yield from expand(element.elements, section, (*parents, element), document)


def literal(element: Element, name: str) -> str | None:
    """Return an attribute's value when it is literal text without named values."""
    attribute = element.attribute(name)
    if attribute is None or attribute.code is not None or "{{" in attribute.value:
        return None
    return attribute.value
