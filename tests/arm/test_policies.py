"""What is refused in policy documents, and in which words."""

from __future__ import annotations

import pytest

from apim_ai.arm.policies import MAX_BYTES, validate
from apim_ai.arm.wording import details
from apim_ai.resource import Resource, Resources

from .conftest import Arm, make_arm

RESOURCES = Resources(
    [
        Resource("named_value", "namedValues/n", {"displayName": "known", "value": "some value"}),
        Resource("named_value", "namedValues/m", {"displayName": "many", "value": "a\nb\nc"}),
        Resource("backend", "backends/west", {"url": "https://w.test"}),
        Resource("operation", "apis/a/operations/o", {"urlTemplate": "/items/{id}/{*rest}"}),
    ]
)
API = ("api_policy", "apis/a/policies/policy")
OPERATION = ("operation_policy", "apis/a/operations/o/policies/policy")
GLOBAL = ("global_policy", "policies/policy")
FRAGMENT = ("fragment", "policyFragments/f")


def said(text: str, where: tuple[str, str] = API, format_: str = "rawxml") -> list[str]:
    findings = validate(*where, text, format_, RESOURCES)
    return [f"{detail.target} | {detail.message}" for detail in details(findings, text, format_)]


def inbound(policies: str) -> str:
    return f"<policies>\n    <inbound>\n        {policies}\n    </inbound>\n</policies>"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (inbound("<base />"), API),
        (inbound('<base /><set-variable name="x" value="{{known}}" /><!-- {{ not one }} -->'), API),
        (inbound('<set-backend-service backend-id="west" />'), API),
        (inbound('<set-body template="liquid">{"a": "{{body.title}}"}</set-body>'), API),
        (inbound('<rewrite-uri template="/x/{id}/{rest}" />'), OPERATION),
        ("<policies />", GLOBAL),
        ('<fragment><set-variable name="x" value="1" /></fragment>', FRAGMENT),
        ("\ufeff<!-- why --><policies><on-error /></policies>", API),
    ],
)
def test_documents_that_are_taken(text: str, where: tuple[str, str]) -> None:
    assert said(text, where) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            inbound('<include-fragment fragment-id="X" />'),
            (
                "include-fragment | Error in element 'include-fragment' on line 3, column 10: "
                "Policy fragment with id 'X' could not be found."
            ),
        ),
        (
            inbound('<set-backend-service backend-id="x" />'),
            (
                "set-backend-service | Error in element 'set-backend-service' on line 3, column 10: "
                "Backend with id 'x' could not be found."
            ),
        ),
        (
            inbound('<set-header name="a" exists-action="override">text</set-header>'),
            (
                "set-header | Error in element 'set-header' on line 3, column 10: "
                "The element 'set-header' cannot contain text. List of possible elements expected: 'value'."
            ),
        ),
        (
            inbound('<set-heder name="a" />'),
            (
                "inbound | Error in element 'inbound' on line 2, column 6: "
                "The element 'inbound' has invalid child element 'set-heder'."
            ),
        ),
        (
            inbound('<set-variable value="1" />'),
            "set-variable | Error in element 'set-variable' on line 3, column 10: The required attribute 'name' is missing.",
        ),
        (
            inbound('<set-variable name="x" value="1" bla="2" />'),
            "set-variable | Error in element 'set-variable' on line 3, column 10: The 'bla' attribute is not declared.",
        ),
        (
            inbound('<set-variable name="x" value="{{nope}}" />'),
            "set-variable | Error in element 'set-variable' on line 3, column 10: Cannot find a property 'nope'",
        ),
        (
            "<inbound><base /></inbound>",
            (
                "inbound | Error in element 'inbound' on line 1, column 2: "
                "Policy section is not allowed in the specified scope"
            ),
        ),
        (
            "<policies>\n\t<inbund />\n</policies>",
            (
                "inbund | Error in element 'inbund' on line 2, column 3: The element 'policies' has invalid child element "
                "'inbund'. List of possible elements expected: 'inbound', 'backend', 'outbound', 'on-error'."
            ),
        ),
        (
            "<policies><inbound /><inbound /></policies>",
            "inbound | Error in element 'inbound' on line 1, column 23: The section 'inbound' is defined more than once.",
        ),
        (
            "<policies><inbound>hello</inbound></policies>",
            "inbound | Error in element 'inbound' on line 1, column 12: The element 'inbound' cannot contain text.",
        ),
        (
            "<policies><outbound><rewrite-uri template='/x' /></outbound></policies>",
            (
                "rewrite-uri | Error in element 'rewrite-uri' on line 1, column 22: "
                "Policy is not allowed in the specified section"
            ),
        ),
        (
            inbound("<cors><allowed-origins><origin>https://a.test/</origin></allowed-origins></cors>"),
            (
                "cors | Error in element 'cors' on line 3, column 10: "
                "Origin must be a valid URL consisting of scheme, host, and port only"
            ),
        ),
    ],
)
def test_documents_that_are_refused(text: str, message: str) -> None:
    assert said(text)[0] == message


