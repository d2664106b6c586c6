"""How documents are laid out."""

from __future__ import annotations

import pytest

from apim_ai.definition.forms import DOCUMENT
from apim_ai.document import parse
from apim_ai.document.layout import layout
from apim_ai.source import Source


def laid_out(text: str, indent: int = 2) -> str:
    return layout(parse(Source("a.xml", text)), DOCUMENT, indent=indent)


def fragment(inside: str) -> str:
    """Return what becomes of policies, without the fragment around them and its indentation."""
    lines = laid_out(f"<fragment>{inside}</fragment>").split("\n")
    return "\n".join(line.removeprefix("  ") for line in lines[1:-2])


def test_elements_stand_one_a_line_below_their_parents():
    text = "<policies><inbound><base/><set-method>GET</set-method></inbound></policies>"
    assert laid_out(text) == (
        "<policies>\n  <inbound>\n    <base />\n    <set-method>GET</set-method>\n  </inbound>\n</policies>\n"
    )


def test_the_indentation_is_a_choice():
    assert laid_out("<policies><inbound><base/></inbound></policies>", indent=4).split("\n")[2] == "        <base />"


def test_attributes_follow_the_declaration():
    given = '<set-header exists-action="override" id="x" name="a"><value>b</value></set-header>'
    assert fragment(given).split("\n")[0] == '<set-header id="x" name="a" exists-action="override">'


def test_unknown_attributes_come_last_and_repeated_ones_stay():
    assert fragment('<set-status zz="1" reason="OK" code="200" />') == '<set-status code="200" reason="OK" zz="1" />'
    assert fragment('<set-status reason="OK" reason="KO" code="200" />') == (
        '<set-status reason="OK" reason="KO" code="200" />'
    )


def test_attributes_that_were_broken_stand_one_a_line():
    assert fragment('<set-status\n code="200" reason="OK" />') == '<set-status\n  code="200"\n  reason="OK" />'


def test_a_long_line_stays_one():
    line = f'<set-variable name="a" value="{"x" * 300}" />'
    assert fragment(line) == line


def test_quotes_become_double_where_they_can():
    assert fragment("<set-variable name='a' value='b' />") == '<set-variable name="a" value="b" />'
    assert fragment("""<set-variable name='a' value='"b"' />""") == """<set-variable name="a" value='"b"' />"""
    assert fragment("""<set-variable name="a" value='@("b")' />""") == """<set-variable name="a" value='@("b")' />"""


def test_space_around_equals_signs_and_in_end_tags_goes():
    assert fragment("<set-method >GET</set-method >") == "<set-method>GET</set-method>"
    assert fragment('<set-status code = "200" reason= "OK"/>') == '<set-status code="200" reason="OK" />'


def test_one_blank_line_stays_between_nodes_and_none_at_the_ends():
    given = "\n\n<set-method>A</set-method>\n\n\n\n<set-method>B</set-method>\n<set-method>C</set-method>\n\n"
    assert fragment(given) == "<set-method>A</set-method>\n\n<set-method>B</set-method>\n<set-method>C</set-method>"


def test_comments_stay_where_they_are():
    given = "<!-- one -->\n<set-method>A</set-method> <!-- of A -->\n<!-- two --><set-method>B</set-method>"
    assert fragment(given) == (
        "<!-- one -->\n<set-method>A</set-method> <!-- of A -->\n<!-- two -->\n<set-method>B</set-method>"
    )


def test_the_lines_of_a_comment_move_together():
    given = "\n        <!-- one\n             two\n        -->\n"
    assert fragment(given) == "<!-- one\n     two\n-->"


def test_the_lines_of_an_expression_move_together():
    given = '\n      <set-variable name="a" value="@{\n          return 1;\n      }" />\n'
    assert fragment(given) == '<set-variable name="a" value="@{\n    return 1;\n}" />'


def test_tabs_count_four_and_empty_lines_stay_empty():
    given = '\n\t\t<set-variable name="a" value="@{\n\t\t\tint a = 1;\n\n\t\t\treturn a;\n\t\t}" />\n'
    assert fragment(given) == '<set-variable name="a" value="@{\n    int a = 1;\n\n    return a;\n}" />'


def test_a_verbatim_string_is_never_moved():
    given = '\n        <set-variable name="a" value="@{\n          return @"\n    x";\n        }" />\n'
    assert '@"\n    x";' in laid_out(f"<fragment>{given}</fragment>")


def test_space_around_an_expression_goes():
    assert fragment("<set-body>\n   @(1 + 1)\n </set-body>") == "<set-body>@(1 + 1)</set-body>"


@pytest.mark.parametrize("text", ["  a  b ", "\n  a\n", "   ", "<![CDATA[ <x> ]]>", "a @(1) b"])
def test_text_is_left_as_it_is(text: str):
    given = f'<set-header name="x" exists-action="override"><value>{text}</value></set-header>'
    assert f"<value>{text}</value>" in laid_out(f"<fragment>{given}</fragment>")


@pytest.mark.parametrize("body", ['\n   <a  b = "c" ><d/></a>\n', "\n  {% if a %}\n b {% endif %}\n", "<!-- x -->\n y"])
def test_markup_in_a_body_is_content(body: str):
    given = f'<set-body template="liquid">{body}</set-body>'
    assert given in laid_out(f"<fragment>{given}</fragment>")


def test_what_is_not_known_is_left_as_it_is():
    assert fragment("<no-such  a = 'b'><x/>\n </no-such>") == "<no-such  a = 'b'><x/>\n </no-such>"


def test_containers_without_anything_close_themselves():
    assert laid_out("<policies><inbound>\n</inbound><backend></backend></policies>") == (
        "<policies>\n  <inbound />\n  <backend />\n</policies>\n"
    )


def test_an_empty_text_stays_a_text():
    given = '<set-header name="a" exists-action="override"><value></value></set-header>'
    assert "<value />" in fragment(given)  # the same in XML


def test_what_stands_around_the_root_stays():
    text = '<?xml version="1.0"?>\n<!-- who -->\n\n<fragment>\n  <base />\n</fragment>\n<!-- end -->\n'
    assert laid_out(text) == text
