"""Users of the developer portal, who own subscriptions."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, Properties, always

__all__ = ["KIND"]


def _is_built_in(identifier: str, _: Properties) -> bool:
    """Tell the administrator who comes with the service."""
    return identifier.rsplit("/", 1)[-1] == "1"


KIND = Kind(
    name="user",
    path="users/{user}",
    noun="user",
    defaults={"state": "active", "note": ""},
    write_only=always("password", "confirmation"),
    added=("registrationDate", "groups", "identities", "appType"),
    long_running=frozenset({"delete"}),
    is_built_in=_is_built_in,
    longest_name=80,
    fields=(
        Field("email", required=True, longest=254, form=r"[^@\s]+@[^@\s]+"),
        Field("firstName", required=True, longest=100),
        Field("lastName", required=True, longest=100),
        Field("state", choices=("active", "blocked", "pending", "deleted")),
        Field("note"),
    ),
)
