"""What stands above the service: the lists and questions of a subscription, and those of the resource provider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apim_ai.arm import service
from apim_ai.arm.call import Answer
from apim_ai.arm.refusal import Detail, Refusal, invalid
from apim_ai.resource.shape import is_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.arm.call import Call
    from apim_ai.arm.world import World

    Act = Callable[[Call, World], Answer]

__all__ = ["answer"]

_PROVIDER = r"/providers/Microsoft\.ApiManagement/"
_PATH = re.compile(
    rf"(?:/subscriptions/(?P<subscription>[^/]+)(?:/resourceGroups/(?P<group>[^/]+))?)?{_PROVIDER}(?P<rest>\w+)\Z",
    re.IGNORECASE,
)
_NAME = re.compile(r"[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?\Z")


def answer(call: Call, world: World) -> Answer | None:
    """Answer a call that is about no service, or return None when it is not one of these.

    Raises:
        Refusal: it leads to a subscription or resource group that is not there.
    """
    match = _PATH.match(call.path)
    act = _ACTS.get((call.method, match["rest"].lower())) if match else None
    if match is None or act is None:
        return None
    if match["subscription"]:
        service.check_service(world.service, match["subscription"], match["group"] or world.service.resource_group)
    return act(call, world)


def _services(_: Call, world: World) -> Answer:
    return service.services(world)


def _availability(call: Call, world: World) -> Answer:
    name = call.body.get("name") if is_object(call.body) else None
    if not isinstance(name, str) or not name:
        raise invalid(Detail("name", "'name' must not be empty."))
    if not _NAME.match(name):
        message = "A name begins with a letter and has letters, digits and dashes, 50 at most."
        return Answer(200, {"nameAvailable": False, "reason": "Invalid", "message": message})
    if name.lower() == world.service.name.lower():
        message = f"{name} is already in use. Please select a different name."
        return Answer(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    return Answer(200, {"nameAvailable": True, "reason": "Valid", "message": ""})


def _ownership(_: Call, world: World) -> Answer:
    return Answer(200, {"domainOwnershipIdentifier": world.make_key()})


def _skus(_: Call, world: World) -> Answer:
    value = [
        {
            "resourceType": "service",
            "name": sku["sku"]["name"],
            "tier": sku["sku"]["name"],
            "locations": [world.location],
        }
        for sku in service.available_skus("", world, {})
    ]
    return Answer(200, {"value": value})


def _no_deleted(_: Call, __: World) -> Answer:
    return Answer(200, {"value": []})


def _operations(_: Call, __: World) -> Answer:
    found: list[dict[str, Any]] = [
        {
            "name": f"Microsoft.ApiManagement/service/{verb}",
            "display": {
                "provider": "Microsoft API Management",
                "resource": "API Management service",
                "operation": said,
            },
            "origin": "system",
        }
        for verb, said in (("read", "Read the service"), ("write", "Change the service"))
    ]
    return Answer(200, {"value": found})


def _no_service(_: Call, __: World) -> Answer:
    raise Refusal(405, "MethodNotAllowed", "The local control plane has one service and makes no others.")


_ACTS: dict[tuple[str, str], Act] = {
    ("GET", "service"): _services,
    ("PUT", "service"): _no_service,
    ("POST", "checknameavailability"): _availability,
    ("POST", "getdomainownershipidentifier"): _ownership,
    ("GET", "skus"): _skus,
    ("GET", "deletedservices"): _no_deleted,
    ("GET", "operations"): _operations,
}
