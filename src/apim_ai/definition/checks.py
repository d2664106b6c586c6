"""Checks of an element against its definition that need no values: names, counts, order, conditions between parts."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from apim_ai.definition.nodes import REQUIRED, AttributePart, ChildPart, ContentPart, PoliciesPart, TextsPart

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.definition.nodes import Definition, Part
    from apim_ai.definition.values import Report
    from apim_ai.document.tree import Element

__all__ = ["check_attributes", "check_children", "check_constraints", "child_names"]


_MOST_SUGGESTIONS = 50  # for one element: a name costs a millisecond


def check_attributes(definition: Definition, element: Element, report: Report) -> None:
    """Report unknown, repeated and missing attributes."""
    known = {part.name: part for part in definition.parts if isinstance(part, AttributePart)}
    seen: set[str] = set()
    unknown = 0
    for attribute in element.attributes:
        name = attribute.name
        if name in seen:
            report("AIM115", "duplicate-attribute", f"'{name}' stands twice", attribute.span, policy=element.name)
        seen.add(name)
        if name not in known and name != "id":
            message = f"'{element.name}' has no attribute '{name}'"
            help_ = _suggestion(name, known) if unknown < _MOST_SUGGESTIONS else None
            unknown += 1
            report("AIM102", "unknown-attribute", message, attribute.span, policy=element.name, help_=help_)
    for name, part in known.items():
        if part.default is REQUIRED and name not in seen:
            report("AIM103", "missing-attribute", f"'{element.name}' needs the attribute '{name}'", element)
        elif part.disputed and name not in seen:
            message = f"'{element.name}' should have the attribute '{name}': its page asks for it"
            report("AIM103", "missing-attribute", message, element, severity="warning")


def child_names(definition: Definition) -> frozenset[str]:
    """Return the names of the direct children that are not policies."""
    return frozenset(part.within or part.name for part in definition.parts if isinstance(part, ChildPart | TextsPart))


def _takes_markup(part: Part) -> bool:
    return isinstance(part, ContentPart) and part.markup


def check_children(definition: Definition, element: Element, report: Report) -> None:
    """Report unknown and misplaced children, wrong counts, and text where none belongs."""
    known = child_names(definition)
    takes_others = any(isinstance(part, PoliciesPart) or _takes_markup(part) for part in definition.parts)
    for child in element.elements:
        if child.name not in known and not takes_others:
            help_ = _suggestion(child.name, known)
            report("AIM101", "unknown-policy", f"'{element.name}' takes no '{child.name}'", child, help_=help_)
    if not any(isinstance(part, ContentPart) for part in definition.parts):
        for text in element.texts:
            expected = ", ".join(f"'{name}'" for name in sorted(known)) or "none"
            message = f"the element '{element.name}' cannot contain text; elements expected: {expected}"
            report("AIM006", "stray-text", message, text.span, policy=element.name)
    _check_counts(definition, element, report)
    if definition.ordered:
        _check_order(definition, element, report)


def _check_counts(definition: Definition, element: Element, report: Report) -> None:
    for part in definition.parts:
        if isinstance(part, PoliciesPart):
            _check_count(part, len(element.elements), element, "policies", report)
            _check_once(part, element, report)
        elif isinstance(part, ContentPart):
            has_markup = part.markup and any(child.name not in child_names(definition) for child in element.elements)
            if part.default is REQUIRED and not element.texts and not has_markup:
                report("AIM029", "empty-container", f"'{element.name}' needs a text", element)
        elif isinstance(part, ChildPart | TextsPart):
            if part.within is None:
                count = sum(child.name == part.name for child in element.elements)
                _check_count(part, count, element, f"'{part.name}'", report)
            else:
                _check_within(part, part.within, element, report)


def _check_within(part: ChildPart | TextsPart, within: str, element: Element, report: Report) -> None:
    holders = [child for child in element.elements if child.name == within]
    if len(holders) > 1:
        report("AIM009", "policy-repeated", f"'{within}' may stand only once in '{element.name}'", holders[1])
    for holder in holders:
        for child in holder.elements:
            if child.name != part.name:
                help_ = _suggestion(child.name, [part.name])
                report("AIM101", "unknown-policy", f"'{within}' takes no '{child.name}'", child, help_=help_)
        for attribute in holder.attributes:
            report("AIM102", "unknown-attribute", f"'{within}' has no attribute '{attribute.name}'", attribute.span)
        count = sum(child.name == part.name for child in holder.elements)
        _check_count(part, count, holder, f"'{part.name}'", report)


def _check_count(
    part: ChildPart | TextsPart | PoliciesPart, count: int, element: Element, what: str, report: Report
) -> None:
    if count < part.at_least:
        needed = "a" if part.at_least == 1 else str(part.at_least)
        what = "policy" if what == "policies" and part.at_least == 1 else what
        is_disputed = isinstance(part, ChildPart) and part.disputed
        message = f"'{element.name}' needs {needed} {what}"
        report("AIM029", "empty-container", message, element, severity="warning" if is_disputed else "error")
    if part.at_most is not None and count > part.at_most:
        message = f"'{element.name}' takes {part.at_most} {what}, not {count}"
        report("AIM009", "policy-repeated", message, element)


def _check_once(part: PoliciesPart, element: Element, report: Report) -> None:
    for name in part.once:
        for second in [child for child in element.elements if child.name == name][1:]:
            message = f"'{name}' may stand only once in '{element.name}'"
            report("AIM009", "policy-repeated", message, second)


def _check_order(definition: Definition, element: Element, report: Report) -> None:
    """Report children out of order; nested policies with a warning, as services run documents that have them so."""
    order = _order(definition)
    nested = {name for part in definition.parts if isinstance(part, PoliciesPart) for name in part.only or ()}
    position = 0
    for child in element.elements:
        if child.name not in order:
            continue
        index = order.index(child.name)
        if index < position:
            is_doubtful = child.name in nested or order[position] in nested
            message = f"'{child.name}' must stand before '{order[position]}' in '{element.name}'"
            report("AIM025", "child-order", message, child, severity="warning" if is_doubtful else "error")
        position = max(position, index)


def _order(definition: Definition) -> list[str]:
    order: list[str] = []
    for part in definition.parts:
        if isinstance(part, ChildPart | TextsPart):
            order.append(part.within or part.name)
        elif isinstance(part, PoliciesPart):
            order += part.only or ()
    return order


def check_constraints(definition: Definition, element: Element, report: Report) -> None:
    """Report conditions between parts that do not hold."""
    if not definition.constraints:
        return
    present = {attribute.name for attribute in element.attributes}
    present |= {f"{attribute.name}={attribute.value}" for attribute in element.attributes}
    present |= {child.name for child in element.elements}
    if element.texts:
        present.add("#text")
    for constraint in definition.constraints:
        if not constraint.holds(present):
            rule, name = constraint.code(present)
            report(rule, name, f"in '{element.name}' {constraint.describe()}", element)


def _suggestion(word: str, known: Iterable[str]) -> str | None:
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    if close:
        return f"did you mean '{close[0]}'?"
    names = ", ".join(f"'{name}'" for name in sorted(known))
    return f"known here: {names}" if names else None
