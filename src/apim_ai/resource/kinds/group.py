"""Groups of users."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, Properties

__all__ = ["KIND"]


def _is_built_in(identifier: str, properties: Properties) -> bool:
    name = identifier.rsplit("/", 1)[-1]
    return bool(properties.get("builtIn")) or name in {"administrators", "developers", "guests"}


KIND = Kind(
    name="group",
    path="groups/{group}",
    noun="group",
    defaults={"description": "", "type": "custom"},
    added=("builtIn",),
    is_built_in=_is_built_in,
    immutable=("type", "externalId"),
    fields=(
        Field("displayName", required=True, longest=300),
        Field("description", longest=1000),
        Field("type", choices=("custom", "system", "external")),
        Field("externalId"),
    ),
)
