"""JSON Schemas of the project's files, for editors: made from the models, published in `schemas/`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apim_ai.config.models import ApiFile, EnvironmentFile, ProductFile, ProjectFile, TiersFile
from apim_ai.config.settings import GatewaySettings

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["schemas"]

_MODELS: dict[str, type[BaseModel]] = {
    "apim": ProjectFile,
    "environment": EnvironmentFile,
    "tiers": TiersFile,
    "api": ApiFile,
    "product": ProductFile,
}
_SCALARS = {"type": ["string", "number", "boolean"], "description": "a plain value"}
_VARIABLE = {"type": "string", "pattern": r"\[\[", "description": "text with a variable"}


def schemas() -> dict[str, str]:
    """Return each schema as JSON text by its file's name."""
    return {
        f"{name}.schema.json": json.dumps(_schema(name, model), indent=2, ensure_ascii=False) + "\n"
        for name, model in _MODELS.items()
    }


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema.get("$defs", {})
    if "NamedValueSpec" in definitions:
        definitions["NamedValueSpec"] = {"anyOf": [_SCALARS, definitions["NamedValueSpec"]]}
    if "settings" in schema["properties"]:
        schema["properties"]["settings"] = _settings()
    for part in (schema, *definitions.values()):
        for member, what in part.get("properties", {}).items():
            part["properties"][member] = _or_variable(what)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"apim-ai: {name}", **schema}


def _or_variable(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow a variable where a number or a truth value is expected."""
    if schema.get("type") not in {"integer", "number", "boolean"}:
        return schema
    outer = {key: schema[key] for key in ("description", "default", "title") if key in schema}
    inner = {key: value for key, value in schema.items() if key not in outer}
    return {**outer, "anyOf": [inner, _VARIABLE]}


def _settings() -> dict[str, Any]:
    """Return the schema of the named settings."""
    members = {
        info.name: {"description": f"{info.doc} ({info.values})", "default": info.default}
        for info in GatewaySettings.table()
    }
    about = "what Azure leaves open, by name"
    return {"type": "object", "additionalProperties": False, "properties": members, "description": about}
