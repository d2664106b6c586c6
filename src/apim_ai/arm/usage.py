"""Who uses whom: what stands in the way of a delete, and where a fragment is included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.arm.refusal import in_use
from apim_ai.resource import kinds
from apim_ai.resource.references import References
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from apim_ai.arm.entity import Entity
    from apim_ai.arm.store import Store
    from apim_ai.arm.world import World
    from apim_ai.resource import Resource

__all__ = ["refuse_if_used", "users_of"]

_PROTECTED = {
    "named_value": "Named Value",
    "fragment": "Policy Fragment",
    "backend": "Backend",
    "logger": "Logger",
    "version_set": "Api Version Set",
    "certificate": "Certificate",
}
"""Kinds that cannot go while something uses them, and how the service calls them."""

_DOCUMENTS = ("fragment", "global_policy", "product_policy", "api_policy", "operation_policy")
_HOLDERS = {
    "fragment": _DOCUMENTS,
    "backend": ("backend", *_DOCUMENTS),
    "logger": ("diagnostic", "api_diagnostic", *_DOCUMENTS),
    "version_set": ("api",),
    "certificate": ("backend", *_DOCUMENTS),
}
"""Which kinds may refer to which."""


def refuse_if_used(entity: Entity, world: World, title: str) -> None:
    """Check that nothing uses an entity whose kind must not go while it is used.

    Raises:
        Refusal: something does; the message lists it.
    """
    if entity.resource.kind not in _PROTECTED:
        return
    users = users_of(entity, world)
    if users:
        name = entity.id.rsplit("/", 1)[-1]
        raise in_use(_PROTECTED.get(entity.resource.kind, title), name, (user.id for user in users))


def users_of(entity: Entity, world: World) -> tuple[Resource, ...]:
    """Return the resources that refer to an entity, whatever belongs to it aside."""
    references = References(world.store.resources())
    wanted = entity.id.lower()
    return tuple(
        user.resource
        for user in _candidates(entity, world.store)
        if not f"{user.id.lower()}/".startswith(f"{wanted}/")
        and wanted in {identifier.lower() for identifier in references.of(user.resource)}
    )


def _candidates(entity: Entity, store: Store) -> tuple[Entity, ...]:
    """Return the entities that could refer to one, found cheaply before asking properly."""
    if entity.resource.kind == "named_value":
        declared = frozenset(kinds.names())  # links and such that no project declares refer to nothing
        return tuple(user for user in store.with_braces() if user.resource.kind in declared)
    name = entity.resource.name.lower()
    holders = (user for kind in _HOLDERS.get(entity.resource.kind, ()) for user in store.of(kind))
    found = {user.id: user for user in holders if _mentions(user.resource.properties, name)}
    return tuple(found.values())


def _mentions(value: object, name: str) -> bool:
    """Tell whether a name, or a named value that may hold it, stands in a JSON value."""
    if isinstance(value, str):
        return "{{" in value or name in value.lower()
    if is_object(value):
        return any(_mentions(item, name) for item in value.values())
    return is_list(value) and any(_mentions(item, name) for item in value)
