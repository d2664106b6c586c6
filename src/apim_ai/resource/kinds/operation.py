"""Operations of an API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.resource.kind import Kind, Properties, Reference
from apim_ai.resource.shape import change, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.resources import Resource

__all__ = ["KIND"]

_SCHEMAS = ("request.representations[].schemaId", "responses[].representations[].schemaId")


def _references(resource: Resource) -> Iterator[Reference]:
    for pattern in _SCHEMAS:
        for schema in find(resource.properties, pattern):
            yield Reference("id", f"{resource.parent}/schemas/{schema}")


def _canonical(properties: Properties) -> Properties:
    return change(properties, ("method",), lambda method: str(method).upper())


KIND = Kind(
    name="operation",
    path="apis/{api}/operations/{operation}",
    noun="API operation",
    defaults={"description": "", "templateParameters": [], "responses": []},
    added=("policies",),
    references=_references,
    canonical=_canonical,
)
