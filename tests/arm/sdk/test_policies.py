"""Policies at every scope, in both formats, and what is said of bad ones."""

from __future__ import annotations

import re
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from .conftest import AT, error_of, raw

SCOPES = ("global", "product", "api", "operation")
EXPRESSION = '<set-variable name="x" value="@(context.Request.Headers.Count > 1 && true ? "a" : "b")" />'


@pytest.fixture
def shop(sdk: Any) -> Any:
    """A service with an API, an operation, a product and a backend."""
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    operation = {
        "display_name": "O",
        "method": "GET",
        "url_template": "/o/{id}",
        "template_parameters": [{"name": "id", "type": "string"}],
    }
    sdk.api_operation.create_or_update(*AT, "shop", "o", operation)
    sdk.product.create_or_update(*AT, "p", {"display_name": "P"})
    sdk.backend.create_or_update(*AT, "be", {"url": "https://be.test", "protocol": "http"})
    return sdk


def at(sdk: Any, scope: str) -> tuple[Any, tuple[str, ...]]:
    return {
        "global": (sdk.policy, ()),
        "product": (sdk.product_policy, ("p",)),
        "api": (sdk.api_policy, ("shop",)),
        "operation": (sdk.api_operation_policy, ("shop", "o")),
    }[scope]


def document(*inbound: str) -> str:
    lines = "".join(f"        {line}\n" for line in inbound)
    return f"<policies>\n    <inbound>\n{lines}    </inbound>\n</policies>"


def put(sdk: Any, scope: str, text: str, format_: str = "rawxml", **options: Any) -> Any:
    group, ids = at(sdk, scope)
    return group.create_or_update(*AT, *ids, "policy", {"format": format_, "value": text}, **options)


def complaint(sdk: Any, *inbound: str, scope: str = "api", format_: str = "rawxml") -> tuple[str, str]:
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, scope, document(*inbound), format_)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    assert error_of(caught).message == "One or more fields contain incorrect values:"
    (detail,) = error_of(caught).details
    assert detail.code == "ValidationError"
    return detail.target, detail.message


@pytest.mark.parametrize("scope", SCOPES)
def test_a_policy_is_created_updated_and_removed(shop: Any, scope: str) -> None:
    group, ids = at(shop, scope)
    assert put(shop, scope, document("<base />"), cls=raw)[0] == (201)
    assert put(shop, scope, document("<base />"), cls=raw)[0] == 200
    assert group.get_entity_tag(*AT, *ids, "policy") is True
    assert group.delete(*AT, *ids, "policy", "*", cls=raw)[0] == 200
    assert group.delete(*AT, *ids, "policy", "*", cls=raw)[0] == 204


@pytest.mark.parametrize("scope", SCOPES)
def test_the_format_of_an_answer_is_the_one_asked_for(shop: Any, scope: str) -> None:
    group, ids = at(shop, scope)
    put(shop, scope, document(EXPRESSION))
    plain, escaped = group.get(*AT, *ids, "policy", format="rawxml"), group.get(*AT, *ids, "policy")
    assert (plain.format, escaped.format) == ("rawxml", "xml")
    assert EXPRESSION in plain.value
    assert "Count &gt; 1 &amp;&amp; true ? &quot;a&quot; : &quot;b&quot;" in escaped.value


@pytest.mark.parametrize("scope", SCOPES)
def test_what_is_answered_can_be_sent_again(shop: Any, scope: str) -> None:
    group, ids = at(shop, scope)
    put(shop, scope, document(EXPRESSION, "<!-- kept -->"))
    for format_ in ("xml", "rawxml"):
        answered = group.get(*AT, *ids, "policy", format=format_).value
        put(shop, scope, answered, format_)
        assert group.get(*AT, *ids, "policy", format=format_).value == answered


def test_documents_are_printed_anew(shop: Any) -> None:
    put(shop, "api", "<policies><inbound><base/><!-- why --><set-method>GET</set-method></inbound></policies>")
    assert shop.api_policy.get(*AT, "shop", "policy", format="rawxml").value == (
        "<policies>\r\n\t<inbound>\r\n\t\t<base />\r\n\t\t<!-- why -->\r\n\t\t<set-method>GET</set-method>\r\n"
        "\t</inbound>\r\n</policies>"
    )


def test_line_ends_of_attributes_are_references_in_xml(shop: Any) -> None:
    put(shop, "api", document('<set-variable name="x" value="@{\n  return 1;\n}" />'))
    assert "@{&#xA;  return 1;&#xA;}" in shop.api_policy.get(*AT, "shop", "policy").value
    assert "@{\r\n  return 1;\r\n}" in shop.api_policy.get(*AT, "shop", "policy", format="rawxml").value


