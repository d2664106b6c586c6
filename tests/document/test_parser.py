from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apim_ai.document import Code, Comment, Document, Element, Format, Node, Other, Text, parse, print_document
from apim_ai.document.parser import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES
from apim_ai.document.problems import MAX_PROBLEMS
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECES = st.sampled_from(
    [
        "<policies>", "</policies>", "<inbound>", "</inbound>", "<base />", "<value>", "</value>", '<a b="', '"', "'", "/>",
        ">", "<", "@(", "@{", ")", "}", "(", "{", "[", "]", '$"', '@"', "//", "/*", "*/", "\\", "\n", "\r\n", " ", "x",
        "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE", "&amp;", "&", "&#x41;", "{{nv}}", "@{{nv}}", "\ufeff",
        '<set-body template="liquid">', "</set-body>", "= ", "\x00", "\U0001f600", ":", 'c="1"',
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=80))
FORMATS: st.SearchStrategy[Format] = st.sampled_from(["rawxml", "xml"])


def read(text: str, written: Format = "rawxml") -> Document:
    return parse(Source("a.xml", text), format=written)


def found(document: Document) -> list[tuple[str, int, int]]:
    return [(f.rule, f.span.line, f.span.column) for f in document.findings]


@given(TEXTS, FORMATS)
@example('<a b="@($"{', "rawxml")
def test_any_text_prints_back(text: str, written: Format) -> None:
    assert print_document(read(text, written)) == text


@given(TEXTS, FORMATS)
def test_places_lie_in_order(text: str, written: Format) -> None:
    document = read(text, written)

    def check(nodes: tuple[Node, ...], start: int, end: int) -> None:
        for node in nodes:
            assert start == node.start <= node.end
            start = node.end
            if isinstance(node, Element):
                assert node.start < node.open_end <= node.close_start <= node.end
                check(node.children, node.open_end, node.close_start)
                for attribute in node.attributes:
                    assert node.start < attribute.start < attribute.value_start <= attribute.value_end <= attribute.end
        assert start == end

    check(document.nodes, 0, len(text))


@given(TEXTS, FORMATS)
def test_code_knows_the_place_of_each_character(text: str, written: Format) -> None:
    for code in codes(read(text, written).nodes):
        assert code.text[:2] in ("@(", "@{")
        offsets = code.offsets or range(code.start, code.end + 1)
        assert len(offsets) == len(code.text) + 1
        assert offsets[0] == code.start
        assert offsets[len(code.text)] == code.end
        for character, offset in zip(code.text, offsets, strict=False):
            assert text[offset] in (character, "&")


def codes(nodes: tuple[Node, ...]) -> Iterator[Code]:
    for node in nodes:
        if isinstance(node, Text) and node.code:
            yield node.code
        if isinstance(node, Element):
            yield from (a.code for a in node.attributes if a.code)
            yield from codes(node.children)


def test_an_expression_may_hold_anything() -> None:
    document = read('<a b="@(x < 1 && y == "z>" )" c=\'@("it\'s")\'><d> @{ return "</d>"; }\n</d></a>')
    assert document.findings == ()
    root = document.root
    assert root is not None
    assert [a.code.text for a in root.attributes if a.code] == ['@(x < 1 && y == "z>" )', '@("it\'s")']
    text = root.elements[0].texts[0]
    assert text.code is not None
    assert text.code.text == '@{ return "</d>"; }'
    assert str(text.code.span()) == "a.xml:1:49"


@pytest.mark.parametrize(
    ("value", "column", "end"),
    [
        ("Bearer @(t)", 7, 13),
        ('Bearer @(f("x"))', 7, 13),
        ("@(a) b", 12, 13),
        ('@(a)@(b("x"))', 11, 20),
        ("{{nv}}@(a)", 7, 13),
    ],
)
def test_text_beside_an_expression_makes_the_value_literal(value: str, column: int, end: int) -> None:
    document = read(f'<a b="{value}"/><!-- c -->')
    assert [(f.rule, f.span.column, f.span.end_column) for f in document.findings] == [("AIM110", column, end)]
    root = document.root
    assert root is not None
    attribute = root.attribute("b")
    assert attribute is not None
    assert (attribute.value, attribute.code) == (value, None)
    assert isinstance(document.nodes[-1], Comment)


