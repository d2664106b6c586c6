"""Version sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Detail

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BEHAVIOUR"]

_NAMED_BY = {"query": "versionQueryName", "header": "versionHeaderName"}


class VersionSetBehaviour(Behaviour):
    """A scheme that needs a name must have it."""

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors and the missing name of a query parameter or header."""
        yield from super().wrong(draft, properties)
        needed = _NAMED_BY.get(str(properties.get("versioningScheme", "")).lower())
        if needed and not properties.get(needed):
            yield Detail(needed, f"'{needed}' must not be empty.")


BEHAVIOUR = VersionSetBehaviour
