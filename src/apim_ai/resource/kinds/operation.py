"""Operations of an API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.resource.fields import Field
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
    longest_name=80,
    fields=(
        Field("displayName", required=True, longest=300),
        Field("method", required=True),
        Field("urlTemplate", required=True, longest=1000),
        Field("description", longest=1000),
        Field("templateParameters", "array"),
        Field("templateParameters[].name", required=True),
        Field("templateParameters[].type", required=True),
        Field("request.queryParameters[].name", required=True),
        Field("request.headers[].name", required=True),
        Field("request.representations[].contentType", required=True),
        Field("responses", "array"),
        Field("responses[].headers[].name", required=True),
        Field("responses[].representations[].contentType", required=True),
        Field("responses[].statusCode", "integer", required=True, least=100, most=599),
    ),
)
