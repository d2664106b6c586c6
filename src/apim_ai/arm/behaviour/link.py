"""Links such as the APIs of a product: no body of their own, shown as the entity that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from apim_ai.arm import kinds
from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.refusal import not_found
from apim_ai.resource import Resource
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.arm.world import World

__all__ = ["LinkBehaviour", "links_to"]


def links_to(entity: Entity, world: World, *kind_names: str) -> Change:
    """Return the removal of the links of some kinds that lead to an entity."""
    name = entity.id.rsplit("/", 1)[-1].lower()
    found = (link for kind_name in kind_names for link in world.store.of(kind_name))
    return Change(remove=tuple(link.id for link in found if link.resource.name.lower() == name))


def _stands_for(resource: Resource, link: str) -> bool:
    """Tell whether a resource is the newer form of a link."""
    if not resource.kind.endswith("_link"):
        return False
    target = relative_id(str(next((value for name, value in resource.properties.items() if name.endswith("Id")), "")))
    ends = {resource.parent.lower(), target.lower()}
    holder, _, other = link.lower().rpartition("/")
    return holder.rpartition("/")[0] in ends and any(end.endswith(f"/{other}") for end in ends)


class LinkBehaviour(Behaviour):
    """A link from its parent to another entity, which must be there."""

    needs_match: ClassVar[bool] = False
    collection: ClassVar[str]
    """Where the entities live that it leads to, such as `apis`."""

    def target(self, identifier: str) -> str:
        """Return the id of the entity that a link leads to."""
        return f"{self.collection}/{identifier.rsplit('/', 1)[-1]}"

    def linked(self, entity: Entity, world: World) -> Entity | None:
        """Return the entity that a link leads to, None when it is gone."""
        return world.store.get(self.target(entity.id))

    def admit(self, draft: Draft) -> Change:
        """Link, if the other end is there."""
        if draft.world.store.get(self.target(draft.id)) is None:
            raise not_found(self._target_noun)
        return Change((Resource(self.kind.name, draft.id, {}),))

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the properties of the entity that the link leads to."""
        from apim_ai.arm import behaviour  # noqa: PLC0415 - the registry imports this module

        found = self.linked(entity, world)
        return {} if found is None else behaviour.of(kinds.find(found.resource.kind)).shown(found, world, query)

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Remove the link, and the entity of the newer form that stands beside it."""
        beside = (found.id for found in world.store.resources().values() if _stands_for(found, entity.id))
        return super().gone(entity, world, query) + Change(remove=tuple(beside))

    @property
    def _target_noun(self) -> str:
        kind = kinds.of_shape(self.collection.lower())
        return kind.noun if kind else self.collection
