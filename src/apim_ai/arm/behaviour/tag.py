"""Tags: labels of APIs, operations and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.arm.behaviour.base import Behaviour
from apim_ai.arm.behaviour.link import links_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.arm.entity import Change, Entity
    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]


class TagBehaviour(Behaviour):
    """A tag goes from everything that wears it."""

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Remove the tag and its assignments."""
        return super().gone(entity, world, query) + links_to(entity, world, "api_tag", "operation_tag", "product_tag")


BEHAVIOUR = TagBehaviour
