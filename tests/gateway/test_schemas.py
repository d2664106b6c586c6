"""JSON Schema checks."""

from __future__ import annotations

import pytest

from apim_ai.gateway import schemas
from apim_ai.gateway.schemas import JsonSchemas

SCHEMA = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "n": {"type": "string", "nullable": True}, "of": {"$ref": "#/components/schemas/Of"}},
    "components": {"schemas": {"Of": {"type": "string", "enum": ["a"], "nullable": True}}},
}  # fmt: skip


def test_what_fits_has_no_problems() -> None:
    assert JsonSchemas().problems(SCHEMA, {"id": 1, "n": None, "of": "a"}) == []
    assert JsonSchemas().problems(SCHEMA, {"id": 1, "of": None}) == []


def test_what_does_not_says_where() -> None:
    problems = JsonSchemas().problems(SCHEMA, {"id": "x", "n": 1, "of": "b"})
    assert len(problems) == 3
    assert any("Path 'id'" in each for each in problems)


def test_problems_are_bounded() -> None:
    schema = {"type": "array", "items": {"type": "integer"}}
    assert len(JsonSchemas().problems(schema, ["x"] * 1000)) == schemas.MAX_PROBLEMS


def test_nothing_is_fetched_and_what_is_no_schema_is_refused() -> None:
    for schema in ({"$ref": "http://127.0.0.1:9/x"}, {"type": "nonsense"}, {"$ref": "#/none"}):
        with pytest.raises(ValueError, match=r".*"):
            JsonSchemas().problems(schema, {})
