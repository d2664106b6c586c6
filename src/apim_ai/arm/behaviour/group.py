"""Groups of users; three of them belong to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.behaviour.link import links_to
from apim_ai.arm.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.arm.entity import Change, Entity
    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]


class GroupBehaviour(Behaviour):
    """The service's own groups can neither change nor go."""

    def admit(self, draft: Draft) -> Change:
        """Refuse a change of a group of the service's own."""
        if draft.kept("builtIn"):
            raise Refusal(405, "MethodNotAllowed", "System entity cannot be updated.")
        return super().admit(draft)

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Say that it is not one of the service's own."""
        return {**super().complete(draft, properties), "builtIn": False}

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Refuse to remove a group of the service's own; links to others go with them."""
        if entity.resource.properties.get("builtIn"):
            raise Refusal(405, "MethodNotAllowed", "System entity cannot be deleted.")
        return super().gone(entity, world, query) + links_to(entity, world, "product_group")


BEHAVIOUR = GroupBehaviour
