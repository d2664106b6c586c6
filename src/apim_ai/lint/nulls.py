"""Whether a variable cannot be null where it is used, by what was tested or used on the way there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.document import Element
    from apim_ai.lint.site import Site

__all__ = ["is_used_before", "tests_of", "was_tested"]

_NULL = re.compile(r'"([^"]*)"[^&"]*==\s*null')
_ENDS = frozenset({"return-response", "mock-response"})


def is_used_before(earlier: Iterable[Site], site: Site, since: int) -> bool:
    """Whether one of these places has been passed on every way to a site: what throws there does not get here.

    Args:
        earlier: places with the same use.
        site: the place in question.
        since: where in the document the value was last set.
    """
    return any(since < other.element.start <= site.element.start and other.dominates(site) for other in earlier)


def tests_of(chooses: Iterable[Site]) -> dict[str, list[Site]]:
    """Return the `choose` elements of a document by the variables that a branch of theirs tests for null."""
    found: dict[str, list[Site]] = {}
    for choose in chooses:
        for name in {name for branch in choose.element.elements for name in _tested(branch)}:
            found.setdefault(name, []).append(choose)
    return found


def was_tested(name: str, site: Site, tests: Mapping[str, list[Site]]) -> bool:
    """Whether a branch for `name == null` has been left behind.

    Args:
        name: the variable.
        site: where it is used.
        tests: the `choose` elements of the document, as `tests_of` gives them.
    """
    return any(_is_left(name, choose, site) for choose in tests.get(name, ()))


def _is_left(name: str, choose: Site, site: Site) -> bool:
    if choose.element.start >= site.element.start or not choose.dominates(site):
        return False
    path = (*site.parents, site.element)
    for branch in choose.element.elements:
        if any(branch is step for step in path):
            return False
        if name in _tested(branch):
            is_other_branch = any(choose.element is parent for parent in site.parents)
            return is_other_branch or any(child.name in _ENDS for child in branch.elements)
    return False


def _tested(branch: Element) -> set[str]:
    condition = branch.attribute("condition") if branch.name == "when" else None
    return set() if condition is None else set(_NULL.findall(condition.value))
