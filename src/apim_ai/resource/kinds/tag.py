"""Tags, to group APIs."""

from __future__ import annotations

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind

__all__ = ["KIND"]

KIND = Kind(
    name="tag",
    path="tags/{tag}",
    noun="tag",
    longest_name=80,
    fields=(Field("displayName", required=True, longest=160),),
)
