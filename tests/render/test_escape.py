"""A value arrives unchanged wherever it lands, and can be nothing but a value there."""

from __future__ import annotations

import html

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from apim_ai.errors import RenderError
from apim_ai.render import render_text
from apim_ai.source import Source

HOSTILE = "a\"b'c\\d<e>&f{g}\n-->]]>*/@(h)"


def render(template: str, **variables: object) -> str:
    return render_text(Source("t.xml.j2", template), variables).source.text


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [
        ('<a b="[[ v ]]"/>', "x\"y'<&>", '<a b="x&quot;y\'&lt;&amp;>"/>'),
        ("<a b='[[ v ]]'/>", "x\"y'", "<a b='x\"y&apos;'/>"),
        ('<a b="[[ v ]]"/>', "1\n2\t3\r", '<a b="1&#xA;2&#x9;3&#xD;"/>'),
        ("<a>[[ v ]]</a>", "<b>&\"'", "<a>&lt;b&gt;&amp;\"'</a>"),
        ("<a>[[ v ]]</a>", 3, "<a>3</a>"),
        ("<a>[[ v ]]</a>", True, "<a>true</a>"),
        ("<a>[[ v ]]</a>", None, "<a></a>"),
        ("<!-- [[ v ]] -->", "a -- b -->", "<!-- a - - b - - > -->"),
        ("<a><![CDATA[ [[ v ]] ]]></a>", "x]]>y", "<a><![CDATA[ x]]]]><![CDATA[>y ]]></a>"),
        ("<[[ v ]]/>", "set-header", "<set-header/>"),
        ('<a b="@([[ v ]])"/>', 'x"\\\n', '<a b="@("x\\"\\\\\\n")"/>'),
        ('<a b="@([[ v ]])"/>', 5, '<a b="@(5)"/>'),
        ('<a b="@([[ v ]])"/>', -5, '<a b="@((-5))"/>'),
        ('<a b="@([[ v ]])"/>', 2**40, '<a b="@(1099511627776L)"/>'),
        ('<a b="@([[ v ]])"/>', False, '<a b="@(false)"/>'),
        ('<a b="@([[ v ]])"/>', 0.5, '<a b="@(0.5)"/>'),
        ('<a b="@([[ v ]])"/>', None, '<a b="@(null)"/>'),
        ('<a b="@("[[ v ]]")"/>', 'x"\\y\u2028', '<a b="@("x\\"\\\\y\\u2028")"/>'),
        ('<a b="@(@"[[ v ]]")"/>', 'x"\\', '<a b="@(@"x""\\")"/>'),
        ('<a b="@($"[[ v ]]{1}")"/>', "x{y", '<a b="@($"x{{y{1}")"/>'),
        ('<a b="@($"{[[ v ]]}")"/>', "x", '<a b="@($"{"x"}")"/>'),
        ('<a b="@($@"[[ v ]]")"/>', 'x"}', '<a b="@($@"x""}}")"/>'),
        ("<a b=\"@('[[ v ]]')\"/>", "'", "<a b=\"@('\\'')\"/>"),
        ("<a b=\"@('[[ v ]]')\"/>", '"', "<a b=\"@('\"')\"/>"),
        ("<a>@{ // [[ v ]]\n return 1; }</a>", "x\n evil();", "<a>@{ // x  evil();\n return 1; }</a>"),
        ("<a>@{ /* [[ v ]] */ return 1; }</a>", "x */ evil();", "<a>@{ /* x * / evil(); */ return 1; }</a>"),
        ('<a b="x @([[ v ]])"/>', '"', '<a b="x @(&quot;)"/>'),
        ("<a>me@[[ v ]].test</a>", "x", "<a>me@x.test</a>"),
        ('<a b="@(")" + [[ v ]])">[[ v ]]</a>', "<", '<a b="@(")" + "<")">&lt;</a>'),
        ("<a b=\"@('(' + [[ v ]])\" c='[[ v ]]'/>", "'", "<a b=\"@('(' + \"'\")\" c='&apos;'/>"),
        ('<a b="@(x[ [[ v ]] ])"/>', 1, '<a b="@(x[ 1 ])"/>'),
    ],
)  # fmt: skip
def test_a_value_is_written_for_its_place(template: str, value: object, expected: str):
    assert render(template, v=value) == expected


@pytest.mark.parametrize(
    ("template", "value"),
    [
        ('<a b="[[ v ]]"/>', "@(evil())"),
        ('<a b=" [[ v ]]"/>', " @{ evil(); }"),
        ("<a>\n  [[ v ]]</a>", "@(evil())"),
        ("<[[ v ]]/>", "a b"),
        ("<a b=[[ v ]]/>", 'x" c="d'),
        ("<a b=\"@('[[ v ]]')\"/>", "xy"),
        ("<a b=\"@('[[ v ]]')\"/>", ""),
        ('<a b="@($"[[ v ]]")"/>', "{name}"),
        ("<a>[[ v ]]</a>", "\x00"),
        ("<a>[[ v ]]</a>", "\ue0a0v1\ue0a1"),
        ('<a b="@([[ v ]])"/>', 2**70),
        ('<a b="@([[ v ]])"/>', float("nan")),
        ("<a>[[ v ]]</a>", [1]),
        ("<a>[[ v ]]</a>", {}),
    ],
)
def test_what_cannot_stand_there_is_an_error(template: str, value: object):
    with pytest.raises(RenderError) as caught:
        render(template, v=value)
    assert caught.value.span is not None


def test_code_and_macros_pass_as_they_are():
    assert render('<a b="@([[ v | code ]])"/>', v="x == 1") == '<a b="@(x == 1)"/>'
    template = '{% macro m(x) -%}<b c="[[ x ]]"/>{%- endmacro %}<a>[[ m(v) ]]</a>'
    assert render(template, v='"') == '<a><b c="&quot;"/></a>'
    assert (
        render('{% macro m(x) -%}f([[ x ]]){%- endmacro %}<a b="@([[ m(v) | code ]])"/>', v='"')
        == '<a b="@(f("\\""))"/>'
    )


def test_json_is_a_value_like_any_other():
    assert render('<a b="@([[ v | tojson ]])"/>', v={"k": '"'}) == '<a b="@("{\\"k\\":\\"\\\\\\"\\"}")"/>'


@given(st.text(max_size=30))
def test_an_attribute_gives_back_what_went_in(value: str):
    try:
        text = render('<a b="x[[ v ]]"/>', v=value)
    except RenderError:
        reject()
    inside = text.removeprefix('<a b="x').removesuffix('"/>')
    assert '"' not in inside
    assert "<" not in inside
    assert html.unescape(inside) == value


@given(st.text(max_size=30))
def test_a_csharp_string_ends_only_where_the_template_ends_it(value: str):
    assume("\ue0a0" not in value and "\ue0a1" not in value)
    text = render('<a b="@([[ v ]])"/>', v=value)
    literal = text.removeprefix('<a b="@(').removesuffix(')"/>')
    assert literal[0] == literal[-1] == '"'
    body = literal[1:-1]
    position = 0
    while position < len(body):
        assert body[position] not in '"\n\r'
        position += 2 if body[position] == "\\" else 1
    assert position == len(body)


def test_hostile_values_leave_the_document_as_it_was_built():
    template = "<a b='[[ v ]]' c=\"@([[ v ]])\"><!-- [[ v ]] --><d>x [[ v ]]</d></a>"
    text = render(template, v=HOSTILE)
    assert text.count("<") == template.count("<") + 2  # those in the C# string and in the comment
    assert text.endswith("</d></a>")
