"""Formatting whole documents and templates: what must hold of every one, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from tests.definition.documents import documents

from apim_ai.definition.formatter import format_document
from apim_ai.document import canonical_text
from apim_ai.errors import DocumentError
from apim_ai.source import Source

ROOT = Path(__file__).parents[2]
DOCUMENT = "<policies>\n  <inbound>\n    <base />\n  </inbound>\n</policies>\n"


def formatted(text: str, *, is_template: bool = False) -> str:
    return format_document(Source("a.xml", text), is_template=is_template)


@given(documents())
def test_formatting_is_stable_and_keeps_the_meaning(text: str):
    once = formatted(text)
    assert formatted(once) == once
    assert canonical_text(once, keep_comments=True) == canonical_text(text, keep_comments=True)


@given(documents())
def test_a_template_without_blocks_is_formatted_as_a_document(text: str):
    assert formatted(text, is_template=True) == formatted(text)


def test_a_byte_order_mark_and_carriage_returns_stay():
    given_ = "\ufeff" + DOCUMENT.replace("  <base />", "<base/>").replace("\n", "\r\n")
    assert formatted(given_) == "\ufeff" + DOCUMENT.replace("\n", "\r\n")


def test_encoded_documents_stay_encoded():
    text = '<fragment>\n  <set-variable name="a" value="@(1 &lt; 2 ? &quot;a&quot; : &quot;b&quot;)" />\n</fragment>\n'
    assert formatted(text.replace("  <set", "<set")) == text


@pytest.mark.parametrize("text", ["", "plain", "<project />", "<inbound><base /></inbound>"])
def test_what_is_no_policy_document_is_refused(text: str):
    with pytest.raises(DocumentError):
        formatted(text)


def test_a_broken_document_is_refused_with_all_its_faults():
    with pytest.raises(DocumentError, match="is not closed before") as caught:
        formatted('<policies><inbound></policies>\n<x y="')
    assert caught.value.where == "a.xml:1:11"
    assert caught.value.also


def test_blocks_and_calls_between_elements_stand_on_their_own_lines():
    text = (
        '{% import "m.j2" as m %}\n<!-- why -->\n<policies>\n<inbound>\n'
        "  {% if a %} <base/>\n{% else %}\n[[ m.call(1 < 2) ]]\n{% endif %}</inbound>\n</policies>\n{# end #}\n"
    )
    assert formatted(text, is_template=True) == (
        '{% import "m.j2" as m %}\n<!-- why -->\n<policies>\n  <inbound>\n'
        "    {% if a %}\n    <base />\n    {% else %}\n    [[ m.call(1 < 2) ]]\n    {% endif %}\n"
        "  </inbound>\n</policies>\n{# end #}\n"
    )


def test_what_stands_around_the_root_of_a_template_is_left_alone():
    around = "{% macro m(a) -%}\n   <set-status\ncode='200' />{%- endmacro %}\n"
    text = f"{around}<fragment>[[ m(1) ]]</fragment>\n{{# end #}}"
    assert formatted(text, is_template=True) == f"{around}<fragment>\n  [[ m(1) ]]\n</fragment>\n{{# end #}}"


def test_a_text_that_a_block_takes_is_not_moved():
    text = "<fragment>\n{% set body %}@{\n   return 1;\n  }{% endset %}\n[[ body ]]\n    <base />\n</fragment>\n"
    assert formatted(text, is_template=True) == (
        "<fragment>\n  {% set body %}@{\n   return 1;\n  }{% endset %}\n[[ body ]]\n  <base />\n</fragment>\n"
    )


def test_placeholders_inside_of_values_are_left_alone():
    text = (
        """<fragment>\n  <set-variable name="[[ "a" ~ b ]]" value='@([[ c | csharp ]] + "x")' />\n"""
        '  <set-body>@{\n{% for x in xs %}\n    if ([[ x ]]) { return "<"; }\n{% endfor %}\n  }</set-body>\n</fragment>\n'
    )
    assert formatted(text, is_template=True) == text


@pytest.mark.parametrize(
    "text",
    [
        '<fragment><set-status code="200" {% if a %}reason="OK"{% endif %} /></fragment>',
        "<fragment>{% if a %}<choose>{% endif %}</fragment>",
    ],
)
def test_a_template_whose_blocks_cut_elements_is_refused(text: str):
    with pytest.raises(DocumentError):
        formatted(text, is_template=True)


@pytest.mark.parametrize("path", sorted(str(p.relative_to(ROOT)) for p in (ROOT / "policies").rglob("*.xml.j2")))
def test_own_templates_are_stable_once_formatted(path: str):
    text = (ROOT / path).read_text(encoding="utf-8")
    once = formatted(text, is_template=True)
    assert formatted(once, is_template=True) == once
