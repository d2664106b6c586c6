"""What an API says about its messages: operation parameters, representations, schemas; and samples made from schemas.

Schemas come in JSON Schema or as the schema objects of OpenAPI; references stay inside the API's own schema document.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.runtime import Exchange
    from apim_ai.runtime.services import Catalog

__all__ = [
    "base_api_id",
    "definitions_of",
    "media_type",
    "operation_of",
    "referenced",
    "response_of",
    "sample",
    "schema_of",
]

MAX_SAMPLE_DEPTH = 8
_PLACEHOLDERS: dict[str, object] = {"string": "string", "integer": 0, "number": 0, "boolean": True, "null": None}
_FORMATS = {
    "date": "2000-01-01",
    "date-time": "2000-01-01T00:00:00Z",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "email": "user@example.test",
    "uri": "https://example.test",
}


def operation_of(exchange: Exchange) -> Mapping[str, Any]:
    """Return the ARM properties of the exchange's operation; empty where there is none."""
    return exchange.services.catalog.properties(exchange.operation_id) or {}


def response_of(exchange: Exchange, status: int) -> Mapping[str, Any]:
    """Return what the operation says about a status; empty where it says nothing."""
    responses = cast("Sequence[Mapping[str, Any]]", operation_of(exchange).get("responses") or ())
    return next((each for each in responses if each.get("statusCode") == status), cast("Mapping[str, Any]", {}))


def base_api_id(api_id: str) -> str:
    """Return an API's id without a revision."""
    return api_id.split(";", 1)[0]


def media_type(value: str) -> str:
    """Return a media type without parameters, in lower case."""
    return value.split(";", 1)[0].strip().lower()


def definitions_of(catalog: Catalog, api_id: str, schema_id: str) -> Mapping[str, Any] | None:
    """Return the named schemas of one of the API's schema documents, or None where there is no such document."""
    for candidate in dict.fromkeys((api_id, base_api_id(api_id))):
        properties = catalog.properties(f"{candidate}/schemas/{schema_id}")
        if properties is not None:
            return _definitions(properties)
    properties = catalog.properties(f"schemas/{schema_id}")
    return None if properties is None else _definitions(properties)


def _definitions(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    document = properties.get("document") or properties
    components = document.get("components")
    if isinstance(components, dict):
        return cast("Mapping[str, Any]", cast("dict[str, Any]", components).get("schemas") or {})
    if isinstance(document.get("definitions"), dict):
        return cast("Mapping[str, Any]", document["definitions"])
    value = document.get("value")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return {"": value} if isinstance(value, dict) else {}


def schema_of(catalog: Catalog, api_id: str, representation: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the schema of a representation with everything that it refers to, or None where it has none."""
    inline = representation.get("schema")
    if isinstance(inline, dict):
        return cast("dict[str, Any]", inline)
    schema_id, name = representation.get("schemaId"), representation.get("typeName")
    if not schema_id:
        return None
    definitions = definitions_of(catalog, api_id, str(schema_id)) or {}
    found = definitions.get(str(name or "").rsplit("/", 1)[-1])
    if not isinstance(found, dict):
        return None
    return {**found, "components": {"schemas": definitions}, "definitions": definitions}


def referenced(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a `$ref` inside the schema document; one that leads nowhere allows anything."""
    for _ in range(MAX_SAMPLE_DEPTH):
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        found: object = root
        for part in reference.removeprefix("#/").split("/"):
            found = cast("Mapping[str, Any]", found).get(part) if isinstance(found, dict) else None
        if not isinstance(found, dict):
            return {}
        schema = cast("Mapping[str, Any]", found)
    return {}


def sample(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None, depth: int = 0) -> object:
    """Return a value that fits a schema well enough to develop against: its own examples first."""
    root = schema if root is None else root
    schema = referenced(schema, root)
    for name in ("example", "default", "const"):
        if name in schema:
            return schema[name]
    choices = schema.get("enum") or schema.get("examples")
    if isinstance(choices, list) and choices:
        return cast("list[object]", choices)[0]
    if depth >= MAX_SAMPLE_DEPTH:
        return None
    combined = _combined(schema, root, depth)
    return combined if combined is not None else _of_type(schema, root, depth)


def _combined(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> object:
    for name in ("oneOf", "anyOf"):
        options = cast("Sequence[Mapping[str, Any]]", schema.get(name) or ())
        if options:
            return sample(options[0], root, depth + 1)
    parts = [sample(part, root, depth + 1) for part in cast("Sequence[Mapping[str, Any]]", schema.get("allOf") or ())]
    if not parts:
        return None
    merged: dict[str, object] = {}
    for part in (*parts, _of_type(schema, root, depth) if "properties" in schema else None):
        if isinstance(part, dict):
            merged |= cast("dict[str, object]", part)
    return merged or parts[0]


def _of_type(schema: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> object:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = cast("list[object]", kind)[0]
    if kind == "array":
        items = schema.get("items")
        return [sample(cast("Mapping[str, Any]", items), root, depth + 1)] if isinstance(items, dict) else []
    if kind == "object" or "properties" in schema:
        properties = cast("Mapping[str, Mapping[str, Any]]", schema.get("properties") or {})
        return {name: sample(each, root, depth + 1) for name, each in properties.items()}
    if kind == "string":
        return _FORMATS.get(str(schema.get("format")), "string")
    if kind in ("integer", "number") and "minimum" in schema:
        return schema["minimum"]
    return _PLACEHOLDERS.get(str(kind))
