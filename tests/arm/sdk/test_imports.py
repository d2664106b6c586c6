"""OpenAPI documents in and out of APIs, sent themselves or as links."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import yaml
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from openapi_spec_validator import validate as is_openapi

from .conftest import AT, Plane, error_of, raw

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Shop", "version": "1", "description": "Sells."},
    "servers": [{"url": "https://be.test/v1"}],
    "paths": {
        "/items/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "get-item",
                "summary": "Get an item",
                "parameters": [{"name": "size", "in": "query", "schema": {"type": "integer", "enum": [1, 2]}}],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}},
                    }
                },
            },
            "put": {
                "operationId": "put-item",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}},
                "responses": {"204": {"description": "done"}},
            },
        }
    },
    "components": {"schemas": {"Item": {"type": "object", "properties": {"id": {"type": "string"}}}}},
}
SWAGGER: dict[str, Any] = {
    "swagger": "2.0",
    "info": {"title": "Old", "version": "1"},
    "host": "old.test",
    "basePath": "/v1",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "produces": ["application/json"],
    "paths": {
        "/items": {
            "post": {
                "operationId": "add",
                "parameters": [{"name": "body", "in": "body", "schema": {"$ref": "#/definitions/Item"}}],
                "responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Item"}}},
            }
        }
    },
    "definitions": {"Item": {"type": "object"}},
}


def put(sdk: Any, name: str, format_: str, value: str, **more: Any) -> Any:
    body = {"path": name, "format": format_, "value": value, **more}
    return sdk.api.begin_create_or_update(*AT, name, body).result()


def operations(sdk: Any, api: str) -> list[dict[str, Any]]:
    found = [operation.as_dict() for operation in sdk.api_operation.list_by_api(*AT, api)]
    return [{key: value for key, value in operation.items() if key != "id"} for operation in found]


def exported(sdk: Any, api: str, format_: str) -> tuple[str, str]:
    answer = sdk.api_export.get(*AT, api, format_, "true")
    fetched = httpx.get(answer.value.link)
    assert fetched.status_code == 200
    return answer.export_result_format, fetched.text


@pytest.mark.parametrize(
    ("format_", "text"), [("openapi", yaml.safe_dump(DOCUMENT)), ("openapi+json", json.dumps(DOCUMENT))]
)
def test_a_document_becomes_an_api_with_operations_and_a_schema(sdk: Any, format_: str, text: str) -> None:
    api = put(sdk, "shop", format_, text)
    assert (api.display_name, api.description, api.service_url) == ("Shop", "Sells.", "https://be.test/v1")
    get, change = operations(sdk, "shop")
    assert (get["name"], get["display_name"], get["method"], get["url_template"]) == (
        "get-item", "Get an item", "GET", "/items/{id}",
    )  # fmt: skip
    assert [parameter["name"] for parameter in get["template_parameters"]] == ["id"]
    assert get["request"]["query_parameters"][0]["values"] == ["1", "2"]
    assert change["request"]["representations"][0]["type_name"] == "Item"
    (schema,) = sdk.api_schema.list_by_api(*AT, "shop")
    assert schema.components["schemas"]["Item"]["type"] == "object"


def test_a_swagger_document_keeps_its_bodies(sdk: Any) -> None:
    api = put(sdk, "old", "swagger-json", json.dumps(SWAGGER))
    assert api.service_url == "https://old.test/v1"
    (operation,) = operations(sdk, "old")
    assert operation["request"]["representations"][0] == {
        "content_type": "application/json", "schema_id": "imported", "type_name": "Item",
    }  # fmt: skip
    assert operation["responses"][0]["representations"][0]["type_name"] == "Item"


def test_the_document_itself_is_never_answered(sdk: Any) -> None:
    put(sdk, "shop", "openapi+json", json.dumps(DOCUMENT))
    _, _, body = sdk.api.get(*AT, "shop", cls=raw)
    assert not {"format", "value"} & set(body["properties"])


def test_what_the_body_says_comes_first(sdk: Any) -> None:
    api = put(sdk, "shop", "openapi+json", json.dumps(DOCUMENT), display_name="Mine", service_url="https://mine.test")
    assert (api.display_name, api.service_url) == ("Mine", "https://mine.test")


def test_a_second_import_keeps_the_policies_of_what_stays(sdk: Any) -> None:
    put(sdk, "shop", "openapi+json", json.dumps(DOCUMENT))
    text = "<policies><inbound><base /><set-method>GET</set-method></inbound></policies>"
    sdk.api_operation_policy.create_or_update(*AT, "shop", "get-item", "policy", {"format": "rawxml", "value": text})
    path = DOCUMENT["paths"]["/items/{id}"]
    less = {**DOCUMENT, "paths": {"/items/{id}": {key: value for key, value in path.items() if key != "put"}}}
    put(sdk, "shop", "openapi+json", json.dumps(less))
    assert [operation["name"] for operation in operations(sdk, "shop")] == ["get-item"]
    assert "set-method" in sdk.api_operation_policy.get(*AT, "shop", "get-item", "policy").value


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("openapi", "openapi: ["),
        ("openapi+json", "{"),
        ("openapi+json", "[]"),
        ("openapi+json", '{"swagger": "2.0"}'),
        ("swagger-json", json.dumps(DOCUMENT)),
        ("openapi", "openapi: 3.0.0\npaths: 5"),
        ("wsdl", "<definitions />"),
        ("nothing", "x"),
    ],
)
def test_documents_that_are_refused(sdk: Any, format_: str, text: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, "shop", format_, text)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    assert list(sdk.api.list_by_service(*AT)) == []


def serving(server: Plane, documents: dict[str, str]) -> list[str]:
    asked: list[str] = []

    async def fetch(url: str) -> str:
        asked.append(url)
        if url not in documents:
            raise ValueError("it answered 404")
        return documents[url]

    server.restart(fetch=fetch)
    return asked


def test_links_are_followed(sdk: Any, server: Plane) -> None:
    documents = {
        "https://docs.test/o.yaml": yaml.safe_dump(DOCUMENT),
        "https://docs.test/o.json": json.dumps(DOCUMENT),
        "https://docs.test/s.json": json.dumps(SWAGGER),
        "https://docs.test/p.xml": "<policies><inbound><base /></inbound></policies>",
    }
    asked = serving(server, documents)
    assert put(sdk, "a", "openapi-link", "https://docs.test/o.yaml").display_name == "Shop"
    assert put(sdk, "b", "openapi+json-link", "https://docs.test/o.json").display_name == "Shop"
    assert put(sdk, "c", "swagger-link-json", "https://docs.test/s.json").display_name == "Old"
    for format_ in ("xml-link", "rawxml-link"):
        body = {"format": format_, "value": "https://docs.test/p.xml"}
        assert sdk.api_policy.create_or_update(*AT, "a", "policy", body).format == "xml"
    assert asked == [*list(documents)[:3], *["https://docs.test/p.xml"] * 2]


@pytest.mark.parametrize("url", ["https://docs.test/none?sig=must-not-be-seen", "file:///etc/hosts", "", "docs.test"])
def test_links_that_lead_nowhere(sdk: Any, server: Plane, url: str) -> None:
    serving(server, {})
    for format_ in ("openapi-link", "openapi+json-link", "swagger-link-json"):
        with pytest.raises(HttpResponseError) as caught:
            put(sdk, "shop", format_, url)
        assert (caught.value.status_code, error_of(caught).details[0].target) == (400, "value")
        assert "must-not-be-seen" not in str(caught.value)
    assert list(sdk.api.list_by_service(*AT)) == []


@pytest.mark.parametrize("format_", ["openapi-link", "openapi+json-link", "swagger-link"])
def test_an_api_is_exported_behind_a_link(sdk: Any, format_: str) -> None:
    put(sdk, "shop", "openapi+json", json.dumps(DOCUMENT))
    answered, text = exported(sdk, "shop", format_)
    assert answered.startswith(format_)
    document = yaml.safe_load(text)
    is_openapi(document)
    assert set(document["paths"]["/items/{id}"]) == {"get", "put"}


@pytest.mark.parametrize(("way_out", "way_in"), [("openapi-link", "openapi"), ("openapi+json-link", "openapi+json")])
def test_what_is_exported_can_be_imported_again(sdk: Any, way_out: str, way_in: str) -> None:
    put(sdk, "shop", "openapi+json", json.dumps(DOCUMENT))
    put(sdk, "copy", way_in, exported(sdk, "shop", way_out)[1])
    assert operations(sdk, "copy") == operations(sdk, "shop")


def test_exports_that_are_refused(sdk: Any) -> None:
    put(sdk, "shop", "openapi+json", json.dumps(DOCUMENT))
    for format_ in ("wadl-link", "nothing"):
        with pytest.raises(HttpResponseError) as caught:
            sdk.api_export.get(*AT, "shop", format_, "true")
        assert error_of(caught).details[0].target == "format"
    with pytest.raises(ResourceNotFoundError):
        sdk.api_export.get(*AT, "none", "openapi-link", "true")


def test_a_link_of_an_export_is_nobodys_guess(sdk: Any, server: Plane) -> None:
    assert httpx.get(f"{server.url}/exports/guess").status_code == 404


def test_a_document_that_grows_by_its_aliases_is_refused(sdk: Any) -> None:
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9))
    text = f"openapi: 3.0.0\ninfo: {{title: T}}\npaths: {{}}\nl0: &l0 [x]\n{levels}"
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, "shop", "openapi", text)
    assert error_of(caught).details[0].target == "representation"
    assert (
        put(sdk, "shop", "openapi", "openapi: 3.0.0\ninfo: {title: &t T, description: *t}\npaths: {}").description
        == "T"
    )
