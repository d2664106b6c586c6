from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.arm.openapi import read
from apim_ai.arm.refusal import Refusal

if TYPE_CHECKING:
    from .conftest import Arm

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pets", "version": "1", "description": "All pets"},
    "servers": [{"url": "https://pets.test/v1/"}],
    "paths": {
        "/pets/{id}": {
            "parameters": [{"$ref": "#/components/parameters/Id"}],
            "get": {
                "operationId": "Get Pet_ById",
                "summary": "One pet",
                "parameters": [
                    {"name": "deep", "in": "query", "schema": {"type": "boolean", "default": False}},
                    {
                        "name": "x-trace",
                        "in": "header",
                        "required": True,
                        "schema": {"type": "string", "enum": ["a", "b"]},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "found",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Pet"},
                                "example": {"name": "Rex"},
                            }
                        },
                    },
                    "default": {"description": "error"},
                },
            },
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
        "/pets": {
            "post": {
                "operationId": "get-pet-byid",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                "responses": {"201": {"description": "made"}},
            }
        },
    },
    "components": {
        "parameters": {
            "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}, "description": "which"}
        },
        "schemas": {"Pet": {"type": "object", "properties": {"name": {"type": "string"}}}},
    },
}


def imported(arm: Arm, document: dict[str, Any] = DOCUMENT, **properties: object) -> dict[str, Any]:
    body = {"path": "pets", "format": "openapi+json", "value": json.dumps(document), **properties}
    return arm.put("apis/pets", body)["properties"]


def test_an_import_takes_title_description_and_server_and_returns_no_document(arm: Arm) -> None:
    properties = imported(arm)
    assert properties["displayName"] == "Pets"
    assert properties["description"] == "All pets"
    assert properties["serviceUrl"] == "https://pets.test/v1"
    assert not {"format", "value"} & set(properties)


def test_what_the_body_says_comes_before_the_document(arm: Arm) -> None:
    properties = imported(arm, displayName="Mine", serviceUrl="https://other.test")
    assert (properties["displayName"], properties["serviceUrl"]) == ("Mine", "https://other.test")


def test_operations_are_named_by_their_normalised_ids(arm: Arm) -> None:
    imported(arm)
    assert arm.names("apis/pets/operations") == ["get-pet-byid", "delete-pets-id", "get-pet-byid-1"]
    operation = arm.get("apis/pets/operations/get-pet-byid")["properties"]
    assert operation["displayName"] == "One pet"
    assert operation["method"] == "GET"
    assert operation["urlTemplate"] == "/pets/{id}"
    assert operation["templateParameters"] == [
        {"name": "id", "type": "integer", "required": True, "values": [], "description": "which"}
    ]
    assert operation["request"]["queryParameters"][0]["defaultValue"] == "False"
    assert operation["request"]["headers"][0]["values"] == ["a", "b"]
    [response] = operation["responses"]
    [representation] = response["representations"]
    assert representation == {
        "contentType": "application/json",
        "schemaId": "imported",
        "typeName": "Pet",
        "examples": {"default": {"value": {"name": "Rex"}}},
    }


def test_schemas_are_kept(arm: Arm) -> None:
    imported(arm)
    schema = arm.get("apis/pets/schemas/imported")["properties"]
    assert "Pet" in schema["document"]["components"]["schemas"]


def test_a_second_import_drops_what_is_gone_and_keeps_policies_of_the_rest(arm: Arm) -> None:
    imported(arm)
    policy = {"format": "rawxml", "value": "<policies><inbound><base /></inbound></policies>"}
    arm.put("apis/pets/operations/get-pet-byid/policies/policy", policy)
    arm.put("apis/pets/operations/delete-pets-id/policies/policy", policy)
    smaller = {**DOCUMENT, "paths": {"/pets/{id}": {"get": DOCUMENT["paths"]["/pets/{id}"]["get"]}}}
    smaller["paths"]["/pets/{id}"]["parameters"] = DOCUMENT["paths"]["/pets/{id}"]["parameters"]
    imported(arm, smaller)
    assert arm.names("apis/pets/operations") == ["get-pet-byid"]
    assert arm.names("apis/pets/operations/get-pet-byid/policies") == ["policy"]
    assert not arm.plane.world.store.get("apis/pets/operations/delete-pets-id/policies/policy")


def test_yaml_and_swagger(arm: Arm) -> None:
    arm.put("apis/y", {"path": "y", "format": "openapi", "value": yaml.safe_dump(DOCUMENT)})
    swagger = {
        "swagger": "2.0",
        "info": {"title": "Old"},
        "host": "old.test",
        "basePath": "/b",
        "schemes": ["http"],
        "paths": {"/x": {"get": {"responses": {"200": {"description": ""}}}}},
        "definitions": {"A": {"type": "object"}},
    }
    arm.put("apis/s", {"path": "s", "format": "swagger-json", "value": json.dumps(swagger)})
    assert len(arm.names("apis/y/operations")) == 3
    assert arm.get("apis/s")["properties"]["serviceUrl"] == "http://old.test/b"
    assert arm.names("apis/s/operations") == ["get-x"]


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("openapi+json", "{"),
        ("openapi+json", "[]"),
        ("openapi+json", "{}"),
        ("openapi", "a: b: c"),
        ("openapi", "{openapi: 3.0.0, paths: []}"),
        ("swagger-json", '{"openapi": "3.0.0"}'),
    ],
)
def test_a_document_that_cannot_be_read(arm: Arm, format_: str, text: str) -> None:
    error = arm.refused("PUT", "apis/x", {"path": "x", "format": format_, "value": text})
    [detail] = error["details"]
    assert detail["target"] == "representation"
    assert detail["message"].startswith("Parsing error(s): ")
    assert arm.names("apis") == []


def test_links_are_not_fetched(arm: Arm) -> None:
    error = arm.refused("PUT", "apis/x", {"path": "x", "format": "openapi-link", "value": "https://x.test/o.json"})
    assert error["details"][0]["target"] == "format"


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(
                st.sampled_from(["paths", "openapi", "get", "$ref", "/x", "parameters", "servers"]), c, max_size=4
            )
        ),
    )
)
def test_any_document_is_read_or_refused(document: object) -> None:
    try:
        found = read(json.dumps(document), "openapi+json")
    except Refusal:
        return
    assert isinstance(found["openapi"], str)
