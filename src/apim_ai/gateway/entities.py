"""From ARM-shaped resources to the things that `context` shows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from apim_ai.expression.context import Api, Group, Operation, Product, Subscription, User, UserIdentity, Workspace
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.resource import Resource

__all__ = [
    "api_entity",
    "base_api_id",
    "operation_entity",
    "product_entity",
    "seconds",
    "subscription_entity",
    "user_entity",
]


def base_api_id(api_id: str) -> str:
    """Return an API's id without its revision."""
    return api_id.partition(";rev=")[0]


def seconds(value: object) -> float | None:
    """Return a point in ISO 8601 in seconds since 1970, or None."""
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def api_entity(resource: Resource) -> Api:
    """Return `context.Api`; its id is the one without the revision."""
    properties = resource.properties
    workspace = workspace_of(resource.id)
    revision = properties.get("apiRevision") or resource.id.partition(";rev=")[2] or "1"
    protocols = cast("list[str]", properties.get("protocols") or ["https"])
    return Api(
        id=base_api_id(resource.name),
        name=str(properties.get("displayName") or base_api_id(resource.name)),
        path=str(properties.get("path") or "").strip("/"),
        revision=str(revision),
        version=_text(properties.get("apiVersion")),
        is_current_revision=is_current(resource),
        service_url=str(properties.get("serviceUrl") or ""),
        protocols=tuple(str(protocol) for protocol in protocols),
        workspace=Workspace(workspace, workspace) if workspace else None,
    )


def workspace_of(resource_id: str) -> str:
    """Return the workspace in which a resource lives, or an empty text."""
    parts = resource_id.split("/")
    return parts[1] if parts[0].lower() == "workspaces" and len(parts) > 2 else ""  # noqa: PLR2004 - workspaces/{w}/…


def is_current(resource: Resource) -> bool:
    """Return whether an API is the revision that callers get."""
    given = resource.properties.get("isCurrent")
    return bool(given) if given is not None else ";rev=" not in resource.id


def operation_entity(resource: Resource) -> Operation:
    """Return `context.Operation`."""
    properties = resource.properties
    return Operation(
        resource.name,
        str(properties.get("displayName") or resource.name),
        str(properties.get("method") or "GET").upper(),
        str(properties.get("urlTemplate") or "/"),
    )


def product_entity(resource: Resource, groups: tuple[Group, ...] = ()) -> Product:
    """Return `context.Product`."""
    properties = resource.properties
    limit = properties.get("subscriptionsLimit")
    return Product(
        id=resource.name,
        name=str(properties.get("displayName") or resource.name),
        state="Published" if str(properties.get("state", "published")).lower() == "published" else "NotPublished",
        approval_required=bool(properties.get("approvalRequired")),
        subscription_required=bool(properties.get("subscriptionRequired", True)),
        subscriptions_limit=int(limit) if limit is not None else None,
        groups=groups,
    )


def subscription_entity(resource: Resource, key: str = "") -> Subscription:
    """Return `context.Subscription`; `key` is the key that the caller used."""
    properties = resource.properties
    return Subscription(
        id=resource.name,
        name=str(properties.get("displayName") or resource.name),
        key=key,
        primary_key=str(properties.get("primaryKey") or ""),
        secondary_key=str(properties.get("secondaryKey") or ""),
        created_date=seconds(properties.get("createdDate")),
        start_date=seconds(properties.get("startDate")),
        end_date=seconds(properties.get("endDate")),
    )


def user_entity(resource: Resource) -> User:
    """Return `context.User`."""
    properties = resource.properties
    identities = cast("list[Mapping[str, Any]]", properties.get("identities") or [])
    return User(
        id=resource.name,
        email=str(properties.get("email") or ""),
        first_name=str(properties.get("firstName") or ""),
        last_name=str(properties.get("lastName") or ""),
        groups=tuple(_group(group) for group in cast("list[object]", properties.get("groups") or [])),
        identities=tuple(UserIdentity(str(item.get("id", "")), str(item.get("provider", ""))) for item in identities),
        note=str(properties.get("note") or ""),
        registration_date=seconds(properties.get("registrationDate")),
    )


def _group(value: object) -> Group:
    if isinstance(value, dict):
        item = cast("dict[str, Any]", value)
        properties = cast("dict[str, Any]", item.get("properties") or item)
        identifier = relative_id(str(item.get("id") or item.get("name") or "")).rsplit("/", 1)[-1]
        return Group(identifier, str(properties.get("displayName") or properties.get("name") or identifier))
    return Group(str(value), str(value))


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
