"""The JSON Schema of case files, for editors: made from the format's own table, published in `schemas/`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apim_ai.cases import format as table
from apim_ai.cases.shape import Shape
from apim_ai.config import GatewaySettings

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["case_schema"]

_TYPES = {
    str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", list: "array", type(None): "null"
}  # fmt: skip
_SAMPLES: tuple[object, ...] = (1, [], {})
_SHARED = {
    id(shape): name.lower() for name, shape in vars(table).items() if isinstance(shape, Shape) and name.isupper()
}


def case_schema() -> str:
    """Return the schema as JSON text."""
    definitions: dict[str, Any] = {}
    root = _schema(table.CASE, definitions)
    for info in GatewaySettings.table():
        definitions["settings"]["properties"][info.name] = {"description": info.doc}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "apim-ai policy case"}
    return json.dumps({**head, **root, "$defs": dict(sorted(definitions.items()))}, indent=2, ensure_ascii=False) + "\n"


def _reference(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return a shape's schema, by reference where it has a name and is worth one."""
    name = _SHARED.get(id(shape))
    if name is None or not (shape.keys or shape.instead):
        return _schema(shape, definitions)
    if name not in definitions:
        definitions[name] = {}  # it may be asked for again below itself
        definitions[name] = _schema(shape, definitions)
    return {"$ref": f"#/$defs/{name}"}


def _schema(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    if shape.instead is not None:
        return {"anyOf": [_plain(each, definitions) for each in _alternatives(shape)]}
    return _plain(shape, definitions)


def _alternatives(shape: Shape) -> Iterator[Shape]:
    """Yield the shapes that a value's form chooses between."""
    seen: set[int] = set()
    for sample in _SAMPLES:
        found = (shape.instead(sample) if shape.instead else None) or shape
        if type(sample) in shape.types and id(found) not in seen:
            seen.add(id(found))
            yield found


def _plain(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    types = [_TYPES[kind] for kind in dict.fromkeys((*shape.types, *((int, float, bool) if shape.as_text else ())))]
    if types:
        schema["type"] = types[0] if len(types) == 1 else types
    if shape.choices:
        schema["enum"] = [*shape.choices, *([None] if type(None) in shape.types else [])]
    if dict in shape.types:
        schema |= _object(shape, definitions)
    if list in shape.types and shape.each is not None:
        schema["items"] = _reference(shape.each, definitions)
    return schema


def _object(shape: Shape, definitions: dict[str, Any]) -> dict[str, Any]:
    if shape.keys is None:
        return {} if shape.each is None else {"additionalProperties": _reference(shape.each, definitions)}
    properties = {name: _reference(part, definitions) for name, part in shape.keys.items()}
    required = {"required": list(shape.needs)} if shape.needs else {}
    return {"properties": properties, "additionalProperties": False, **required}