@pytest.mark.parametrize("value", ["Bearer @(t)", 'Bearer @(f("<b>"))', "@(a) b"])
def test_text_beside_an_expression_in_an_element(value: str) -> None:
    document = read(f"<a><b>{value}</b></a>")
    assert [f.rule for f in document.findings] == ["AIM110"]
    assert document.root is not None
    text = document.root.elements[0].texts[0]
    assert (text.value, text.code) == (value, None)


@pytest.mark.parametrize("value", ["mail someone@example.com", "@@", "@ (x)", "user@{{domain}}", "@{{name}}"])
def test_an_at_sign_alone_is_text(value: str) -> None:
    assert read(f'<a b="{value}">{value}</a>').findings == ()


def test_liquid_knows_no_expressions() -> None:
    document = read('<set-body template="liquid">@(x) {{body.a}}</set-body>')
    assert document.findings == ()
    assert document.root is not None
    assert document.root.texts[0].code is None


def test_cdata_holds_an_expression_or_text() -> None:
    document = read("<a><b><![CDATA[@{ return a[b[0]]>1; }]]></b><b><![CDATA[<x>&amp;]]></b></a>")
    assert document.root is not None
    first, second = (element.texts[0] for element in document.root.elements)
    assert first.code is not None
    assert first.is_cdata
    assert (second.value, second.code) == ("<x>&amp;", None)


UNREADABLE = [
    ('<p><v>@(Foo("x")</v><base/></p>', ["AIM001 1:7", "AIM202 1:8"]),
    ('<p><v a="@(f(1)" /><base/></p>', ["AIM001 1:10", "AIM202 1:11"]),
    ('<p><v a="@(f(1] )" /><base/></p>', ["AIM001 1:10", "AIM202 1:13"]),
    ('<p><v a="x b="y"/><base/></p>', ["AIM001 1:9"]),
    ("<p><v a=x/></p>", ["AIM001 1:7"]),
    ("<p><v a/></p>", ["AIM001 1:7"]),
    ('<p><v a="1"b="2"/></p>', ["AIM001 1:12"]),
    ("<p><v></p>", ["AIM001 1:4"]),
    ("<p><v", ["AIM001 1:1", "AIM001 1:4", "AIM001 1:4"]),
    ("<p></v></p>", ["AIM001 1:4"]),
    ("<inbound></inbond>", ["AIM001 1:10"]),
    ("<p></p", ["AIM001 1:4"]),
    ("<p>a < b</p>", ["AIM001 1:6"]),
    ("<p><!-- a</p>", ["AIM001 1:4"]),
    ("<p><![CDATA[ a</p>", ["AIM001 1:4"]),
    ("<?xml <p/>", ["AIM001 1:1"]),
    ("a<p/>", ["AIM001 1:1"]),
    ("", ["AIM001 1:1"]),
    ('<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p>', ["AIM001 1:1"]),
    ("<p><!ENTITY x 'y'></p>", ["AIM001 1:4"]),
    ('<p a="1" *></p>', ["AIM001 1:10"]),
]


@pytest.mark.parametrize(("text", "expected"), UNREADABLE)
def test_reports_what_is_broken_and_goes_on(text: str, expected: list[str]) -> None:
    assert [f"{f.rule} {f.span.line}:{f.span.column}" for f in read(text).findings] == expected


def test_several_errors_in_one_pass_leave_the_rest_readable() -> None:
    document = read(
        '<policies>\n<inbound>\n<a b="@(x(1)" />\n<value>@(y</value>\n<c d="@(1)" />\n</inbound>\n<outbound><base></outbound>\n</policies>'
    )
    assert {(rule, line) for rule, line, _ in found(document) if rule == "AIM001"} == {
        ("AIM001", 3),
        ("AIM001", 4),
        ("AIM001", 7),
    }
    assert document.root is not None
    assert [e.name for e in document.root.elements] == ["inbound", "outbound"]
    assert [e.name for e in document.root.elements[0].elements] == ["a", "value", "c"]


