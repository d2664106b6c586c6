"""What the store holds: a resource with its concurrency tag and dates."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.resource import Resource

__all__ = ["Change", "Entity", "etag_of"]


def etag_of(version: int) -> str:
    """Return the ETag of a version, quotes included, in the service's form: eight bytes in base64."""
    return f'"{base64.b64encode(version.to_bytes(8, "big")).decode()}"'


@dataclass(frozen=True, slots=True)
class Entity:
    """A stored resource.

    Args:
        resource: id, kind and properties; secrets are in it, so it is never shown as it is.
        version: number of the write that made it; never used twice in a store.
        created: seconds since 1970.
        updated: seconds since 1970.
    """

    resource: Resource = field(repr=False)
    version: int
    created: float
    updated: float

    @property
    def id(self) -> str:
        """The id below the service."""
        return self.resource.id

    @property
    def etag(self) -> str:
        """The concurrency tag, quotes included."""
        return etag_of(self.version)

    def moved(self, identifier: str) -> Entity:
        """Return the same entity under another id; its tag stays, for its content does."""
        return replace(self, resource=replace(self.resource, id=identifier))


@dataclass(frozen=True, slots=True)
class Change:
    """A set of writes that happen together or not at all.

    Args:
        put: resources to create or replace; each gets a new tag.
        remove: ids that go, before anything is put.
        move: entities that are kept under another id, tag included; their old ids stand in `remove`.
    """

    put: tuple[Resource, ...] = ()
    remove: tuple[str, ...] = ()
    move: tuple[Entity, ...] = ()

    def __add__(self, other: Change) -> Change:
        """Return both sets of writes as one."""
        return Change(self.put + other.put, self.remove + other.remove, self.move + other.move)
