"""External caches, such as Redis, which response and semantic caching use."""

from __future__ import annotations

from apim_ai.resource.kind import Kind, always

__all__ = ["KIND"]

KIND = Kind(
    name="cache",
    path="caches/{cache}",
    noun="cache",
    defaults={"description": ""},
    write_only=always("connectionString"),
)