def test_a_rewrite_may_only_use_the_operations_own_parameters() -> None:
    text = inbound('<rewrite-uri template="/x/{other}" />')
    assert said(text) == []
    assert said(text, OPERATION) == [
        (
            "rewrite-uri | Error in element 'rewrite-uri' on line 3, column 10: "
            "Only parameters specified in the original URL template can be used in the rewrite template"
        )
    ]


def test_places_are_those_of_the_text_as_it_was_sent_whatever_named_values_do_to_it() -> None:
    text = inbound(
        '<set-variable name="{{known}}" value="{{many}}" />\n  <set-variable name="x" bla="{{known}}" value="1" />'
    )
    assert said(text) == [
        "set-variable | Error in element 'set-variable' on line 4, column 4: The 'bla' attribute is not declared."
    ]


def test_references_are_looked_up_after_named_values_are_put_in() -> None:
    assert said(inbound('<set-backend-service backend-id="{{known}}" />'))[0].endswith(
        "Backend with id 'some value' could not be found."
    )


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(said(inbound('<set-variable value="1" /><include-fragment fragment-id="X" /><set-heder />'))) == 3


def test_a_fragment_has_its_own_root_and_cannot_include_itself() -> None:
    assert said("<policies />", FRAGMENT) == [
        "policies | Error in element 'policies' on line 1, column 2: Policy section is not allowed in the specified scope"
    ]
    [message] = said('<fragment><include-fragment fragment-id="f" /></fragment>', FRAGMENT)
    assert message.endswith("A policy fragment cannot include itself.")


def test_a_text_that_is_not_well_formed_has_line_and_position() -> None:
    raw_quotes = inbound('<set-variable name="x" value="@(h["X-Header-Name"])" />')
    assert said(raw_quotes, format_="xml") == [
        "representation | 'X-Header-Name' is an unexpected token. Expecting white space. Line 3, position 44."
    ]
    [message] = said("<policies>\n  <inbound>\n</policies>")
    assert message.startswith("representation | ")
    assert ", position " in message


def test_a_document_that_is_too_large() -> None:
    text = f"<policies><!-- {'x' * (MAX_BYTES // 2)} --></policies>"
    assert "too large" in said(text)[0]
    fragment = f"<fragment><!-- {'x' * (MAX_BYTES // 2)} --></fragment>"
    assert said(fragment, FRAGMENT) == []


def refusing() -> Arm:
    arm = make_arm(validate=validate)
    arm.put("apis/a", {"displayName": "A", "path": "a"})
    return arm


