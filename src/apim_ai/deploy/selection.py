"""A part of a project that can be deployed by itself: what was named, what belongs to it and what it needs."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from apim_ai.errors import UsageError
from apim_ai.resource import References, Resources

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["selected"]


def selected(desired: Resources, targets: Iterable[str]) -> Resources:
    """Return the resources of the named ids with all below them and all they need; everything when none is named.

    Raises:
        UsageError: an id is not declared.
    """
    targets = tuple(targets)
    if not targets:
        return desired
    references = References(desired)
    open_ = [identifier for target in targets for identifier in _with_descendants(desired, target)]
    found: dict[str, None] = {}
    while open_:
        identifier = open_.pop()
        if identifier not in found:
            found[identifier] = None
            open_.extend(references.of(desired[identifier]))
    return Resources(resource for identifier, resource in desired.items() if identifier in found)


def _with_descendants(desired: Resources, target: str) -> list[str]:
    target = target.strip("/")
    if target not in desired:
        close = get_close_matches(target, list(desired), 1)
        raise UsageError(
            f'the project declares no resource "{target}"', help=f'did you mean "{close[0]}"?' if close else None
        )
    prefix = f"{target.lower()}/"
    return [desired[target].id, *(identifier for identifier in desired if identifier.lower().startswith(prefix))]
