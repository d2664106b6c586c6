"""The service itself: what it says of itself, what of that can be changed, which tiers it could have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.call import Answer
from apim_ai.arm.entity import Change, etag_of
from apim_ai.arm.refusal import Detail, Refusal, bad_request, invalid, resource_not_found, wrong_fields
from apim_ai.resource import Resource
from apim_ai.resource.fields import Field
from apim_ai.resource.shape import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.address import Service
    from apim_ai.arm.call import Call
    from apim_ai.arm.world import World

__all__ = ["answer", "available_skus", "check_service", "entity", "services"]

_KIND = "service"
_FIELDS = (
    Field("publisherEmail", longest=100, form=r"[^@\s]+@[^@\s]+"),
    Field("publisherName", longest=100),
    Field("notificationSenderEmail", longest=100),
    Field("customProperties", "object"),
    Field("disableGateway", "boolean"),
    Field("virtualNetworkType", choices=("None", "External", "Internal")),
    Field("publicNetworkAccess", choices=("Enabled", "Disabled")),
)
_READ_ONLY = frozenset(
    {
        "provisioningState", "targetProvisioningState", "createdAtUtc", "gatewayUrl", "gatewayRegionalUrl", "portalUrl",
        "managementApiUrl", "scmUrl", "developerPortalUrl", "publicIPAddresses", "privateIPAddresses", "platformVersion",
        "outboundPublicIPAddresses",
    }
)  # fmt: skip
_SKUS = ("Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2", "PremiumV2", "Consumption")


def entity(world: World) -> dict[str, Any]:
    """Return the service as ARM shows it."""
    service = world.service
    stored = world.store.get(_identifier(world))
    changed: Mapping[str, Any] = stored.resource.properties if stored else {}
    return {
        "id": service.id,
        "name": service.name,
        "type": "Microsoft.ApiManagement/service",
        "tags": changed.get("tags", {}),
        "location": world.location,
        "etag": etag_of(stored.version if stored else 1).strip('"'),
        "sku": {"name": world.sku, "capacity": changed.get("capacity", 1)},
        **({"identity": changed["identity"]} if changed.get("identity") else {}),
        "properties": {
            "publisherEmail": "administrator@local.invalid",
            "publisherName": "Local",
            "notificationSenderEmail": "apimgmt-noreply@local.invalid",
            "hostnameConfigurations": [],
            "virtualNetworkType": "None",
            "disableGateway": False,
            "publicNetworkAccess": "Enabled",
            **changed.get("properties", {}),
            "provisioningState": "Succeeded",
            "targetProvisioningState": "",
            "createdAtUtc": "2024-01-01T00:00:00Z",
            "gatewayUrl": world.gateway_url,
            "gatewayRegionalUrl": world.gateway_url,
            "platformVersion": "stv2.1" if world.sku.endswith("V2") else "stv2",
        },
    }


def answer(call: Call, world: World) -> Answer:
    """Answer a call to the service itself: it can be read and changed, but neither removed nor moved to another tier.

    Raises:
        Refusal: the change is none that can be made.
    """
    if call.method in {"PUT", "PATCH"}:
        _change(call, world)
    elif call.method not in {"GET", "HEAD"}:
        raise Refusal(405, "MethodNotAllowed", "The local service itself cannot be removed.")
    shown = entity(world)
    return Answer(200, shown, (("ETag", f'"{shown["etag"]}"'),))


def services(world: World) -> Answer:
    """Return the list of services, which is this one."""
    return Answer(200, {"value": [entity(world)]})


def available_skus(_: str, world: World, __: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the tiers that the service could have."""
    del world
    capacity = {"minimum": 1, "maximum": 10, "default": 1, "scaleType": "automatic"}
    return [
        {"resourceType": "Microsoft.ApiManagement/service", "sku": {"name": name}, "capacity": capacity}
        for name in _SKUS
    ]


def check_service(service: Service, subscription: str, resource_group: str, name: str | None = None) -> None:
    """Check that a path leads to the one service there is.

    Raises:
        Refusal: it leads elsewhere.
    """
    if subscription.lower() != service.subscription.lower():
        raise resource_not_found(f"The subscription '{subscription}' could not be found.", "SubscriptionNotFound")
    if resource_group.lower() != service.resource_group.lower():
        raise resource_not_found(f"Resource group '{resource_group}' could not be found.", "ResourceGroupNotFound")
    if name is not None and name.lower() != service.name.lower():
        raise resource_not_found(
            f"The Resource 'Microsoft.ApiManagement/service/{name}' under resource group '{resource_group}' was not found."
        )


def _identifier(world: World) -> str:
    return f"{_KIND}/{world.service.name}"


def _change(call: Call, world: World) -> None:
    """Keep what a body says of the service; a PATCH leaves the rest as it was."""
    body = call.body
    if not is_object(body) or not is_object(body.get("properties", {})):
        raise bad_request("InvalidRequestContent", "The request content was invalid: a JSON object was expected.")
    properties = {
        name: value
        for name, value in dict(body.get("properties", {})).items()
        if name not in _READ_ONLY and value is not None
    }
    details = (*wrong_fields(properties, _FIELDS), *_wrong(body, world))
    if details:
        raise invalid(*details)
    stored = world.store.get(_identifier(world))
    before: Mapping[str, Any] = stored.resource.properties if stored and call.method == "PATCH" else {}
    kept = {name: body[name] for name in ("tags", "identity") if is_object(body.get(name))}
    sku: object = body.get("sku")
    capacity = sku.get("capacity") if is_object(sku) else None
    made = {**before, **kept, "properties": {**before.get("properties", {}), **properties}}
    made |= {"capacity": capacity} if capacity is not None else {}
    world.store.apply(Change((Resource(_KIND, _identifier(world), made),)))


def _wrong(body: Mapping[str, Any], world: World) -> Iterator[Detail]:
    sku: object = body.get("sku")
    if sku is None:
        return
    if not is_object(sku) or not isinstance(sku.get("capacity", 1), int):
        yield Detail("sku", "'sku' must be an object with a name and a capacity.")
    elif sku.get("name") not in {None, world.sku}:
        yield Detail(
            "sku.name", f"The tier of the local service is '{world.sku}'; choose another with --sku when it starts."
        )
