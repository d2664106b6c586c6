"""The POSTs: secrets for those who may see them, new keys, fetching a Key Vault secret anew, who uses a fragment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from apim_ai.arm.behaviour.named_value import fetched
from apim_ai.arm.call import Answer
from apim_ai.arm.entity import Change
from apim_ai.arm.refusal import bad_request
from apim_ai.arm.usage import users_of
from apim_ai.arm.views import contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

    Action = Callable[[Entity, World], Answer]

__all__ = ["action_of", "is_long_running"]


def action_of(kind: str, verb: str) -> Action | None:
    """Return what an action on a kind does; None when there is none."""
    return _ACTIONS.get((kind, verb.lower()))


def is_long_running(kind: str, verb: str) -> bool:
    """Tell whether an action may answer before its outcome: named values fetch later, certificates at once."""
    return (kind, verb.lower()) == ("named_value", "refreshsecret")


def _list_value(entity: Entity, _: World) -> Answer:
    properties = entity.resource.properties
    if properties.get("keyVault"):
        raise bad_request("ValidationError", "The value of a Key Vault named value cannot be listed.")
    return Answer(200, {"value": properties.get("value")}, (("ETag", entity.etag),))


def _refresh_secret(entity: Entity, world: World) -> Answer:
    properties = entity.resource.properties
    if not properties.get("keyVault"):
        raise bad_request("ValidationError", "Only a named value with a Key Vault reference can be refreshed.")
    reference, secret = fetched(dict(properties["keyVault"]), world)
    value = {} if secret is None else {"value": secret}
    return _updated(entity, {**properties, "keyVault": reference, **value}, world)


def _list_keys(entity: Entity, _: World) -> Answer:
    properties = entity.resource.properties
    keys = {name: properties.get(name) for name in ("primaryKey", "secondaryKey")}
    return Answer(200, keys, (("ETag", entity.etag),))


def _list_access(entity: Entity, _: World) -> Answer:
    shown = {"id": entity.resource.name, **entity.resource.properties}
    return Answer(200, shown, (("ETag", entity.etag),))


def _regenerate(name: str) -> Action:
    def act(entity: Entity, world: World) -> Answer:
        properties = {**entity.resource.properties, name: world.make_key()}
        world.store.apply(Change((replace(entity.resource, properties=properties),)))
        return Answer(204)

    return act


def _list_references(entity: Entity, world: World) -> Answer:
    found = (world.store.get(user.id) for user in users_of(entity, world))
    shown = [contract(user, world, {}) for user in found if user]
    value = [{name: item[name] for name in ("id", "type", "name")} for item in shown]
    return Answer(200, {"value": value, "count": len(value)})


def _reconnect(_: Entity, __: World) -> Answer:
    return Answer(202)


def _list_client_secret(entity: Entity, _: World) -> Answer:
    return Answer(200, {"clientSecret": entity.resource.properties.get("clientSecret")}, (("ETag", entity.etag),))


def _refresh_certificate(entity: Entity, world: World) -> Answer:
    properties = entity.resource.properties
    if not properties.get("keyVault"):
        raise bad_request("ValidationError", "Only a certificate with a Key Vault reference can be refreshed.")
    reference, _ = fetched(dict(properties["keyVault"]), world)
    return _updated(entity, {**properties, "keyVault": reference}, world)


def _updated(entity: Entity, properties: dict[str, Any], world: World) -> Answer:
    world.store.apply(Change((replace(entity.resource, properties=properties),)))
    updated = world.store.get(entity.id) or entity
    return Answer(200, contract(updated, world, {}), (("ETag", updated.etag),))


def _sign_on_url(entity: Entity, world: World) -> Answer:
    token = f"{entity.resource.name}&{world.make_key()}"
    return Answer(200, {"value": f"{world.gateway_url}/signin-sso?token={quote(token, safe='')}"})


def _shared_access_token(entity: Entity, world: World) -> Answer:
    return Answer(200, {"value": f"{entity.resource.name}&{world.make_key()}"})


_ACTIONS: dict[tuple[str, str], Action] = {
    ("named_value", "listvalue"): _list_value,
    ("named_value", "refreshsecret"): _refresh_secret,
    ("subscription", "listsecrets"): _list_keys,
    ("subscription", "regenerateprimarykey"): _regenerate("primaryKey"),
    ("subscription", "regeneratesecondarykey"): _regenerate("secondaryKey"),
    ("tenant_access", "listsecrets"): _list_access,
    ("tenant_access", "regenerateprimarykey"): _regenerate("primaryKey"),
    ("tenant_access", "regeneratesecondarykey"): _regenerate("secondaryKey"),
    ("fragment", "listreferences"): _list_references,
    ("backend", "reconnect"): _reconnect,
    ("openid_provider", "listsecrets"): _list_client_secret,
    ("certificate", "refreshsecret"): _refresh_certificate,
    ("user", "generatessourl"): _sign_on_url,
    ("user", "token"): _shared_access_token,
}