def test_tells_where_the_quote_stands_inside_an_unclosed_expression() -> None:
    finding = read('<p>\n<v a="@(f(1,\n 2 )" />\n</p>').findings[0]
    assert finding.message == "the expression that begins here has no end: '(' is not closed"
    assert [str(r.span) + " " + r.message for r in finding.related] == [
        "a.xml:3:5 the attribute's quote stands here, inside the expression"
    ]


def test_xml_decodes_entities_and_keeps_places() -> None:
    document = read('<a b="@(x == &quot;y&quot; &amp;&amp; z)" c="1&#xA;2&amp;3&#65;">&lt;&gt;</a>', "xml")
    assert document.findings == ()
    root = document.root
    assert root is not None
    code = root.attributes[0].code
    assert code is not None
    assert code.text == '@(x == "y" && z)'
    assert code.span(7, 8).column == 14
    assert root.attributes[1].value == "1\n2&3A"
    assert root.texts[0].value == "<>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a b="@(x == "y")"/>', [("AIM233", 14)]),
        ('<a b="@(x && y)"/>', [("AIM233", 11)]),
        ("<a>@(x < y)</a>", [("AIM233", 8)]),
        ('<a b="x & y"/>', [("AIM001", 9)]),
        ('<a b="x < y"/>', [("AIM001", 9)]),
        ("<a>x & y</a>", [("AIM001", 6)]),
        ('<a b="x @(y)"/>', [("AIM110", 7)]),
        ('<a b="@(f("/>', [("AIM001", 7), ("AIM202", 10)]),
    ],
)
def test_xml_wants_characters_encoded(text: str, expected: list[tuple[str, int]]) -> None:
    assert [(f.rule, f.span.column) for f in read(text, "xml").findings] == expected


def test_rawxml_takes_entities_in_expressions_as_they_stand() -> None:
    root = read('<a b="@(x &lt; 5)" c="x &lt; 5"/>').root
    assert root is not None
    assert root.attributes[0].code is not None
    assert root.attributes[0].code.text == "@(x &lt; 5)"
    assert root.attributes[1].value == "x < 5"


def test_a_byte_order_mark_is_no_text() -> None:
    document = read("\ufeff<a/>")
    assert document.findings == ()
    assert isinstance(document.nodes[0], Other)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a>" * (MAX_DEPTH + 2), "nested deeper"),
        ("x" * (MAX_CHARACTERS + 1), "longer than"),
        ("<a>" + "<b/>" * (MAX_NODES + 2) + "</a>", "nodes"),
        ("</a>" * (MAX_PROBLEMS + 5), ""),
        ("<a>" + "<v>@(</v>" * 20_000, ""),
    ],
    ids=["depth", "length", "nodes", "problems", "unclosed"],
)
def test_limits_are_findings(text: str, message: str) -> None:
    document = read(text)
    assert len(document.findings) <= MAX_PROBLEMS
    assert any(message in f.message for f in document.findings)
    assert print_document(document) == text


def test_a_wrong_end_tag_is_one_error() -> None:
    document = read("<fragment>\n<llm-emit-token-metric>\n<dimension/></azure-openai-emit-token-metric>\n</fragment>")
    assert [(f.span.line, f.message) for f in document.findings] == [
        (3, "'</azure-openai-emit-token-metric>' does not match '<llm-emit-token-metric>'")
    ]


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x0b", "\ufffe"])
def test_a_character_that_no_xml_holds_is_refused_once_where_it_stands(character: str):
    text = f"<policies>\n<inbound>{character}<base />{character}</inbound></policies>"
    found = parse(Source("a.xml", text)).findings
    assert [(f.rule, f.span.line, f.span.column) for f in found] == [("AIM001", 2, 10)]
    assert f"U+{ord(character):04X}" in found[0].message


def test_a_quote_that_is_missing_before_expressions_is_found_where_its_value_begins():
    text = (
        '<fragment>\n<set-header name="a" exists-action="override>\n<value>@(f("x"))</value></set-header>\n'
        '<set-variable name="b" value="@(1)" />\n</fragment>'
    )
    document = parse(Source("a.xml", text))
    assert [(f.rule, f.span.line, f.span.column) for f in document.findings] == [("AIM001", 2, 36)]
    assert document.root is not None
    assert [element.name for element in document.root.elements] == ["set-header", "set-variable"]
    assert print_document(document) == text