def test_lists_of_policies(shop: Any) -> None:
    put(shop, "operation", document("<base />"))
    assert shop.api_operation_policy.list_by_operation(*AT, "shop", "o").count == 1
    assert shop.api_policy.list_by_api(*AT, "shop").value[0].name == "policy"
    assert [item.name for item in shop.product_policy.list_by_product(*AT, "p")] == ["policy"]
    assert [item.name for item in shop.policy.list_by_service(*AT)] == ["policy"]
    (everywhere,) = shop.all_policies.list_by_service(*AT)
    assert everywhere.reference_policy_id.endswith("/apis/shop/operations/o/policies/policy")


def test_what_stands_where_nobody_wrote_anything(shop: Any) -> None:
    for scope in ("api", "product"):
        group, ids = at(shop, scope)
        assert group.get(*AT, *ids, "policy").value.count("<base />") == 4
    assert "<forward-request />" in shop.policy.get(*AT, "policy").value
    with pytest.raises(ResourceNotFoundError):
        shop.api_operation_policy.get(*AT, "shop", "o", "policy")


def test_a_removed_policy_leaves_the_default(shop: Any) -> None:
    put(shop, "api", document("<set-method>GET</set-method>"))
    shop.api_policy.delete(*AT, "shop", "policy", "*")
    assert "set-method" not in shop.api_policy.get(*AT, "shop", "policy").value


def test_a_policy_is_called_policy(shop: Any) -> None:
    with pytest.raises(HttpResponseError) as caught:
        shop.api_policy.create_or_update(*AT, "shop", "other", {"value": document("<base />")})
    assert (caught.value.status_code, error_of(caught).code, error_of(caught).message) == (400, "BadRequest", "")


@pytest.mark.parametrize(
    ("line", "target", "message"),
    [
        ('<include-fragment fragment-id="X" />', "include-fragment", "Policy fragment with id 'X' could not be found."),
        ('<set-backend-service backend-id="x" />', "set-backend-service", "Backend with id 'x' could not be found."),
        (
            '<set-header name="a" exists-action="delete">text</set-header>',
            "set-header",
            "The element 'set-header' cannot contain text. List of possible elements expected: 'value'.",
        ),
        ('<set-variable name="a" value="1" b="2" />', "set-variable", "The 'b' attribute is not declared."),
        ('<set-variable name="a" />', "set-variable", "The required attribute 'value' is missing."),
        ("<forward-request />", "forward-request", "Policy is not allowed in the specified section"),
        ('<set-variable name="a" value="{{none}}" />', "set-variable", "Cannot find a property 'none'"),
    ],
)
def test_complaints_name_element_line_and_column(shop: Any, line: str, target: str, message: str) -> None:
    named, said = complaint(shop, "<base />", line)
    assert named == target
    assert said == f"Error in element '{target}' on line 4, column 10: {message}"


def test_columns_count_tabs_as_one(shop: Any) -> None:
    text = '<policies>\n\t<inbound>\n\t\t<set-backend-service backend-id="x" />\n\t</inbound>\n</policies>'
    with pytest.raises(HttpResponseError) as caught:
        put(shop, "api", text)
    assert "on line 3, column 4:" in error_of(caught).details[0].message


def test_an_unknown_element_is_told_with_its_parent(shop: Any) -> None:
    assert complaint(shop, "<frobnicate />") == (
        "inbound",
        "Error in element 'inbound' on line 2, column 6: The element 'inbound' has invalid child element 'frobnicate'.",
    )


@pytest.mark.parametrize("code", ["@(context.Nothing)", "@(1 +)", "@(undefined)", "@{ var a = 1; }"])
def test_expressions_that_do_not_compile(shop: Any, code: str) -> None:
    target, message = complaint(shop, f'<set-variable name="a" value="{code}" />')
    assert target == "set-variable"
    assert re.search(r"on line 3, column 10: .", message)


def test_raw_quotes_in_xml_are_not_well_formed(shop: Any) -> None:
    target, message = complaint(shop, EXPRESSION.replace(">", "&gt;", 1).replace("&&", "&amp;&amp;"), format_="xml")
    assert target == "representation"
    assert re.fullmatch(r"'a' is an unexpected token. Expecting white space. Line 3, position \d+\.", message)


