"""The newer form of links: entities with a body that names the other end. Each stands beside a link of the older form.

Both forms show the same state; the gateway knows the older one alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.refusal import Detail, conflict
from apim_ai.resource import Resource
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.world import World

__all__ = ["LinkEntityBehaviour"]


class LinkEntityBehaviour(Behaviour):
    """A link from its parent to the entity that one of its properties names."""

    needs_match: ClassVar[bool] = False
    names: ClassVar[str]
    """The property that names the other end."""
    classic: ClassVar[str]
    """The kind of the older form."""
    pattern: ClassVar[str]
    """The id of the older form, of `{parent}`, `{target}`, `{tag}` and `{name}`."""

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield another end that is missing or not there.

        Raises:
            Refusal: both ends are linked already.
        """
        target = relative_id(str(properties.get(self.names) or ""))
        if not target:
            yield Detail(self.names, f"'{self.names}' must not be empty.")
        elif draft.world.store.get(target) is None:
            yield Detail(self.names, f"'{target.rsplit('/', 1)[-1]}' could not be found.")
        elif draft.before is None and draft.world.store.get(self._classic(draft.id, target)) is not None:
            raise conflict("Link already exists between specified entities.")

    def companions(self, draft: Draft, properties: dict[str, Any]) -> Change:
        """Write the link of the older form, instead of the one that was."""
        new = self._classic(draft.id, relative_id(str(properties[self.names])))
        old = () if draft.before is None else (self._classic(draft.id, relative_id(str(draft.kept(self.names)))),)
        return Change((Resource(self.classic, new, {}),), tuple(name for name in old if name.lower() != new.lower()))

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Remove both forms."""
        target = relative_id(str(entity.resource.properties.get(self.names, "")))
        return super().gone(entity, world, query) + Change(remove=(self._classic(entity.id, target),))

    def _classic(self, identifier: str, target: str) -> str:
        parent = "/".join(identifier.split("/")[:-2])
        return self.pattern.format(
            parent=parent, target=target, tag=parent.rsplit("/", 1)[-1], name=target.rsplit("/", 1)[-1]
        )
