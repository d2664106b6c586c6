"""Elements and expressions with the place where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.lint.csharp import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.document import Attribute, Code, Document, Element, Text
    from apim_ai.lint.csharp import Tree
    from apim_ai.source import Span

__all__ = ["Expression", "Site", "expand", "expressions_of", "literal", "stands_for_markup"]


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
    def sets(self) -> tuple[str, ...]:
        """The context variables that this element may set."""
        return tuple(
            attribute.value
            for attribute in self.element.attributes
            if attribute.name.endswith("variable-name")
            or (self.element.name == "set-variable" and attribute.name == "name")
        )

    @property
    def is_conditional(self) -> bool:
        """Whether it may be skipped: it stands in a branch."""
        return self.is_inside("when", "otherwise")

    def dominates(self, other: Site) -> bool:
        """Whether it has run wherever `other`, which stands behind it, runs: no branch parts them."""
        branches = [parent for parent in self.parents if parent.name in ("when", "otherwise")]
        return all(any(branch is parent for parent in other.parents) for branch in branches)


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    """One C# expression and where it stands.

    Args:
        code: the text with its places.
        site: the element whose attribute or text it is.
        attribute: the attribute, or None for an element's text.
    """

    code: Code
    site: Site
    attribute: Attribute | None

    @property
    def tree(self) -> Tree | None:
        """The parsed expression, or None when it does not parse."""
        return tree_of(self.code.text)

    @property
    def policy(self) -> str:
        """The name of the innermost element around it."""
        return self.site.element.name

    def span(self, start: int | None = None, end: int | None = None) -> Span:
        """Return the place of a part of it, or of the whole."""
        return self.code.span(start or 0, end)


def expand(
    elements: Iterable[Element], section: str | None, parents: tuple[Element, ...], document: Document
) -> Iterator[Site]:
    """Yield elements and all that is in them as they are written."""
    for element in elements:
        yield Site(element, section, parents, document)
        if element.elements:
            yield from expand(element.elements, section, (*parents, element), document)


_NAMED_VALUES = re.compile(r"(?:\s*\{\{[A-Za-z0-9_.-]+\}\})+\s*")


def stands_for_markup(text: Text) -> bool:
    """Whether a text is named values alone: they are replaced before the document is read, so they may be elements."""
    return text.code is None and _NAMED_VALUES.fullmatch(text.value) is not None


def literal(element: Element, name: str) -> str | None:
    """Return an attribute's value when it is literal text without named values."""
    attribute = element.attribute(name)
    if attribute is None or attribute.code is not None or "{{" in attribute.value:
        return None
    return attribute.value


def expressions_of(site: Site) -> Iterator[Expression]:
    """Yield the expressions of one element: its attributes', then its text's."""
    for attribute in site.element.attributes:
        if attribute.code is not None:
            yield Expression(attribute.code, site, attribute)
    for text in site.element.texts:
        if text.code is not None:
            yield Expression(text.code, site, None)
