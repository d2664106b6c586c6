"""APIs, their operations, schemas, versions and revisions."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from .conftest import AT, error_of, raw, wire

OPERATION = {"display_name": "O", "method": "GET", "url_template": "/o"}


def put(sdk: Any, name: str, **properties: Any) -> Any:
    body = {"display_name": name.partition(";")[0].title(), "path": name.partition(";")[0], **properties}
    return sdk.api.begin_create_or_update(*AT, name, body).result()


def revise(sdk: Any, number: int, name: str = "shop") -> Any:
    body = {"sourceApiId": f"/apis/{name}", "apiRevision": str(number)}
    return sdk.api.begin_create_or_update(*AT, f"{name};rev={number}", wire(body)).result()


def release(sdk: Any, number: int, name: str) -> Any:
    return sdk.api_release.create_or_update(*AT, "shop", name, {"api_id": f"/apis/shop;rev={number}", "notes": name})


def targets(sdk: Any, name: str, **properties: Any) -> list[str]:
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, name, **properties)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    return [detail.target for detail in error_of(caught).details]


def test_what_the_service_fills_in(sdk: Any) -> None:
    api = put(sdk, "shop", service_url="https://be.test")
    assert (api.api_revision, api.is_current, api.is_online, api.api_type) == ("1", True, True, "http")
    assert (api.protocols, api.subscription_required) == (["https"], True)
    names = api.subscription_key_parameter_names
    assert (names.header, names.query) == ("Ocp-Apim-Subscription-Key", "subscription-key")


def test_all_settings_there_and_back(sdk: Any) -> None:
    put(
        sdk,
        "shop",
        description="D",
        service_url="https://be.test/v1",
        protocols=["http", "https"],
        subscription_required=False,
        subscription_key_parameter_names={"header": "api-key", "query": "key"},
        contact={"name": "N", "email": "n@example.test"},
        license={"name": "MIT"},
        terms_of_service_url="https://terms.test",
    )
    api = sdk.api.get(*AT, "shop")
    assert (api.description, api.service_url, api.protocols) == ("D", "https://be.test/v1", ["http", "https"])
    assert (api.subscription_required, api.subscription_key_parameter_names.header) == (False, "api-key")
    assert (api.contact.name, api.license.name, api.terms_of_service_url) == ("N", "MIT", "https://terms.test")


def test_apis_that_are_refused(sdk: Any) -> None:
    put(sdk, "shop")
    assert targets(sdk, "x", display_name=None) == ["displayName"]
    assert targets(sdk, "x", path=None) == ["path"]
    assert targets(sdk, "x", path="SHOP") == ["path"]
    assert targets(sdk, "x", protocols=["ftp"]) == ["protocols[]"]
    assert targets(sdk, "x", service_url="nowhere") == ["serviceUrl"]
    assert targets(sdk, "x", display_name="d" * 301) == ["displayName"]
    assert targets(sdk, "x", api_version="v1") == ["apiVersionSetId"]
    assert targets(sdk, "x", api_version_set_id="/apiVersionSets/none") == ["apiVersionSetId"]
    assert [api.name for api in sdk.api.list_by_service(*AT)] == ["shop"]


def test_a_patch_keeps_the_rest(sdk: Any) -> None:
    put(sdk, "shop", description="old", service_url="https://a.test")
    api = sdk.api.update(*AT, "shop", "*", {"service_url": "https://b.test"})
    assert (api.description, api.service_url, api.path) == ("old", "https://b.test", "shop")


def test_an_api_goes_with_all_that_belongs_to_it(sdk: Any) -> None:
    put(sdk, "shop")
    sdk.api_operation.create_or_update(*AT, "shop", "o", OPERATION)
    sdk.product.create_or_update(*AT, "p", {"display_name": "P"})
    sdk.product_api.create_or_update(*AT, "p", "shop")
    sdk.subscription.create_or_update(*AT, "s", {"display_name": "S", "scope": "/apis/shop"})
    sdk.api.begin_delete(*AT, "shop", "*").result()
    with pytest.raises(ResourceNotFoundError):
        sdk.api_operation.get(*AT, "shop", "o")
    assert list(sdk.product_api.list_by_product(*AT, "p")) == []
    assert "s" not in [item.name for item in sdk.subscription.list(*AT)]
    sdk.api.begin_delete(*AT, "shop", "*").result()


def test_operations_there_and_back(sdk: Any) -> None:
    put(sdk, "shop")
    body = {
        "display_name": "Find",
        "method": "POST",
        "url_template": "/find/{id}?x={x}",
        "template_parameters": [{"name": "id", "type": "string", "required": True}, {"name": "x", "type": "number"}],
        "request": {
            "query_parameters": [{"name": "q", "type": "string", "values": ["a"]}],
            "headers": [{"name": "h", "type": "string"}],
            "representations": [{"content_type": "application/json"}],
        },
        "responses": [{"status_code": 200, "description": "ok", "headers": [{"name": "r", "type": "string"}]}],
    }
    assert sdk.api_operation.create_or_update(*AT, "shop", "find", body, cls=raw)[0] == 201
    operation = sdk.api_operation.get(*AT, "shop", "find")
    assert (operation.method, operation.url_template) == ("POST", "/find/{id}?x={x}")
    assert [parameter.name for parameter in operation.template_parameters] == ["id", "x"]
    assert operation.request.query_parameters[0].values == ["a"]
    assert operation.responses[0].headers[0].name == "r"
    assert sdk.api_operation.update(*AT, "shop", "find", "*", {"description": "D"}).display_name == "Find"
    assert [item.name for item in sdk.api_operation.list_by_api(*AT, "shop", filter="method eq 'POST'")] == ["find"]
    assert sdk.api_operation.delete(*AT, "shop", "find", "*", cls=raw)[0] == 200


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"method": "GET", "url_template": "/x"}, "displayName"),
        ({"display_name": "O", "url_template": "/x"}, "method"),
        ({"display_name": "O", "method": "GET"}, "urlTemplate"),
        ({"display_name": "O", "method": "GET", "url_template": "/x/{id}"}, "templateParameters"),
        (
            {
                "display_name": "O",
                "method": "GET",
                "url_template": "/x",
                "template_parameters": [{"name": "id", "type": "string"}],
            },
            "templateParameters",
        ),
        ({"display_name": "O", "method": "get", "url_template": "/o"}, "urlTemplate"),
    ],
)
def test_operations_that_are_refused(sdk: Any, body: dict[str, Any], target: str) -> None:
    put(sdk, "shop")
    sdk.api_operation.create_or_update(*AT, "shop", "o", OPERATION)
    with pytest.raises(HttpResponseError) as caught:
        sdk.api_operation.create_or_update(*AT, "shop", "x", body)
    assert target in [detail.target for detail in error_of(caught).details]


def test_operations_of_an_api_that_is_not_there(sdk: Any) -> None:
    with pytest.raises(ResourceNotFoundError) as caught:
        sdk.api_operation.create_or_update(*AT, "none", "o", OPERATION)
    assert error_of(caught).message == "API not found."
    with pytest.raises(ResourceNotFoundError):
        list(sdk.api_operation.list_by_api(*AT, "none"))


def test_schemas_there_and_back(sdk: Any) -> None:
    put(sdk, "shop")
    body = {
        "content_type": "application/vnd.oai.openapi.components+json",
        "components": {"schemas": {"A": {"type": "object"}}},
    }
    sdk.api_schema.begin_create_or_update(*AT, "shop", "s", body).result()
    assert sdk.api_schema.get(*AT, "shop", "s").components == {"schemas": {"A": {"type": "object"}}}
    assert [schema.name for schema in sdk.api_schema.list_by_api(*AT, "shop")] == ["s"]
    sdk.api_schema.delete(*AT, "shop", "s", "*")
    sdk.global_schema.begin_create_or_update(*AT, "g", {"schema_type": "json", "document": {"a": 1}}).result()
    assert sdk.global_schema.get(*AT, "g").document == {"a": 1}
    with pytest.raises(HttpResponseError):
        sdk.global_schema.begin_create_or_update(*AT, "h", {"schema_type": "yaml"}).result()


@pytest.mark.parametrize(
    ("scheme", "name"),
    [("Segment", {}), ("Query", {"version_query_name": "v"}), ("Header", {"version_header_name": "v"})],
)
def test_versions_share_a_path(sdk: Any, scheme: str, name: dict[str, str]) -> None:
    sdk.api_version_set.create_or_update(*AT, "vs", {"display_name": "V", "versioning_scheme": scheme, **name})
    for version in ("v1", "v2"):
        api = put(sdk, version, path="same", api_version=version, api_version_set_id="/apiVersionSets/vs")
        assert (api.api_version, api.api_version_set_id.rsplit("/", 1)[-1]) == (version, "vs")
    assert targets(sdk, "v3", path="same", api_version="v2", api_version_set_id="/apiVersionSets/vs") == ["apiVersion"]
    expanded = next(api for api in sdk.api.list_by_service(*AT, expand_api_version_set=True) if api.name == "v1")
    assert expanded.api_version_set.versioning_scheme == scheme
    with pytest.raises(HttpResponseError) as caught:
        sdk.api_version_set.delete(*AT, "vs", "*")
    assert "/apis/v1" in error_of(caught).message


@pytest.mark.parametrize("scheme", ["Query", "Header", "Other", None])
def test_version_sets_that_are_refused(sdk: Any, scheme: str | None) -> None:
    with pytest.raises(HttpResponseError) as caught:
        sdk.api_version_set.create_or_update(*AT, "vs", wire({"displayName": "V", "versioningScheme": scheme}))
    assert caught.value.status_code == 400


def test_a_version_set_inside_of_an_api_is_made_with_it(sdk: Any) -> None:
    inside = {"name": "Inline", "versioning_scheme": "Segment"}
    api = put(sdk, "v1", path="same", api_version="v1", api_version_set=inside)
    (made,) = sdk.api_version_set.list_by_service(*AT)
    assert (made.display_name, made.versioning_scheme) == ("Inline", "Segment")
    assert api.api_version_set_id.endswith(f"/apiVersionSets/{made.name}")
    named = {"id": made.id, "name": "Inline", "versioning_scheme": "Segment"}
    put(sdk, "v2", path="same", api_version="v2", api_version_set=named)
    put(sdk, "v1", path="same", api_version="v1", api_version_set=inside)
    assert len(list(sdk.api_version_set.list_by_service(*AT))) == 1
    incomplete = {"name": "Inline", "versioning_scheme": "Header"}
    assert targets(sdk, "v9", api_version="v9", api_version_set=incomplete) == ["versionHeaderName"]


def test_a_revision_is_a_copy_that_is_not_current(sdk: Any) -> None:
    put(sdk, "shop", service_url="https://be.test")
    sdk.api_operation.create_or_update(*AT, "shop", "o", OPERATION)
    text = "<policies><inbound><base /><set-method>GET</set-method></inbound></policies>"
    sdk.api_policy.create_or_update(*AT, "shop", "policy", {"format": "rawxml", "value": text})
    second = revise(sdk, 2)
    assert (second.name, second.api_revision, second.is_current) == ("shop;rev=2", "2", False)
    assert second.service_url == "https://be.test"
    assert [operation.name for operation in sdk.api_operation.list_by_api(*AT, "shop;rev=2")] == ["o"]
    assert "set-method" in sdk.api_policy.get(*AT, "shop;rev=2", "policy").value
    sdk.api_operation.delete(*AT, "shop;rev=2", "o", "*")
    assert [operation.name for operation in sdk.api_operation.list_by_api(*AT, "shop")] == ["o"]


def test_revisions_are_listed_with_their_state(sdk: Any) -> None:
    put(sdk, "shop")
    body = {"sourceApiId": "/apis/shop", "apiRevisionDescription": "why"}
    sdk.api.begin_create_or_update(*AT, "shop;rev=7", wire(body)).result()
    first, second = sdk.api_revision.list_by_service(*AT, "shop")
    assert (first.api_revision, first.is_current, first.is_online) == ("1", True, True)
    assert (second.api_revision, second.is_current, second.description) == ("7", False, "why")
    assert second.api_id.endswith("/apis/shop;rev=7")
    assert second.created_date_time is not None


def test_a_release_makes_a_revision_current_and_another_one_goes_back(sdk: Any) -> None:
    put(sdk, "shop", description="one")
    revise(sdk, 2)
    sdk.api.update(*AT, "shop;rev=2", "*", {"description": "two"})
    made = release(sdk, 2, "r1")
    assert (made.notes, made.api_id.rsplit("/", 1)[-1]) == ("r1", "shop;rev=2")
    current = sdk.api.get(*AT, "shop")
    assert (current.api_revision, current.description, current.is_current) == ("2", "two", True)
    assert sdk.api.get(*AT, "shop;rev=1").is_current is False
    release(sdk, 1, "r2")
    assert sdk.api.get(*AT, "shop").description == "one"
    assert [item.name for item in sdk.api_release.list_by_service(*AT, "shop")] == ["r1", "r2"]


def test_releases_are_patched_and_removed_without_a_switch(sdk: Any) -> None:
    put(sdk, "shop")
    revise(sdk, 2)
    release(sdk, 2, "r1")
    release(sdk, 1, "r2")
    assert sdk.api_release.update(*AT, "shop", "r1", "*", {"notes": "new"}).notes == "new"
    assert sdk.api.get(*AT, "shop").api_revision == "1"
    sdk.api_release.delete(*AT, "shop", "r2", "*")
    assert sdk.api.get(*AT, "shop").api_revision == "1"
    assert sdk.api_release.get_entity_tag(*AT, "shop", "r1") is True
    with pytest.raises(ResourceNotFoundError):
        sdk.api_release.get(*AT, "shop", "r2")


@pytest.mark.parametrize("api_id", ["/apis/shop;rev=9", "/apis/other", "/products/p"])
def test_releases_of_what_is_no_revision_of_the_api(sdk: Any, api_id: str) -> None:
    put(sdk, "shop")
    put(sdk, "other")
    with pytest.raises(HttpResponseError) as caught:
        sdk.api_release.create_or_update(*AT, "shop", "r", {"api_id": api_id})
    assert error_of(caught).details[0].target == "apiId"


def test_the_current_revision_has_two_addresses(sdk: Any) -> None:
    put(sdk, "shop", api_revision="4")
    assert sdk.api.get(*AT, "shop;rev=4").name == "shop"
    assert sdk.api.get(*AT, "shop").api_revision == "4"
    with pytest.raises(ResourceNotFoundError):
        sdk.api.get(*AT, "shop;rev=1")


def test_the_first_revision_of_an_api_is_current_whatever_its_number(sdk: Any) -> None:
    put(sdk, "shop;rev=3")
    api = sdk.api.get(*AT, "shop")
    assert (api.api_revision, api.is_current, api.name) == ("3", True, "shop")
    assert sdk.api.get(*AT, "shop;rev=3").name == "shop"
    revise(sdk, 4)
    assert [item.api_revision for item in sdk.api_revision.list_by_service(*AT, "shop")] == ["3", "4"]


def test_the_current_revision_goes_only_with_the_others(sdk: Any) -> None:
    put(sdk, "shop")
    revise(sdk, 2)
    poller = sdk.api.begin_delete(*AT, "shop", "*")
    with pytest.raises(HttpResponseError) as caught:
        poller.result()
    assert caught.value.status_code == 200
    assert (error_of(caught).code, error_of(caught).message) == (
        "ValidationError",
        "Cannot delete the current revision of an API.",
    )
    sdk.api.begin_delete(*AT, "shop", "*", delete_revisions=True).result()
    assert list(sdk.api.list_by_service(*AT)) == []


def test_a_revision_goes_alone(sdk: Any) -> None:
    put(sdk, "shop")
    revise(sdk, 2)
    sdk.api.begin_delete(*AT, "shop;rev=2", "*").result()
    assert [item.api_revision for item in sdk.api_revision.list_by_service(*AT, "shop")] == ["1"]


def test_version_and_path_of_a_revision_stay(sdk: Any) -> None:
    put(sdk, "shop")
    revise(sdk, 2)
    with pytest.raises(HttpResponseError) as caught:
        sdk.api.update(*AT, "shop;rev=2", "*", {"api_version": "v9"})
    assert "Can't change property ApiVersion for non-current revision" in [
        detail.message for detail in error_of(caught).details
    ]
    with pytest.raises(HttpResponseError):
        sdk.api.update(*AT, "shop;rev=2", "*", {"path": "elsewhere"})


def test_a_revision_of_what_is_not_there(sdk: Any) -> None:
    with pytest.raises(ResourceNotFoundError):
        revise(sdk, 2, "none")


def test_an_api_is_cloned_from_another(sdk: Any) -> None:
    put(sdk, "shop", description="D")
    sdk.api_operation.create_or_update(*AT, "shop", "o", OPERATION)
    clone = put(sdk, "clone", source_api_id="/apis/shop")
    assert (clone.description, clone.is_current) == ("D", True)
    assert [operation.name for operation in sdk.api_operation.list_by_api(*AT, "clone")] == ["o"]


@pytest.mark.parametrize("name", ["a*b", "a&b", "a+b", "a:b", "a<b", "n" * 257])
def test_names_that_are_refused(sdk: Any, name: str) -> None:
    assert targets(sdk, name, path="p") == ["name"]
