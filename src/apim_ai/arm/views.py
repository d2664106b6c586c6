"""Lists that are no collections of their own: revisions of an API, subscriptions of a product, regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm import behaviour, kinds, revisions
from apim_ai.arm.catalogue import all_policies, policy_descriptions
from apim_ai.arm.refusal import not_found
from apim_ai.arm.service import available_skus
from apim_ai.arm.tagged import tagged
from apim_ai.arm.world import iso
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

    View = Callable[[str, World, Mapping[str, str]], list[dict[str, Any]]]

__all__ = ["contract", "subscription_of_user", "view_of"]


def contract(entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
    """Return an entity as ARM shows it: id, type, name, properties."""
    kind = kinds.find(entity.resource.kind)
    return {
        "id": world.service.full(entity.id),
        "type": kind.type,
        "name": entity.resource.name,
        "properties": behaviour.of(kind).shown(entity, world, query),
    }


def view_of(path: str) -> tuple[View, str] | None:
    """Return the view at a path below the service and the id of its parent, or None when there is none."""
    segments = path.strip("/").split("/")
    view = _VIEWS.get("/".join(segments[::2]).lower())
    return None if view is None or len(segments) % 2 == 0 else (view, "/".join(segments[:-1]))


def _contracts(entities: Iterable[Entity], world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
    return [contract(entity, world, query) for entity in entities]


def _parent(identifier: str, world: World, noun: str) -> Entity:
    found = world.store.get(revisions.normalised(identifier, world.store))
    if found is None:
        raise not_found(noun)
    return found


def _revisions(parent: str, world: World, _: Mapping[str, str]) -> list[dict[str, Any]]:
    base, _number = revisions.split(_parent(parent, world, "API").id)
    return [_revision(entity, base, world) for entity in revisions.of_api(base, world.store)]


def _revision(entity: Entity, base: str, world: World) -> dict[str, Any]:
    properties = entity.resource.properties
    number = str(properties.get("apiRevision", "1"))
    shown = {
        "apiId": world.service.full(f"{base};rev={number}"),
        "apiRevision": number,
        "createdDateTime": iso(entity.created),
        "updatedDateTime": iso(entity.updated),
        "isOnline": True,
        "isCurrent": bool(properties.get("isCurrent")),
    }
    description = properties.get("apiRevisionDescription")
    return {**shown, "description": description} if description else shown


def _subscriptions_of(name: str, noun: str) -> View:
    def view(parent: str, world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
        wanted = _parent(parent, world, noun).id.lower()
        found = (
            subscription
            for subscription in world.store.of("subscription")
            if relative_id(str(subscription.resource.properties.get(name, ""))).lower() == wanted
        )
        return _contracts(found, world, query)

    return view


def subscription_of_user(path: str, world: World) -> Entity | None:
    """Return the subscription at `users/{user}/subscriptions/{subscription}`, None for any other path.

    Raises:
        Refusal: there is none, or it is another user's.
    """
    match path.split("/"):
        case [users, user, subscriptions, name] if (users.lower(), subscriptions.lower()) == ("users", "subscriptions"):
            owner = _parent(f"users/{user}", world, "user").id
            found = world.store.get(f"subscriptions/{name}")
            if found is None or relative_id(str(found.resource.properties.get("ownerId", ""))).lower() != owner.lower():
                raise not_found("subscription")
            return found
        case _:
            return None


def _products_of_api(parent: str, world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
    name = _parent(parent, world, "API").resource.name.lower()
    links = (link for link in world.store.of("product_api") if link.resource.name.lower() == name)
    found = (world.store.get(link.resource.parent) for link in links)
    return _contracts((product for product in found if product), world, query)


def _groups_of_user(parent: str, world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
    name = _parent(parent, world, "user").resource.name.lower()
    links = (link for link in world.store.of("group_user") if link.resource.name.lower() == name)
    found = (world.store.get(link.resource.parent) for link in links)
    return _contracts((group for group in found if group), world, query)


def _identities_of_user(parent: str, world: World, _: Mapping[str, str]) -> list[dict[str, Any]]:
    identities: Any = _parent(parent, world, "user").resource.properties.get("identities", [])
    return [dict(identity) for identity in identities]


def _regions(_: str, world: World, __: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": world.location, "isMasterRegion": True, "isDeleted": False}]


_VIEWS: dict[str, View] = {
    "allpolicies": all_policies,
    "apis/revisions": _revisions,
    "apis/products": _products_of_api,
    "products/subscriptions": _subscriptions_of("scope", "product"),
    "users/subscriptions": _subscriptions_of("ownerId", "user"),
    "users/groups": _groups_of_user,
    "users/identities": _identities_of_user,
    "regions": _regions,
    "skus": available_skus,
    "policydescriptions": policy_descriptions,
    "apisbytags": tagged("api_tag"),
    "productsbytags": tagged("product_tag"),
    "apis/operationsbytags": tagged("operation_tag"),
    "tagresources": tagged("api_tag", "operation_tag", "product_tag"),
}
