"""Documents with named values are judged as if the values had been written into them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apim_ai.arm import policies, validate
from apim_ai.resource import Resource, Resources

VALUES = st.sampled_from(
    [
        "1", "be", "x y", "", "@(1 + 1)", "@(1 +)", '"', "'", "<", "&", "/>", '" /><nothing a="', "--> <nothing /> <!--",
        "</inbound><inbound>", "<base />", "{{b}}", "on", "</set-method><set-method>", "]]>",
    ]
)  # fmt: skip
PIECES = st.sampled_from(
    [
        "<base />",
        '<set-variable name="a" value="{{a}}" />',
        '<set-variable name="a" value="@("{{a}}" + 1)" />',
        '<set-variable name="a" value="@({{b}})" />',
        "<set-method>{{a}}</set-method>",
        '<set-backend-service backend-id="{{a}}" />',
        '<rate-limit calls="{{b}}" renewal-period="60" />',
        '<choose><when condition="{{a}}"><set-method>GET</set-method></when></choose>',
        "<!-- {{a}} -->",
        "{{a}}",
        '<cache-lookup vary-by-developer="false" vary-by-developer-groups="{{b}}" />',
        '<set-body template="liquid">{{body.x}} {{a}}</set-body>',
        '<set-method a="{{a}}">GET</set-method>',
    ]
)


def resources(a: str, b: str) -> Resources:
    return Resources(
        [
            Resource("named_value", "namedValues/a", {"displayName": "a", "value": a}),
            Resource("named_value", "namedValues/b", {"displayName": "b", "value": b}),
            Resource("backend", "backends/be", {"url": "https://be.test", "protocol": "http"}),
        ]
    )


def _never(*_: object) -> bool:
    return False


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=4), VALUES, VALUES, st.booleans())
def test_the_quick_way_says_what_the_whole_document_says(pieces: list[str], a: str, b: str, is_fragment: bool) -> None:
    inside = "".join(pieces)
    kind, identifier = ("fragment", "policyFragments/f") if is_fragment else ("api_policy", "apis/s/policies/policy")
    text = f"<fragment>{inside}</fragment>" if is_fragment else f"<policies><inbound>{inside}</inbound></policies>"
    found = validate(kind, identifier, text, "rawxml", resources(a, b))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policies, "_passes", _never)
        assert found == validate(kind, identifier, text, "rawxml", resources(a, b))
