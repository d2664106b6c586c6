"""Subscriptions: a caller's keys to a product, an API or all APIs."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, Properties, always

__all__ = ["KIND"]


def _is_built_in(identifier: str, _: Properties) -> bool:
    """Tell the all-access subscription that comes with the service."""
    return identifier.rsplit("/", 1)[-1] == "master"


KIND = Kind(
    name="subscription",
    path="subscriptions/{subscription}",
    noun="subscription",
    defaults={"state": "submitted", "allowTracing": False},
    write_only=always("primaryKey", "secondaryKey"),
    added=("createdDate", "startDate", "endDate", "notificationDate", "stateComment"),
    ids=("scope", "ownerId"),
    is_built_in=_is_built_in,
    fields=(
        Field("displayName", required=True, longest=100),
        Field("scope", required=True),
        Field("ownerId"),
        Field("primaryKey", longest=256),
        Field("secondaryKey", longest=256),
        Field("state", choices=("suspended", "active", "expired", "submitted", "rejected", "cancelled")),
        Field("allowTracing", "boolean"),
        Field("expirationDate", "time"),
    ),
)
