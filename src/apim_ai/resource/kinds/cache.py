"""External caches, such as Redis, which response and semantic caching use."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, always

__all__ = ["KIND"]

KIND = Kind(
    name="cache",
    path="caches/{cache}",
    noun="cache",
    defaults={"description": ""},
    write_only=always("connectionString"),
    longest_name=80,
    fields=(
        Field("connectionString", required=True, longest=300),
        Field("useFromLocation", required=True, longest=256),
        Field("description", longest=2000),
        Field("resourceId", longest=2000),
    ),
)
