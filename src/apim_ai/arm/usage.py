"""Who uses whom: what stands in the way of a delete, and where a fragment is included."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from apim_ai.arm.refusal import in_use
from apim_ai.resource import kinds
from apim_ai.resource.references import References

if TYPE_CHECKING:
    from apim_ai.arm.entity import Entity
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
    resources = world.store.resources()
    references = References(resources)
    declared = frozenset(kinds.names())  # links and such that no project declares refer to nothing that is protected
    wanted = entity.id.lower()
    names = _names(entity.resource)
    return tuple(
        resource
        for resource in resources.values()
        if resource.kind in declared
        and not f"{resource.id.lower()}/".startswith(f"{wanted}/")
        and _may_use(resource, names)
        and wanted in {identifier.lower() for identifier in references.of(resource)}
    )


def _names(resource: Resource) -> tuple[str, ...]:
    display = str(resource.properties.get("displayName", resource.name))
    return (display.lower(),) if resource.kind == "named_value" else (resource.name.lower(), "{{")


def _may_use(resource: Resource, names: tuple[str, ...]) -> bool:
    """Tell cheaply whether a resource could refer to something of one of these names, before asking properly."""
    value = resource.properties.get("value")
    text = value if isinstance(value, str) else json.dumps(dict(resource.properties), default=str)
    lowered = text.lower()
    return any(name in lowered for name in names)
