"""Version sets: how the versions of one API are told apart."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(
    name="version_set",
    path="apiVersionSets/{version_set}",
    noun="version set",
    defaults={"description": ""},
    longest_name=80,
    fields=(
        Field("displayName", required=True, longest=100),
        Field("versioningScheme", required=True, choices=("Segment", "Query", "Header")),
        Field("versionQueryName", longest=100),
        Field("versionHeaderName", longest=100),
    ),
)
