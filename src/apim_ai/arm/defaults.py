"""What the service has without anybody having put it: default policies, its own groups, user, subscription and logger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.arm.entity import Change, Entity
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from apim_ai.arm.address import Place
    from apim_ai.arm.world import World

__all__ = ["built_ins", "default_policy"]

_INHERITING = """<policies>
    <inbound><base /></inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>"""
_GLOBAL = """<policies>
    <inbound></inbound>
    <backend><forward-request /></backend>
    <outbound></outbound>
    <on-error></on-error>
</policies>"""
_DEFAULTS = {"global_policy": _GLOBAL, "product_policy": _INHERITING, "api_policy": _INHERITING}


def default_policy(place: Place, world: World) -> Entity | None:
    """Return the policy that the service, a product or an API has until somebody writes one.

    Operations have none. The version is 0, so the ETag is one that no write ever gets.
    """
    text = _DEFAULTS.get(place.kind.name)
    if text is None or (place.parent and world.store.get(place.parent) is None):
        return None
    identifier = f"{place.id}/policy" if place.is_collection else place.id
    return Entity(Resource(place.kind.name, identifier, {"format": "rawxml", "value": text}), 0, 0.0, 0.0)


def built_ins(world: World) -> Change:
    """Return what a new service comes with."""
    now = world.now()
    groups = tuple(
        Resource("group", f"groups/{name.lower()}", {"displayName": name, "type": "system", "builtIn": True})
        for name in ("Administrators", "Developers", "Guests")
    )
    email = "administrator@local.invalid"
    user = Resource(
        "user",
        "users/1",
        {
            "firstName": "Administrator",
            "lastName": "Local",
            "email": email,
            "state": "active",
            "registrationDate": now,
            "identities": [{"provider": "Azure", "id": email}],
        },
    )
    subscription = Resource(
        "subscription",
        "subscriptions/master",
        {
            "displayName": "Built-in all-access subscription",
            "scope": "/",
            "ownerId": "/users/1",
            "state": "active",
            "allowTracing": True,
            "createdDate": now,
            "primaryKey": world.make_key(),
            "secondaryKey": world.make_key(),
        },
    )
    logger = Resource("logger", "loggers/azuremonitor", {"loggerType": "azureMonitor", "isBuffered": True})
    access = tuple(
        Resource(
            "tenant_access",
            f"tenant/{name}",
            {"enabled": False, "principalId": name, "primaryKey": world.make_key(), "secondaryKey": world.make_key()},
        )
        for name in ("access", "gitAccess")
    )
    return Change((*groups, user, subscription, logger, *access))
