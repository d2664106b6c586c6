"""Products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.refusal import bad_request
from apim_ai.resource import Resource
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]

_HAS_SUBSCRIPTIONS = (
    "Product cannot be deleted since it has existing subscriptions. Delete subscriptions before deleting the product "
    "or pass in deleteSubscriptions=true as query param"
)


class ProductBehaviour(Behaviour):
    """A new product is visible to administrators; one with subscriptions goes only together with them."""

    def companions(self, draft: Draft, properties: dict[str, Any]) -> Change:
        """Link a new product with the administrators, as the service does."""
        del properties
        if draft.before is not None:
            return Change()
        return Change((Resource("product_group", f"{draft.id}/groups/administrators", {}),))

    def is_listed(self, entity: Entity, world: World, query: Mapping[str, str]) -> bool:
        """Tell whether the product wears one of the tags that the list asks for."""
        wanted = [name.strip() for name in query.get("tags", "").split(",") if name.strip()]
        return not wanted or any(world.store.get(f"{entity.id}/tags/{name}") for name in wanted)

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Remove the product, and with `deleteSubscriptions=true` its subscriptions."""
        subscriptions = [
            subscription
            for subscription in world.store.of("subscription")
            if relative_id(str(subscription.resource.properties.get("scope", ""))).lower() == entity.id.lower()
        ]
        if subscriptions and query.get("deletesubscriptions", "").lower() != "true":
            raise bad_request("ValidationError", _HAS_SUBSCRIPTIONS)
        return super().gone(entity, world, query) + Change(remove=tuple(found.id for found in subscriptions))


BEHAVIOUR = ProductBehaviour
