"""Named values: settings and secrets that policies use as `{{name}}`."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, Properties

__all__ = ["KIND"]


def _write_only(properties: Properties) -> tuple[str, ...]:
    return ("value",) if properties.get("secret") or properties.get("keyVault") else ()


def _is_built_in(identifier: str, properties: Properties) -> bool:
    """Tell the named values that the service makes for the credentials of a logger."""
    name = str(properties.get("displayName") or identifier.rsplit("/", 1)[-1])
    return name.startswith("Logger-Credentials--")


KIND = Kind(
    name="named_value",
    path="namedValues/{named_value}",
    noun="named value",
    defaults={"secret": False, "tags": []},
    write_only=_write_only,
    added=("provisioningState",),
    unordered=("tags",),
    long_running=frozenset({"put"}),
    is_built_in=_is_built_in,
    fields=(
        Field(
            "displayName",
            required=True,
            longest=256,
            form=r"[A-Za-z0-9\-._]+",
            help="use letters, digits, hyphens, dots and underscores, at most 256",
        ),
        Field("value", longest=4096),
        Field("secret", "boolean"),
        Field("tags", "array", longest=32),
        Field("keyVault", "object"),
        Field("keyVault.secretIdentifier", "uri", required=True),
        Field("keyVault.identityClientId"),
    ),
)
