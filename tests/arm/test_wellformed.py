from __future__ import annotations

import xml.parsers.expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.arm.wellformed import ill_formed


@pytest.mark.parametrize(
    "text",
    [
        "<a/>",
        "<a></a>",
        "\ufeff<?xml version='1.0'?>\r\n<!-- c --><a b='1' c=\"2\">x &amp; y &#xA; &#10;<b/><![CDATA[<&]]></a>\n<!-- d -->",
        "<a b='@(1 &lt; 2 &amp;&amp; true)'/>",
        "<validate-jwt x.y:z='1'><a-b/></validate-jwt>",
    ],
)
def test_well_formed_texts(text: str) -> None:
    assert ill_formed(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '<a>\n<b>\n<c>\n<value x="@(h["X-Header-Name"])" />',
            "'X-Header-Name' is an unexpected token. Expecting white space. Line 4, position 16.",
        ),
        ("<a>@(x && y)</a>", "An error occurred while parsing EntityName. Line 1, position 9."),
        ('<a b="x?y=1&z=2"/>', "'=' is an unexpected token. The expected token is ';'. Line 1, position 14."),
        ("<a>@(1 < 2)</a>", "Name cannot begin with the ' ' character, hexadecimal value 0x20. Line 1, position 9."),
        ('<a b="@(1 < 2)"/>', "'<', hexadecimal value 0x3C, is an invalid attribute character. Line 1, position 11."),
        (
            "<a>\n  <b>\n</a>",
            "The 'b' start tag on line 2 position 4 does not match the end tag of 'a'. Line 3, position 3.",
        ),
        (
            "<a><b>",
            "Unexpected end of file has occurred. The following elements are not closed: b, a. Line 1, position 7.",
        ),
        ("", "Root element is missing. Line 1, position 1."),
        ("hello", "Data at the root level is invalid. Line 1, position 1."),
        ("<a/>\n<b/>", "There are multiple root elements. Line 2, position 2."),
        ("</a>", "Unexpected end tag 'a'. Line 1, position 3."),
        ("<a b='1' b='2'/>", "'b' is a duplicate attribute name. Line 1, position 10."),
        ("<a b/>", "'/' is an unexpected token. The expected token is '='. Line 1, position 5."),
        ("<a b='1", "There is an unclosed literal string. Line 1, position 8."),
        ("<a>&foo;</a>", "Reference to undeclared entity 'foo'. Line 1, position 5."),
        ("<!DOCTYPE a><a/>", "For security reasons DTD is prohibited in this XML document. Line 1, position 1."),
        ("<a><!-- x</a>", "Unexpected end of file has occurred. Line 1, position 14."),
    ],
)
def test_the_readers_own_words(text: str, message: str) -> None:
    assert ill_formed(text) == message


@given(
    st.lists(
        st.sampled_from(
            ["<", ">", "/", "a", "b", " ", "=", '"', "'", "&", "&amp;", ";", "<a>", "</a>", "<b/>", "x='1'"]
        )
    ).map("".join)
)
def test_agrees_with_another_parser_about_what_is_well_formed(text: str) -> None:
    try:
        xml.parsers.expat.ParserCreate().Parse(text, True)  # noqa: FBT003 - the only way to say that this is all
    except xml.parsers.expat.ExpatError:
        is_well_formed = False
    else:
        is_well_formed = True
    assert (ill_formed(text) is None) == is_well_formed
