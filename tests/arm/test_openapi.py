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


def simple(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.0.0", "info": {"title": "T"}, "paths": paths, **more}


def operation(operation_id: str, *parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"operationId": operation_id, "parameters": list(parameters), "responses": {}, **more}


@pytest.mark.parametrize(
    ("servers", "url"),
    [
        (["http://a.test", "https://b.test/v1/", "https://c.test"], "https://b.test/v1"),
        (["/relative", "http://a.test"], "http://a.test"),
        (["/relative"], None),
        ([], None),
    ],
)
def test_the_backend_is_the_first_server_over_https_else_over_http(
    arm: Arm, servers: list[str], url: str | None
) -> None:
    properties = imported(arm, simple({}, servers=[{"url": server} for server in servers]))
    assert properties.get("serviceUrl") == url


def test_required_query_parameters_become_part_of_the_template(arm: Arm) -> None:
    needed = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    may = {"name": "size", "in": "query", "schema": {"type": "integer"}}
    document = simple({"/find": {"get": operation("find", needed, may)}})
    imported(arm, document)
    made = arm.get("apis/pets/operations/find")["properties"]
    assert made["urlTemplate"] == "/find?q={q}"
    assert [parameter["name"] for parameter in made["templateParameters"]] == ["q"]
    assert [parameter["name"] for parameter in made["request"]["queryParameters"]] == ["size"]
    imported(arm, document, translateRequiredQueryParameters="query")
    made = arm.get("apis/pets/operations/find")["properties"]
    assert (made["urlTemplate"], made["templateParameters"]) == ("/find", [])
    assert [parameter["name"] for parameter in made["request"]["queryParameters"]] == ["q", "size"]


def test_an_operations_own_parameter_comes_instead_of_its_paths(arm: Arm) -> None:
    shared = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    own = {**shared, "schema": {"type": "integer"}}
    imported(arm, simple({"/a/{id}": {"parameters": [shared], "get": operation("get", own)}}))
    made = arm.get("apis/pets/operations/get")["properties"]["templateParameters"]
    assert [(parameter["name"], parameter["type"]) for parameter in made] == [("id", "integer")]


@pytest.mark.parametrize(("method", "count"), [("get", 0), ("head", 0), ("options", 0), ("delete", 1), ("post", 1)])
def test_bodies_of_methods_that_have_none_are_dropped(arm: Arm, method: str, count: int) -> None:
    body: dict[str, Any] = {"content": {"application/json": {}}}
    imported(arm, simple({"/a": {method: operation("a", requestBody=body)}}))
    assert len(arm.get("apis/pets/operations/a")["properties"]["request"]["representations"]) == count


def test_two_operations_that_answer_the_same_are_refused(arm: Arm) -> None:
    document = simple({"/a/{id}": {"get": operation("one")}, "/A/{x}": {"get": operation("two")}})
    body = {"path": "pets", "format": "openapi+json", "value": json.dumps(document)}
    [detail] = arm.refused("PUT", "apis/pets", body)["details"]
    assert detail["message"] == (
        "Importing API has duplicate signature operations: 2 operations with signature 'GET /a/{id}'"
    )


def test_an_operation_of_another_name_takes_over_the_policy_of_the_one_it_replaces(arm: Arm) -> None:
    imported(arm, simple({"/a/{id}": {"get": operation("old")}, "/b": {"get": operation("b")}}))
    for name in ("old", "b"):
        arm.put(f"apis/pets/operations/{name}/policies/policy", {"format": "rawxml", "value": f"<{name} />"})
    imported(arm, simple({"/a/{key}": {"get": operation("new")}, "/c": {"get": operation("c")}}))
    assert arm.names("apis/pets/operations") == ["new", "c"]
    assert arm.get("apis/pets/operations/new/policies/policy")["properties"]["value"] == "<old />"
    assert arm.call("GET", "apis/pets/operations/c/policies/policy").status == 404


def test_what_has_neither_id_nor_summary_is_called_by_method_and_path(arm: Arm) -> None:
    imported(arm, simple({"/a": {"get": {"responses": {}}}}))
    made = arm.get("apis/pets/operations/get-a")
    assert made["properties"]["displayName"] == "Get - /a"
