"""Links: the tags of an API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.resource.kind import Kind, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.resources import Resource

__all__ = ["KIND"]


def _references(resource: Resource) -> Iterator[Reference]:
    yield Reference("id", f"tags/{resource.name}")


KIND = Kind(
    name="api_tag",
    path="apis/{api}/tags/{tag}",
    noun="tag of an API",
    has_body=False,
    references=_references,
    canonical=lambda _: {},
)
