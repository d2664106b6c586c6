"""What rules look at: a document with its place, its elements and its expressions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.lint.flow import Flow
from apim_ai.lint.site import Site, expand, expressions_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from apim_ai.document import Document, Element
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.site import Expression

__all__ = ["SECTIONS", "Subject"]

SECTIONS = ("inbound", "backend", "outbound", "on-error")
_AI_MARKS = ('"usage"', '"choices"', '"max_tokens"', '"messages"', '"prompt_tokens"', '"completion_tokens"')


@dataclass(eq=False)
class Subject:
    """One document as rules see it.

    Args:
        document: the tree.
        scope: global, workspace, product, api, operation or fragment; None where it is not known.
        place: its id among the resources, where it has one.
        estate: the other resources of its environment, where there is a project.
        gateway: classic, v2 or consumption, where it is known.
    """

    document: Document
    scope: str | None = None
    place: str | None = None
    estate: Estate | None = None
    gateway: str | None = None

    @property
    def root(self) -> Element | None:
        """The root element."""
        return self.document.root

    @property
    def is_fragment(self) -> bool:
        """Whether it is a policy fragment."""
        return self.scope == "fragment" or (self.root is not None and self.root.name == "fragment")

    @property
    def is_policies(self) -> bool:
        """Whether it is a policy document."""
        return self.root is not None and self.root.name == "policies"

    @cached_property
    def sections(self) -> dict[str, Element]:
        """The section elements by name; the first of each."""
        found: dict[str, Element] = {}
        if self.root is not None and self.is_policies:
            for element in self.root.elements:
                found.setdefault(element.name, element)
        return found

    @cached_property
    def sites(self) -> tuple[Site, ...]:
        """Every element below the sections (or below the root of a fragment), in the order of the document."""
        if self.root is None:
            return ()
        if not self.is_policies:
            return tuple(expand(self.root.elements, None, (), self.document))
        every = (expand(section.elements, section.name, (), self.document) for section in self.root.elements)
        return tuple(site for sites in every for site in sites)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Every expression, in the order of the document."""
        return tuple(expression for site in self.sites for expression in expressions_of(site))

    @property
    def names(self) -> AbstractSet[str]:
        """The names of its elements."""
        return self._by_name.keys()

    def named(self, *names: str) -> list[Site]:
        """Return the sites of these element names: of the first name in order, then of the next."""
        return [site for name in names for site in self._by_name.get(name, ())]

    @cached_property
    def _by_name(self) -> dict[str, list[Site]]:
        found: dict[str, list[Site]] = {}
        for site in self.sites:
            found.setdefault(site.element.name, []).append(site)
        return found

    @cached_property
    def flows(self) -> dict[str, Flow]:
        """What runs in each section, base and fragments included."""
        if not self.is_policies or self.is_fragment:
            return dict.fromkeys(SECTIONS, Flow.alone(self.sites))
        return {
            section: Flow.of(self.document, section, place=self.place, scope=self.scope, estate=self.estate)
            for section in SECTIONS
        }

    @property
    def inbound(self) -> Flow:
        """What runs before the backend; for a fragment that is looked at alone, all of it."""
        return self.flows["inbound"]

    @property
    def outbound(self) -> Flow:
        """What runs behind the backend; for a fragment that is looked at alone, all of it."""
        return self.flows["outbound"]

    @cached_property
    def calls_model(self) -> bool:
        """Whether a model is called, to judge by the policies on the way."""
        for flow in self.flows.values():
            for site in flow.sites:
                if site.name.startswith(("llm-", "azure-openai-")) or "openai" in (site.literal("base-url") or ""):
                    return True
        return False

    @cached_property
    def is_ai(self) -> bool:
        """Whether a model is called, to judge by the policies and by what expressions look for in bodies."""
        return self.calls_model or any(mark in e.code.text for e in self.expressions for mark in _AI_MARKS)
