"""Releases: which revision of an API is the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, Reference
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.resources import Resource

__all__ = ["KIND"]


def _references(resource: Resource) -> Iterator[Reference]:
    """Tell that a release comes after everything of the revision which it makes current."""
    yield Reference("subtree", relative_id(str(resource.properties.get("apiId", resource.parent))))


KIND = Kind(
    name="api_release",
    path="apis/{api}/releases/{release}",
    noun="API release",
    defaults={"notes": ""},
    added=("createdDateTime", "updatedDateTime"),
    ids=("apiId",),
    references=_references,
    longest_name=80,
    fields=(Field("apiId"), Field("notes")),
)
