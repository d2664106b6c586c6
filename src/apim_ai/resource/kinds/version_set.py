"""Version sets: how the versions of one API are told apart."""

from __future__ import annotations

from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(name="version_set", path="apiVersionSets/{version_set}", noun="version set", defaults={"description": ""})