def test_the_plane_refuses_and_keeps_what_was() -> None:
    arm = refusing()
    good = inbound("<base />")
    arm.put("apis/a/policies/policy", {"format": "rawxml", "value": good})
    error = arm.refused(
        "PUT", "apis/a/policies/policy", {"format": "rawxml", "value": inbound('<include-fragment fragment-id="X" />')}
    )
    assert error["status"] == 400
    assert error["code"] == "ValidationError"
    assert error["message"] == "One or more fields contain incorrect values:"
    assert error["details"] == [
        {
            "code": "ValidationError",
            "target": "include-fragment",
            "message": "Error in element 'include-fragment' on line 3, column 10: "
            "Policy fragment with id 'X' could not be found.",
        }
    ]
    stored = arm.plane.world.store.resources()["apis/a/policies/policy"]
    assert stored.properties["value"] == good


@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({}, "value"),
        ({"value": ""}, "value"),
        ({"value": "<policies />", "format": "yaml"}, "format"),
        ({"value": "https://x.test/p.xml", "format": "rawxml-link"}, "format"),
        ({"value": 3}, "value"),
    ],
)
def test_bodies_that_are_no_policies(body: dict[str, object], target: str) -> None:
    error = refusing().refused("PUT", "apis/a/policies/policy", body)
    assert [detail["target"] for detail in error["details"]] == [target]


def test_a_policy_of_another_name_is_a_bad_request_with_an_empty_message() -> None:
    error = refusing().refused("PUT", "apis/a/policies/mine", {"value": "<policies />"})
    assert (error["code"], error["message"]) == ("BadRequest", "")


def test_the_default_policies_and_how_they_come_back() -> None:
    arm = refusing()
    arm.put("products/p", {"displayName": "P"})
    for path, part in (("apis/a", "<base />"), ("products/p", "<base />"), ("", "<forward-request />")):
        policy = f"{path}/policies/policy".strip("/")
        assert part in arm.get(policy)["properties"]["value"]
        assert arm.names(policy.rsplit("/", 1)[0]) == ["policy"]
        tag = dict(arm.call("GET", policy).headers)["ETag"]
        assert arm.call("PUT", policy, {"value": "<policies />"}, match=tag).status == 201
        assert part not in arm.get(policy)["properties"]["value"]
        assert arm.call("DELETE", policy).status == 200
        assert part in arm.get(policy)["properties"]["value"]
    arm.put("apis/a/operations/o", {"displayName": "O", "method": "GET", "urlTemplate": "/"})
    assert arm.refused("GET", "apis/a/operations/o/policies/policy")["message"] == "Policy not found."
    assert arm.refused("GET", "apis/none/policies/policy")["message"] == "API not found."


def test_formats_of_answers() -> None:
    arm = refusing()
    text = inbound('<set-variable name="x" value="a &amp; b" />')
    arm.put("apis/a/policies/policy", {"format": "rawxml", "value": text})
    assert arm.get("apis/a/policies/policy")["properties"]["format"] == "xml"
    assert arm.get("apis/a/policies/policy", format="rawxml")["properties"]["format"] == "rawxml"
    assert arm.refused("GET", "apis/a/policies/policy", query={"format": "yaml"})["status"] == 400


@pytest.mark.parametrize(
    ("policies", "message"),
    [
        ('<set-variable name="x" value="@(1 + )" />', "Error in element 'set-variable' on line 3, column 10: "),
        (
            '<set-variable name="x" value="@(context.Nothing)" />',
            "Error in element 'set-variable' on line 3, column 10: ",
        ),
        (
            '<choose><when condition="@(1)"><base /></when></choose>',
            "Error in element 'when' on line 3, column 18: Expression return type 'System.Int32' is not allowed",
        ),
    ],
)
def test_expressions_that_do_not_compile(policies: str, message: str) -> None:
    assert message in said(inbound(policies))[0]


def test_expressions_that_compile() -> None:
    text = inbound('<set-variable name="x" value="@(context.Request.Headers.GetValueOrDefault("a", "{{known}}"))" />')
    assert said(text) == []
    encoded = inbound('<set-variable name="x" value="@(1 &lt; 2 &amp;&amp; &quot;a&quot; == &quot;b&quot;)" />')
    assert said(encoded, format_="xml") == []
