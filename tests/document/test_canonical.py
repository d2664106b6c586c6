from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.document import canonical, canonical_text, convert, parse
from apim_ai.source import Source

DOCUMENT = """<policies>
  <inbound>
    <base />
    <set-variable value="@( f("a",  1 < 2 && true) )" name="x" />
    <set-header name="h" exists-action="override"><value>a &amp; b</value></set-header>
    <cors><allowed-origins><origin>https://a</origin><origin>https://b</origin></allowed-origins></cors>
    <quota calls="1" renewal-period="60" />
  </inbound>
</policies>
"""


def in_inbound(text: str) -> str:
    return f"<policies><inbound>{text}</inbound></policies>"


@pytest.mark.parametrize(
    "other",
    [
        DOCUMENT.replace("\n", "\r\n"),
        DOCUMENT.replace("  ", "\t"),
        DOCUMENT.replace('name="h" exists-action="override"', "exists-action='override'\n name='h'"),
        DOCUMENT.replace("<base />", "<base></base><!-- note -->"),
        DOCUMENT.replace('@( f("a",  1 < 2 && true) )', '@(f("a",1<2&&true /* note */))'),
        DOCUMENT.replace("<value>a &amp; b</value>", "<value>\n  a &#38; b\n</value>"),
        DOCUMENT.replace("<value>a &amp; b</value>", "<value><![CDATA[a & b]]></value>"),
        DOCUMENT.replace(
            "<origin>https://a</origin><origin>https://b</origin>",
            "<origin>https://b</origin><origin>https://a</origin>",
        ),
        DOCUMENT.replace('"60"', '"PT1M"'),
        DOCUMENT.replace("</policies>", "<backend><base /></backend></policies>"),
        "\ufeff<?xml version='1.0'?>" + DOCUMENT,
        DOCUMENT.replace("</inbound>", "<choose><when condition='@(c)'/><otherwise /></choose></inbound>").replace(
            "<choose><when condition='@(c)'/><otherwise /></choose>", ""
        ),
    ],
)
def test_what_is_written_otherwise_means_the_same(other: str) -> None:
    assert canonical(other).hash == canonical(DOCUMENT).hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<a/><b/>", "<b/><a/>"),
        ('<a b="x y"/>', '<a b="x  y"/>'),
        ('<a b="@(x)"/>', '<a b="@(y)"/>'),
        ('<a b="@(&quot;x&quot;)"/>', '<a b="@("x")"/>'),
        ('<a b="{{x}}"/>', '<a b="x"/>'),
        ("<v>a</v>", "<v>b</v>"),
        ('<a b="1" c="2"/>', '<a b="1"/>'),
        ("<v>&quot;\\n</v>", "<v>&quot;\n</v>"),
    ],
)
def test_what_means_something_else_differs(one: str, other: str) -> None:
    assert canonical_text(in_inbound(one)) != canonical_text(in_inbound(other))


def test_an_absent_section_inherits_and_at_the_global_scope_is_empty() -> None:
    absent = "<policies><inbound><base /></inbound></policies>"
    empty = "<policies><inbound><base /></inbound><outbound></outbound></policies>"
    assert canonical_text(absent) != canonical_text(empty)
    assert canonical_text(absent, is_global=True) == canonical_text(empty, is_global=True)


def test_comments_count_by_option() -> None:
    noted = DOCUMENT.replace("<base />", "<base /><!--  a\n b -->")
    assert canonical_text(noted, keep_comments=True) != canonical_text(DOCUMENT, keep_comments=True)
    assert "<!-- a b -->" in canonical_text(noted, keep_comments=True)


VALUES = st.text(alphabet="ab <>&\"'\n\t;#x{}@", max_size=12)
STRINGS = VALUES.map(lambda v: v.replace("\n", "").replace('"', ""))


@given(STRINGS, VALUES)
def test_both_formats_give_one_form(string: str, literal: str) -> None:
    attribute = literal.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    text = in_inbound(f'<a b="@(f("{string}") && 1 < 2)" c="x{attribute}"><v>@{{ return @"{string}"; }}</v></a>')
    encoded = convert(Source("a.xml", text), format="rawxml", to="xml")
    assert not [f for f in parse(Source("a.xml", encoded), format="xml").findings if f.rule != "AIM110"]
    assert canonical_text(encoded, "xml") == canonical_text(text, "rawxml")
    decoded = convert(Source("a.xml", encoded), format="xml", to="rawxml")
    assert canonical_text(decoded, "rawxml") == canonical_text(text, "rawxml")


@given(st.text(max_size=60), st.sampled_from(["rawxml", "xml"]))
def test_any_text_has_a_form(text: str, written: str) -> None:
    assert canonical_text(text, written).endswith("\n")
