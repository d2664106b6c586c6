"""What a request passes through: the elements of a section in order, with what `base` and fragments stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.lint.site import Site, expressions_of, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.document import Document, Element
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.site import Expression

__all__ = ["Flow"]

_UNKNOWN = frozenset({"base", "fragment"})
_MAX_DEPTH = 12  # fragments cannot nest and scopes are five


@dataclass(eq=False)
class Flow:
    """The elements that a request passes in one section.

    Args:
        sites: in the order of execution; containers stand before what is in them.
        memo: what analyses of this flow keep.
        unknown: `base` where a parent scope is not at hand, `fragment` where an included fragment is not.
    """

    sites: tuple[Site, ...]
    unknown: frozenset[str]
    memo: dict[str, object] = field(default_factory=dict[str, object])

    @property
    def is_complete(self) -> bool:
        """Whether it is known what every `base` and fragment stands for."""
        return not self.unknown

    @classmethod
    def of(
        cls, document: Document, section: str, *, place: str | None, scope: str | None, estate: Estate | None
    ) -> Flow:
        """Return the flow of a policy document's section.

        Args:
            document: the document.
            section: inbound, backend, outbound or on-error.
            place: its id among the resources.
            scope: global, product, api or operation.
            estate: the resources around it.
        """
        walker = _Walker(estate, section)
        walker.section(document, place, scope, 0)
        return cls(tuple(walker.sites), frozenset(walker.unknown))

    @classmethod
    def alone(cls, sites: tuple[Site, ...]) -> Flow:
        """Return the flow of a fragment that is looked at alone: nobody knows what runs before it."""
        return cls(sites, _UNKNOWN)

    def named(self, *names: str) -> list[Site]:
        """Return the sites of these element names, in order."""
        if len(names) == 1:
            return self._by_name.get(names[0], [])
        found = [site for name in names for site in self._by_name.get(name, ())]
        return sorted(found, key=lambda site: self.position[id(site)])

    def named_before(self, site: Site, *names: str) -> list[Site]:
        """Return the sites of these element names that stand before a site."""
        limit = self.position.get(id(site), len(self.sites))
        return [earlier for earlier in self.named(*names) if self.position[id(earlier)] < limit]

    @cached_property
    def _by_name(self) -> dict[str, list[Site]]:
        found: dict[str, list[Site]] = {}
        for site in self.sites:
            found.setdefault(site.element.name, []).append(site)
        return found

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression, in order."""
        return tuple(expression for site in self.sites for expression in expressions_of(site))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The context variables that something on the way may set."""
        return frozenset(name for site in self.sites for name in site.sets)

    def place_of(self, site: Site) -> int | None:
        """Return where an element of the document itself stands on the way, or None when it does not."""
        return self._by_element.get(id(site.element))

    @cached_property
    def _by_element(self) -> dict[int, int]:
        return {id(site.element): number for number, site in reversed(list(enumerate(self.sites)))}

    @cached_property
    def position(self) -> dict[int, int]:
        """The place of each site, by its identity."""
        return {id(site): number for number, site in enumerate(self.sites)}


class _Walker:
    """Walks one section through scopes and fragments, and collects its sites."""

    def __init__(self, estate: Estate | None, section: str) -> None:
        self._estate = estate
        self._section = section
        self.sites: list[Site] = []
        self.unknown: set[str] = set()

    def section(self, document: Document, place: str | None, scope: str | None, depth: int) -> None:
        root = document.root
        element = root.find(self._section) if root is not None and root.name == "policies" else None
        if element is None:
            self._base(place, scope, depth)
        else:
            self._elements(element.elements, (), document, place, scope, depth)

    def _elements(
        self,
        elements: Iterable[Element],
        parents: tuple[Element, ...],
        document: Document,
        place: str | None,
        scope: str | None,
        depth: int,
    ) -> None:
        for element in elements:
            self.sites.append(Site(element, self._section, parents, document))
            if element.name == "base":
                self._base(place, scope, depth)
            elif element.name == "include-fragment":
                self._include(element, parents, depth)
            elif element.elements:
                self._elements(element.elements, (*parents, element), document, place, scope, depth)

    def _base(self, place: str | None, scope: str | None, depth: int) -> None:
        """Go on in the parent scope. A scope without a document of its own inherits; no global one runs nothing of ours."""
        if scope == "global" or depth > _MAX_DEPTH:
            return
        if self._estate is None or place is None:
            self.unknown.add("base")
            return
        parent = self._estate.parent_policy(place)
        if parent is not None:
            document, parent_place, parent_scope = parent
            self.section(document, parent_place, parent_scope, depth + 1)

    def _include(self, element: Element, parents: tuple[Element, ...], depth: int) -> None:
        name = literal(element, "fragment-id")
        fragment = self._estate.fragment(name) if self._estate is not None and name is not None else None
        if fragment is None or fragment.root is None or depth > _MAX_DEPTH:
            self.unknown.add("fragment")
            return
        self._elements(fragment.root.elements, (*parents, element), fragment, None, "global", depth + 1)
