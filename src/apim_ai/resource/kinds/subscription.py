"""Subscriptions: a caller's keys to a product, an API or all APIs."""

from __future__ import annotations

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
)
