from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.arm.serialise import serialise
from apim_ai.arm.wellformed import ill_formed
from apim_ai.document import canonical_text

RAW = """<policies>
    <!-- who may call -->
    <inbound>
        <base />
        <choose><when condition='@(context.Request.Headers.GetValueOrDefault("a","") == "1" && 1 < 2)'><set-header
            name="x" exists-action="override"><value>@{
                var a = "<b>";
                return a;
            }</value></set-header></when></choose>
        <set-body>{"a": "1 &amp; 2"}</set-body>
    </inbound>
    <backend><base/></backend>
</policies>"""


def test_the_services_style() -> None:
    assert serialise(RAW, "rawxml", "rawxml").split("\r\n") == [
        "<policies>",
        "\t<!-- who may call -->",
        "\t<inbound>",
        "\t\t<base />",
        "\t\t<choose>",
        '\t\t\t<when condition="@(context.Request.Headers.GetValueOrDefault("a","") == "1" && 1 < 2)">',
        '\t\t\t\t<set-header name="x" exists-action="override">',
        "\t\t\t\t\t<value>@{",
        '                var a = "<b>";',
        "                return a;",
        "            }</value>",
        "\t\t\t\t</set-header>",
        "\t\t\t</when>",
        "\t\t</choose>",
        '\t\t<set-body>{"a": "1 &amp; 2"}</set-body>',
        "\t</inbound>",
        "\t<backend>",
        "\t\t<base />",
        "\t</backend>",
        "</policies>",
    ]


def test_the_format_xml_is_well_formed_and_encodes_line_breaks_of_attributes() -> None:
    text = serialise('<policies><inbound><x y="@{\r\n return "a" > 1;\n}" /></inbound></policies>', "rawxml", "xml")
    assert ill_formed(text) is None
    assert 'y="@{&#xA; return' in text
    assert "&quot;a&quot;" in text


def test_verbatim_is_what_was_sent_in_the_same_format_only() -> None:
    assert serialise(RAW, "rawxml", "rawxml", "verbatim") == RAW
    assert serialise(RAW, "rawxml", "xml", "verbatim") == serialise(RAW, "rawxml", "xml")


def test_shuffled_attributes_mean_the_same() -> None:
    shuffled = serialise(RAW, "rawxml", "rawxml", "shuffled")
    assert shuffled != serialise(RAW, "rawxml", "rawxml")
    assert canonical_text(shuffled, "rawxml") == canonical_text(RAW, "rawxml")


FORMATS: list[Literal["rawxml", "xml"]] = ["rawxml", "xml"]
VALUES = st.sampled_from(
    [
        "plain",
        "a &amp; b",
        "@(1 + 2)",
        '@("a" + "b")',
        "@(1 &lt; 2)",
        '@{\n  return "x";\n}',
        "{{named-value}}",
        "",
        " x ",
    ]
)


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = st.sampled_from(["choose", "when", "set-header", "value", "x-y"])
    attributes = st.dictionaries(st.sampled_from(["name", "condition", "id"]), VALUES)
    inner = st.one_of(st.lists(children, max_size=3).map("\n  ".join), VALUES)

    def written(name: str, given: dict[str, str], content: str) -> str:
        listed = "".join(f" {key}='{value}'" for key, value in given.items())
        return f"<{name}{listed}>{content}</{name}>"

    return st.builds(written, names, attributes, inner)


@given(st.recursive(st.sampled_from(["<base />", "<!-- c -->", "<x-y a='1'/>"]), element, max_leaves=8))
@pytest.mark.parametrize("wanted", FORMATS)
def test_what_is_answered_means_what_was_sent(wanted: Literal["rawxml", "xml"], body: str) -> None:
    text = f"<policies><inbound>{body}</inbound></policies>"
    answered = serialise(text, "rawxml", wanted)
    assert canonical_text(answered, wanted) == canonical_text(text, "rawxml")
    again = serialise(answered, wanted, wanted)
    assert again == answered
