"""Whether a variable cannot be null where it is used, by what was tested or used on the way there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.document import Element
    from apim_ai.lint.site import Site

__all__ = ["is_used_before", "was_tested"]

_ENDS = frozenset({"return-response", "mock-response"})


def is_used_before(earlier: Iterable[Site], site: Site, since: int) -> bool:
    """Whether one of these places has been passed on every way to a site: what throws there does not get here.

    Args:
        earlier: places with the same use.
        site: the place in question.
        since: where in the document the value was last set.
    """
    return any(since < other.element.start <= site.element.start and other.dominates(site) for other in earlier)


def was_tested(name: str, site: Site, before: Iterable[Site]) -> bool:
    """Whether a branch for `name == null` has been left behind.

    Args:
        name: the variable.
        site: where it is used.
        before: the `choose` elements of the document.
    """
    return any(_is_left(name, choose, site) for choose in before)


def _is_left(name: str, choose: Site, site: Site) -> bool:
    if choose.element.start >= site.element.start or not choose.dominates(site):
        return False
    path = (*site.parents, site.element)
    for branch in choose.element.elements:
        if any(branch is step for step in path):
            return False
        if branch.name == "when" and _tests(name, branch):
            is_other_branch = any(choose.element is parent for parent in site.parents)
            return is_other_branch or any(child.name in _ENDS for child in branch.elements)
    return False


def _tests(name: str, when: Element) -> bool:
    condition = when.attribute("condition")
    return condition is not None and bool(re.search(rf'"{re.escape(name)}"[^&]*==\s*null', condition.value))
