"""Access to the service by keys of its own, which `listSecrets` alone tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.arm.entity import Change, Entity
    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]

_KEYS = ("primaryKey", "secondaryKey")


class TenantAccessBehaviour(Behaviour):
    """Two of them come with the service; they can be turned on and off, and get new keys."""

    def admit(self, draft: Draft) -> Change:
        """Refuse to make further ones."""
        if draft.before is None:
            raise self.absent()
        return super().admit(draft)

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Keep what the body does not say."""
        kept = {name: draft.kept(name) for name in ("enabled", "principalId", *_KEYS)}
        return {**kept, **properties}

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Name it inside the properties too, as the service does."""
        return {"id": entity.resource.name, **super().shown(entity, world, query)}

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Refuse to remove it."""
        del entity, world, query
        raise Refusal(405, "MethodNotAllowed", "System entity cannot be deleted.")


BEHAVIOUR = TenantAccessBehaviour
