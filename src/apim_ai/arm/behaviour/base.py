"""What the control plane does with an entity of any kind; a kind that differs overrides what differs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.refusal import Detail, Refusal, invalid, not_found, wrong_fields
from apim_ai.arm.usage import refuse_if_used
from apim_ai.resource import Resource
from apim_ai.resource.shape import change, find, is_object, remove

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.world import World
    from apim_ai.resource.kind import Kind

__all__ = ["Behaviour", "Draft"]

_FORBIDDEN = re.compile(r"[*#&+:<>?%\\\x00-\x1f]")


@dataclass(frozen=True)
class Draft:
    """A write on its way into the store.

    Args:
        kind: the kind of the entity.
        id: its id below the service.
        properties: what it shall be; for a PATCH already laid over what it was.
        before: what it was, None when it is new.
        world: what there is.
        query: the request's query, names in lower case.
    """

    kind: Kind
    id: str
    properties: dict[str, Any]
    before: Entity | None
    world: World
    query: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def name(self) -> str:
        """The last segment of the id."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def parent(self) -> str:
        """The id of the entity this one belongs to, or an empty text."""
        return "/".join(self.id.split("/")[:-2])

    def kept(self, name: str) -> object:
        """Return a property as it was before this write, None when there was none."""
        return self.before.resource.properties.get(name) if self.before else None


class Behaviour:
    """How the entities of a kind are checked, completed, shown and removed."""

    noun: ClassVar[str | None] = None
    """How a message calls one of them where the kind's own noun does not do."""
    needs_match: ClassVar[bool] = True
    """Whether a DELETE must say with `If-Match` which version it means; links need not."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    @property
    def title(self) -> str:
        """How a message calls one of them."""
        return self.noun or self.kind.noun

    def absent(self) -> Refusal:
        """Return what a GET of one that is not there is answered."""
        return not_found(self.title)

    def admit(self, draft: Draft) -> Change:
        """Return the writes that a PUT or PATCH comes to.

        Raises:
            Refusal: the service would not take it.
        """
        properties = self.complete(draft, self._clean(draft.properties, draft.world))
        details = (*self._name_details(draft), *self.wrong(draft, properties))
        if details:
            raise invalid(*details)
        return Change((Resource(self.kind.name, draft.id, properties),)) + self.companions(draft, properties)

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Return the properties with what the service adds: defaults, dates, keys."""
        del draft
        return self.with_defaults(properties)

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield what is wrong with the properties."""
        del draft
        yield from wrong_fields(properties, self.kind.fields)
        for pattern in self.kind.durations:
            if None in find(properties, pattern):  # which stands for "absent" elsewhere
                yield Detail(pattern, f"'{pattern.rpartition('.')[2]}' must be an ISO 8601 duration.")

    def companions(self, draft: Draft, properties: dict[str, Any]) -> Change:
        """Return what else is written together with the entity."""
        del draft, properties
        return Change()

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Return the properties as a GET answers them: no secrets, ids in full."""
        del query
        properties = entity.resource.properties
        public = remove(properties, self.kind.write_only(properties))
        return dict(change(public, self.kind.ids, lambda value: world.service.full(str(value))))

    def is_listed(self, entity: Entity, world: World, query: Mapping[str, str]) -> bool:
        """Tell whether a list that is asked for with this query has the entity."""
        del entity, world, query
        return True

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Return the writes that a DELETE comes to: the entity and all that belongs to it.

        Raises:
            Refusal: something else needs it.
        """
        del query
        refuse_if_used(entity, world, self.title)
        return Change(remove=(entity.id, *(child.id for child in world.store.below(entity.id))))

    def is_long_running(self, draft: Draft) -> bool:
        """Tell whether a PUT of this draft answers before the work is done."""
        del draft
        return "put" in self.kind.long_running

    def with_defaults(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Return properties with the kind's defaults where nothing stands; nested ones only where their parent does."""
        result: dict[str, Any] = dict(properties)
        for pattern, value in self.kind.defaults.items():
            parent, _, name = pattern.rpartition(".")
            if value == "":
                continue
            holder = result.get(parent)
            if not parent:
                result[name] = result.get(name, value)
            elif is_object(holder):
                result[parent] = {name: value, **holder}
        return result

    def _clean(self, properties: dict[str, Any], world: World) -> dict[str, Any]:
        """Return properties in the form the store keeps: ids below the service, nothing that only the service may say."""
        own = remove(properties, self.kind.added)
        return dict(change(own, self.kind.ids, lambda value: f"/{world.service.relative(str(value))}"))

    def _name_details(self, draft: Draft) -> Iterator[Detail]:
        name = draft.name.partition(";rev=")[0]
        if _FORBIDDEN.search(name) or len(name) > self.kind.longest_name or name in {".", ".."}:
            yield Detail("name", f"'{name}' is not a valid name of a resource.")
