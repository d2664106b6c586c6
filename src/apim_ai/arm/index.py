"""Entities in memory, found without a look at all of them: by id, collection, kind, value of a property.

A service may hold ten thousand entities, and each write asks whether a name is taken and what belongs to what.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.arm.entity import Entity

__all__ = ["Index"]

_VALUES: dict[str, tuple[str, ...]] = {
    "api": ("path",),
    "named_value": ("displayName",),
    "subscription": ("primaryKey", "secondaryKey"),
    "user": ("email",),
}
"""Properties, by kind, that no two entities may share, so that each write looks for them."""


class Index:
    """All entities; keys are ids in lower case, and every answer is oldest first."""

    def __init__(self) -> None:
        self._entities: dict[str, Entity] = {}
        self._children: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._below: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._kinds: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._values: defaultdict[tuple[str, str, str], dict[str, None]] = defaultdict(dict)
        self._braced: dict[str, None] = {}

    def add(self, entity: Entity, text: str) -> None:
        """Add or replace an entity; `text` is the JSON of its properties."""
        key = entity.id.lower()
        before = self._entities.get(key)
        if before is not None:
            self._forget_values(before)
        self._entities[key] = entity
        self._children[key.rpartition("/")[0]][key] = None
        for above in _above(key):
            self._below[above][key] = None
        self._kinds[entity.resource.kind][key] = None
        for value in _values(entity):
            self._values[value][key] = None
        if "{{" in text:
            self._braced[key] = None
        else:
            self._braced.pop(key, None)

    def remove(self, entity: Entity) -> None:
        """Forget an entity that is there."""
        key = entity.id.lower()
        del self._entities[key]
        self._children[key.rpartition("/")[0]].pop(key)
        for above in _above(key):
            self._below[above].pop(key)
        self._kinds[entity.resource.kind].pop(key)
        self._forget_values(entity)
        self._braced.pop(key, None)

    def entities(self) -> tuple[Entity, ...]:
        """Return everything."""
        return tuple(self._entities.values())

    def get(self, identifier: str) -> Entity | None:
        """Return the entity of an id, whatever its case."""
        return self._entities.get(identifier.lower())

    def children(self, collection: str) -> tuple[Entity, ...]:
        """Return the entities directly in a collection."""
        return tuple(self._entities[key] for key in self._children.get(collection.lower(), ()))

    def below(self, identifier: str) -> tuple[Entity, ...]:
        """Return all entities that belong to an id, at any depth."""
        return tuple(self._entities[key] for key in self._below.get(identifier.lower(), ()))

    def of(self, kind: str) -> tuple[Entity, ...]:
        """Return the entities of a kind."""
        return tuple(self._entities[key] for key in self._kinds.get(kind, ()))

    def with_value(self, kind: str, name: str, value: object) -> tuple[Entity, ...]:
        """Return the entities of a kind with a value, compared without case, of one of the properties that are unique."""
        return tuple(self._entities[key] for key in self._values.get((kind, name, str(value).lower()), ()))

    def with_braces(self) -> tuple[Entity, ...]:
        """Return the entities in which `{{` stands somewhere, as where a named value is used."""
        return tuple(self._entities[key] for key in self._braced)

    def _forget_values(self, entity: Entity) -> None:
        for value in _values(entity):
            self._values[value].pop(entity.id.lower(), None)
            if not self._values[value]:
                del self._values[value]


def _above(key: str) -> Iterator[str]:
    """Yield the keys of what an entity belongs to, nearest first."""
    segments = key.split("/")
    return ("/".join(segments[:end]) for end in range(len(segments) - 2, 0, -2))


def _values(entity: Entity) -> Iterator[tuple[str, str, str]]:
    kind = entity.resource.kind
    for name in _VALUES.get(kind, ()):
        value = entity.resource.properties.get(name)
        if value is not None:
            yield kind, name, str(value).lower()