@pytest.mark.parametrize("text", ["", "text", "<policies>", "<policies><inbound></policies>", "<policies/><policies/>"])
@pytest.mark.parametrize("format_", ["xml", "rawxml"])
def test_what_is_no_document_is_refused(shop: Any, text: str, format_: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        put(shop, "api", text, format_)
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")


def test_a_refused_document_leaves_what_was(shop: Any) -> None:
    put(shop, "api", document("<set-method>GET</set-method>"))
    complaint(shop, '<set-backend-service backend-id="none" />')
    assert "set-method" in shop.api_policy.get(*AT, "shop", "policy").value


def test_the_operations_own_parameters_alone_may_be_rewritten(shop: Any) -> None:
    put(shop, "operation", document('<rewrite-uri template="/x/{id}" />'))
    assert complaint(shop, '<rewrite-uri template="/x/{other}" />', scope="operation")[1].endswith(
        "Only parameters specified in the original URL template can be used in the rewrite template"
    )


def test_names_may_come_from_named_values(shop: Any) -> None:
    shop.named_value.begin_create_or_update(*AT, "env", {"display_name": "env", "value": "be"}).result()
    put(shop, "api", document('<set-backend-service backend-id="{{env}}" />'))
    assert 'backend-id="{{env}}"' in shop.api_policy.get(*AT, "shop", "policy").value


@pytest.mark.parametrize("body", [{"format": "rawxml"}, {"format": "json", "value": "<policies/>"}, {}])
def test_bodies_that_are_no_policies(shop: Any, body: dict[str, Any]) -> None:
    with pytest.raises(HttpResponseError) as caught:
        shop.api_policy.create_or_update(*AT, "shop", "policy", body)
    assert caught.value.status_code == 400


def test_without_a_format_a_document_is_xml(shop: Any) -> None:
    with pytest.raises(HttpResponseError):
        shop.api_policy.create_or_update(*AT, "shop", "policy", {"value": document(EXPRESSION)})
    shop.api_policy.create_or_update(*AT, "shop", "policy", {"value": document("<base />")})


def test_policies_of_what_is_not_there(shop: Any) -> None:
    body = {"format": "rawxml", "value": document("<base />")}
    for call in (
        lambda: shop.api_policy.create_or_update(*AT, "none", "policy", body),
        lambda: shop.product_policy.create_or_update(*AT, "none", "policy", body),
        lambda: shop.api_operation_policy.create_or_update(*AT, "shop", "none", "policy", body),
        lambda: shop.api_policy.get(*AT, "none", "policy"),
    ):
        with pytest.raises(ResourceNotFoundError):
            call()


def test_a_stale_tag_stops_a_write_and_a_removal(shop: Any) -> None:
    _, headers, _ = put(shop, "api", document("<base />"), cls=raw)
    put(shop, "api", document("<base />", "<base />"), if_match=headers["ETag"])
    for call in (
        lambda: put(shop, "api", document("<base />"), if_match=headers["ETag"]),
        lambda: shop.api_policy.delete(*AT, "shop", "policy", headers["ETag"]),
    ):
        with pytest.raises(HttpResponseError) as caught:
            call()
        assert caught.value.status_code == 412


def test_the_catalogue_of_policies(shop: Any) -> None:
    everything = {item.name: item for item in shop.policy_description.list_by_service(*AT).value}
    operation = {item.name for item in shop.policy_description.list_by_service(*AT, scope="Operation").value}
    assert {"choose", "set-header", "llm-token-limit"} <= set(everything)
    assert "choose" in operation
    assert everything["choose"].description
    with pytest.raises(HttpResponseError):
        shop.policy_description.list_by_service(*AT, scope="Nowhere")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<policies/><policies/>", "There are multiple root elements. Line 1, position 13."),
        ("<policies a='1' a='2'/>", "'a' is a duplicate attribute name. Line 1, position 17."),
        (
            "<policies>\n<inbound></policies>",
            "The 'inbound' start tag on line 2 position 2 does not match the end tag of 'policies'. Line 2, position 12.",
        ),
        ("text<policies/>", "Data at the root level is invalid. Line 1, position 1."),
    ],
)
def test_rawxml_must_be_well_formed_around_its_expressions(shop: Any, text: str, message: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        put(shop, "api", text)
    assert [(detail.target, detail.message) for detail in error_of(caught).details] == [("representation", message)]


def test_what_stands_wrongly_in_an_element_is_told_instead_of_what_it_lacks(shop: Any) -> None:
    assert complaint(shop, '<set-header name="a">text</set-header>')[1].endswith("elements expected: 'value'.")


def test_restrictions_tell_which_policies_do_not_take_over_the_scope_above(shop: Any) -> None:
    restriction = {"scope": "/apis/shop", "require_base": "true"}
    assert shop.policy_restriction.create_or_update(*AT, "r", restriction, cls=raw)[0] == 201
    assert [item.name for item in shop.policy_restriction.list_by_service(*AT)] == ["r"]
    put(shop, "api", document("<set-method>GET</set-method>"))
    put(shop, "operation", document("<base />"))
    put(shop, "product", document("<set-method>GET</set-method>"))
    found = shop.policy_restriction_validations.begin_by_service(*AT).result()
    assert found.status == "Succeeded"
    assert [(item.object_key, item.action) for item in found.action_log] == [
        ("apis/shop/policies/policy", "policyRestrictions/r")
    ]
    states = {item.name: item.compliance_state for item in shop.all_policies.list_by_service(*AT)}
    assert states["apis-shop"] == "NonCompliant"
    assert states["products-p"] == "Compliant"
    assert shop.policy_restriction.update(*AT, "r", "*", {"require_base": "false"}).scope == "/apis/shop"
    assert not shop.policy_restriction_validations.begin_by_service(*AT).result().action_log
    shop.policy_restriction.delete(*AT, "r", if_match="*")
