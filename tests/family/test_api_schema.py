"""Samples of schemas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.family.api_schema import definitions_of, media_type, sample, schema_of


class Catalog:
    def __init__(self, **resources: dict[str, object]) -> None:
        self.resources = {name.replace("__", "/"): value for name, value in resources.items()}

    def properties(self, resource_id: str) -> dict[str, object] | None:
        return self.resources.get(resource_id)

    def of_kind(self, kind: str) -> list[dict[str, object]]:
        return []


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "date"}, "2000-01-01"),
        ({"type": "integer", "minimum": 5}, 5),
        ({"type": ["boolean", "null"]}, True),
        ({"enum": ["b", "a"]}, "b"),
        ({"type": "integer", "example": 7}, 7),
        ({"const": "c"}, "c"),
        ({"type": "array", "items": {"type": "number"}}, [0]),
        ({"type": "array"}, []),
        ({"properties": {"a": {"type": "null"}, "b": {"default": "d"}}}, {"a": None, "b": "d"}),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "string"),
        ({"allOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"b": {"type": "string"}}}]}, {"a": 0, "b": "string"}),
        ({"$ref": "#/definitions/A", "definitions": {"A": {"$ref": "#/definitions/B"}, "B": {"type": "integer"}}}, 0),
        ({"$ref": "#/definitions/none"}, None),
        ({}, None),
    ],
)  # fmt: skip
def test_samples(schema: dict[str, object], value: object) -> None:
    assert sample(schema) == value


def test_a_schema_that_holds_itself_ends() -> None:
    schema: dict[str, object] = {"type": "object", "properties": {"next": {"$ref": "#/definitions/A"}}}
    schema["definitions"] = {"A": {**schema}}
    assert isinstance(sample(schema), dict)
    assert sample({"$ref": "#/definitions/A", "definitions": {"A": {"$ref": "#/definitions/A"}}}) is None


@given(st.recursive(st.none() | st.text(max_size=3) | st.integers(), lambda x: st.lists(x, max_size=2), max_leaves=3))
def test_any_example_is_taken_as_it_is(value: object) -> None:
    assert sample({"type": "object", "example": value}) == value


def test_schemas_of_an_api() -> None:
    document: dict[str, object] = {
        "document": {
            "components": {"schemas": {"Item": {"$ref": "#/components/schemas/Other"}, "Other": {"type": "integer"}}}
        }
    }
    catalog = Catalog(apis__shop__schemas__s=document)
    found = schema_of(catalog, "apis/shop;rev=2", {"schemaId": "s", "typeName": "Item"})
    assert found is not None
    assert sample(found) == 0
    assert schema_of(catalog, "apis/shop", {"schemaId": "s", "typeName": "None"}) is None
    assert schema_of(catalog, "apis/shop", {"schemaId": "none", "typeName": "Item"}) is None
    assert schema_of(catalog, "apis/shop", {}) is None
    assert definitions_of(catalog, "apis/shop", "none") is None


def test_a_schema_of_the_service() -> None:
    catalog = Catalog(schemas__s={"document": {"value": '{"type": "string"}'}})
    assert definitions_of(catalog, "apis/shop", "s") == {"": {"type": "string"}}


def test_media_types() -> None:
    assert media_type(" Application/JSON; charset=utf-8") == "application/json"
