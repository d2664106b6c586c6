"""XML to JSON and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.family.xml import parse_xml
from apim_ai.family.xml_json import JsonOptions, XmlOptions, json_of_xml, xml_of_json

SCALARS = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<r/>", {"r": None}),
        ("<r></r>", {"r": ""}),
        ("<r><a></a><b/><c x='/'></c></r>", {"r": {"a": "", "b": None, "c": {"@x": "/"}}}),
        ("<r>t</r>", {"r": "t"}),
        ("<r> </r>", {"r": " "}),
        ("<r a='1'/>", {"r": {"@a": "1"}}),
        ("<r a='1'>t</r>", {"r": {"@a": "1", "#text": "t"}}),
        ("<r><a>1</a><b/><a>2</a></r>", {"r": {"a": ["1", "2"], "b": None}}),
        ("<r><a/><a/><a/></r>", {"r": {"a": [None, None, None]}}),
        ("<r>\n  <a>1</a>\n</r>", {"r": {"a": "1"}}),
        ("<r xmlns='u'><a/></r>", {"r": {"@xmlns": "u", "a": None}}),
        ("<p:r xmlns:p='u' p:k='v'/>", {"p:r": {"@xmlns:p": "u", "@p:k": "v"}}),
        ("<r xml:lang='de'/>", {"r": {"@xml:lang": "de"}}),
        ("<r><!-- no --><a/><?pi x?></r>", {"r": {"a": None}}),
        ("<r><![CDATA[<x>]]></r>", {"r": {"#cdata-section": "<x>"}}),
        ("<r>a<![CDATA[b]]><![CDATA[c]]> <d/></r>", {"r": {"d": None, "#text": "a", "#cdata-section": ["b", "c"]}}),
        ('<?xml version="1.0" encoding="utf-8"?><r/>', {"?xml": {"@version": "1.0", "@encoding": "utf-8"}, "r": None}),
    ],
)
def test_xml_becomes_json(xml: str, expected: object) -> None:
    assert json_of_xml(xml.encode(), JsonOptions()) == expected


def test_options_of_json() -> None:
    xml = b"<p:r xmlns:p='u' k='v'><p:a> </p:a></p:r>"
    assert json_of_xml(xml, JsonOptions(is_simple=True)) == {"r": {"k": "v", "a": " "}}
    assert json_of_xml(b"<r><a></a><b><![CDATA[c]]></b></r>", JsonOptions(is_simple=True)) == {
        "r": {"a": None, "b": "c"}
    }
    assert json_of_xml(b"<r><a><b/></a></r>", JsonOptions(always_lists=True)) == {"r": {"a": [{"b": [None]}]}}
    assert json_of_xml(b"<r> <a/></r>", JsonOptions(keeps_white_space=True)) == {"r": {"a": None, "#text": " "}}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252", "koi8-r", "cp500"])
def test_an_encoding_costs_details_at_most(encoding: str) -> None:
    xml = f"<?xml version='1.0' encoding='{encoding}'?><r><a>x</a></r>".encode(encoding)
    try:
        parse_xml(xml)
    except ValueError:
        return
    assert json_of_xml(xml, JsonOptions())["r"] == {"a": "x"}


@pytest.mark.parametrize(
    "xml",
    [b"", b"<a>", b"<a/><b/>", b"<!DOCTYPE a><a/>", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', b"\xff\xfe", b"{}"],
)
def test_what_is_no_xml_is_refused(xml: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        json_of_xml(xml, JsonOptions())


@pytest.mark.parametrize(
    ("value", "xml"),
    [
        ({"a": 1}, "<a>1</a>"),
        ({"a": {}}, "<a />"),
        ({"a": [1, 2]}, "<Document><a>1</a><a>2</a></Document>"),
        ({"a": 1, "b": None}, "<Document><a>1</a><b /></Document>"),
        ({}, "<Document />"),
        ([1, "x"], "<Document><Array>1</Array><Array>x</Array></Document>"),
        ("x", "<Document>x</Document>"),
        ({"r": {"@k": 'a"<', "#text": "t"}}, '<r k="a&quot;&lt;">t</r>'),
        ({"r": {"1 a": True}}, "<r><_x0031__x0020_a>true</_x0031__x0020_a></r>"),
        ({"r": {"first_name": "x"}}, "<r><first_name>x</first_name></r>"),
        ({"r": {"xml_a": 1, "xml:b": 2, "p:c": 3}}, "<r><xml_a>1</xml_a><xml:b>2</xml:b><p_x003A_c>3</p_x003A_c></r>"),
        ({"r": {"@xmlns:p": "u", "p_a": 1}}, '<r xmlns:p="u"><p:a>1</p:a></r>'),
        ({"r": {"d": "2026-01-01T00:00:00.1230Z"}}, "<r><d>2026-01-01T00:00:00.123Z</d></r>"),
    ],
)
def test_json_becomes_xml(value: object, xml: str) -> None:
    assert xml_of_json(value, XmlOptions()) == xml


def test_options_of_xml() -> None:
    options = XmlOptions(":", "xmlns", "#attrs", "", parse_date=False)
    value = {"p:r": {"xmlns:p": "u", "xmlns": "v", "#attrs": {"k": 1}, "@x": 2, "d": "2026-01-01T00:00:00.000Z"}}
    assert xml_of_json(value, options) == (
        '<p:r xmlns:p="u" xmlns="v" k="1"><_x0040_x>2</_x0040_x><d>2026-01-01T00:00:00.000Z</d></p:r>'
    )


@given(JSON)
def test_any_json_becomes_well_formed_xml(value: object) -> None:
    value = json.loads(json.dumps(value))
    parse_xml(xml_of_json(value, XmlOptions(attribute_prefix="")))


@given(st.dictionaries(st.from_regex(r"[a-z]{1,4}", fullmatch=True), st.text("abc <&>", min_size=1), min_size=1))
def test_what_json_says_comes_back(members: dict[str, str]) -> None:
    kept = {name: text for name, text in members.items() if text.strip()}
    xml = xml_of_json({"r": {"@k": "v", **kept}}, XmlOptions())
    assert json_of_xml(xml.encode(), JsonOptions()) == {"r": {"@k": "v", **kept}}
