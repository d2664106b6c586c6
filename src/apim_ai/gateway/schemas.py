"""JSON Schema checks, jsonschema-rs behind `SchemaChecker`. Nothing is ever fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import jsonschema_rs

from apim_ai.gateway.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["JsonSchemas"]

KEPT_SCHEMAS = 512
MAX_PROBLEMS = 20


class JsonSchemas:
    """Checks values against schemas; fits `runtime.services.SchemaChecker`. Compiled schemas are kept."""

    def __init__(self) -> None:
        self._kept: Recent[str, Any] = Recent(KEPT_SCHEMAS)

    def problems(self, schema: Mapping[str, Any], value: object) -> Sequence[str]:
        """Return what is wrong with a value; nothing when it fits.

        Raises:
            ValueError: the schema is none.
        """
        errors = self._validator(schema).iter_errors(value)
        return [_described(error) for _, error in zip(range(MAX_PROBLEMS), errors, strict=False)]

    def _validator(self, schema: Mapping[str, Any]) -> Any:  # noqa: ANN401 - jsonschema-rs has no common base
        text = json.dumps(schema, sort_keys=True, default=str)
        found = self._kept.get(text)
        if found is None:
            try:
                found = jsonschema_rs.Draft202012Validator(
                    cast("dict[str, Any]", _without_nullable(schema)), offline=True
                )
            except jsonschema_rs.ValidationError as error:
                raise ValueError(str(error.message)) from None
            self._kept.put(text, found)
        return found


def _described(error: jsonschema_rs.ValidationError) -> str:
    path = ".".join(str(part) for part in error.instance_path)
    return f"{error.message} Path '{path}'."


def _without_nullable(schema: object) -> object:
    """Return a schema of OpenAPI 3.0 as JSON Schema: `nullable` becomes a type."""
    if isinstance(schema, list):
        return [_without_nullable(each) for each in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    members = {name: _without_nullable(each) for name, each in cast("dict[str, object]", schema).items()}
    if members.pop("nullable", None) is True and isinstance(members.get("type"), str):
        members["type"] = [members["type"], "null"]
        if isinstance(members.get("enum"), list):
            members["enum"] = [*cast("list[object]", members["enum"]), None]
    return members
