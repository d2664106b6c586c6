"""Schemas of an API, which its operations' requests and responses refer to."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(
    name="api_schema",
    path="apis/{api}/schemas/{api_schema}",
    noun="API schema",
    added=("provisioningState",),
    maps=("document.components", "document.definitions"),
    long_running=frozenset({"put"}),
    longest_name=80,
    fields=(
        Field("contentType", required=True),
        Field("document", "object"),
    ),
)
