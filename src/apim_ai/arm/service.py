"""What stands at and above the service itself: the service entity, lists of services, the state of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.call import Answer
from apim_ai.arm.refusal import resource_not_found

if TYPE_CHECKING:
    from apim_ai.arm.address import Service
    from apim_ai.arm.world import World

__all__ = ["check_service", "entity", "services"]


def entity(world: World) -> dict[str, Any]:
    """Return the service as ARM shows it."""
    service = world.service
    return {
        "id": service.id,
        "name": service.name,
        "type": "Microsoft.ApiManagement/service",
        "tags": {},
        "location": world.location,
        "etag": "AAAAAAAAAAE=",
        "sku": {"name": world.sku, "capacity": 1},
        "properties": {
            "publisherEmail": "administrator@local.invalid",
            "publisherName": "Local",
            "notificationSenderEmail": "apimgmt-noreply@local.invalid",
            "provisioningState": "Succeeded",
            "targetProvisioningState": "",
            "createdAtUtc": "2024-01-01T00:00:00Z",
            "gatewayUrl": world.gateway_url,
            "gatewayRegionalUrl": world.gateway_url,
            "hostnameConfigurations": [],
            "virtualNetworkType": "None",
            "disableGateway": False,
            "publicNetworkAccess": "Enabled",
            "platformVersion": "stv2.1" if world.sku.endswith("V2") else "stv2",
        },
    }


def services(world: World) -> Answer:
    """Return the list of services, which is this one."""
    return Answer(200, {"value": [entity(world)]})


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
