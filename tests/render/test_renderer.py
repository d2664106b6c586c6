from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apim_ai.errors import RenderError
from apim_ai.render import Renderer, render_opaque, render_text
from apim_ai.source import Source

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "m.j2").write_text('{% macro h(n) %}\n<h n="[[ n ]]">\n  <v>1</v>\n</h>\n{% endmacro %}\n')
    (tmp_path / "inc.j2").write_text("<i/>\n<j/>\n")
    (tmp_path / "t.xml.j2").write_text(
        '{% import "m.j2" as m %}\n'  # 1
        "<policies>\n"  # 2
        "  {# a comment\n"  # 3
        "     of two lines #}\n"  # 4
        "  <inbound>\n"  # 5
        "    [[ m.h(name) ]]\n"  # 6
        "    {% for x in items %}\n"  # 7
        '    <x n="[[ x ]]"/>\n'  # 8
        "    {% endfor %}\n"  # 9
        '    {% include "inc.j2" %}\n'  # 10
        "  </inbound>\n"  # 11
        "</policies>\n"  # 12
    )
    return tmp_path


VARIABLES = {"name": "x", "items": [1, 2]}


def test_output_lines_map_back_through_includes_macros_and_loops(folder: Path):
    source = Renderer(folder).render("t.xml.j2", VARIABLES).source
    assert source.line_map is not None
    origins = {
        line.strip(): source.line_map.origin(number)[:2]
        for number, line in enumerate(source.text.split("\n"), 1)
        if line.strip()
    }
    assert origins == {
        "<policies>": ("t.xml.j2", 2),
        "<inbound>": ("t.xml.j2", 5),
        '<h n="x">': ("m.j2", 2),
        "<v>1</v>": ("m.j2", 3),
        "</h>": ("m.j2", 4),
        '<x n="1"/>': ("t.xml.j2", 8),
        '<x n="2"/>': ("t.xml.j2", 8),
        "<i/>": ("inc.j2", 1),
        "<j/>": ("inc.j2", 2),
        "</inbound>": ("t.xml.j2", 11),
        "</policies>": ("t.xml.j2", 12),
    }


def test_columns_hold_where_the_template_reads_the_same(folder: Path):
    source = Renderer(folder).render("t.xml.j2", VARIABLES).source
    assert str(source.span(source.text.index("<inbound>"))) == "t.xml.j2:5:3"
    assert str(source.span(source.text.index('n="1"'))) == "t.xml.j2:8:1"


def test_the_same_input_gives_the_same_bytes(folder: Path):
    texts = {Renderer(folder).render("t.xml.j2", VARIABLES).source.text for _ in range(3)}
    renderer = Renderer(folder)
    renderer.render("t.xml.j2", {"name": "other", "items": []})
    texts.add(renderer.render("t.xml.j2", VARIABLES).source.text)
    assert len(texts) == 1


def test_names_are_shown_as_the_user_gave_them(folder: Path):
    source = Renderer(folder, shown=lambda name: f"given/{name}").render("t.xml.j2", VARIABLES).source
    assert source.path == "given/t.xml.j2"
    assert source.span(source.text.index("<j/>")).file == "given/inc.j2"


def failure(text: str, **variables: object) -> RenderError:
    with pytest.raises(RenderError) as caught:
        render_text(Source("t.xml.j2", text), variables)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n[[ nam ]]\n", 2, 'the variable "nam" is not defined'),
        ("a\n\n{% if %}\n", 3, "template syntax"),
        ("[[ x ", 1, "template syntax"),
        ("\n{% include 'nope.j2' %}", 2, 'there is no template "nope.j2"'),
        ("\n\n[[ 1 / 0 ]]", 3, "division by zero"),
        ("[[ ''.__class__.__mro__ ]]", 1, "unsafe"),
        ("\n[[ 'a' * 1000000000 ]]", 2, "too long"),
        ("\n[[ '%1000000000d' % 1 ]]", 2, "too long"),
        ("[[ 2 ** 100000 ]]", 1, "too large"),
        ("{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}", 1, "too long"),
        ("{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}", 1, "too long"),
        (
            "{% set n = namespace(x='ab') %}{% for i in range(60) %}{% set n.x = n.x | replace('a', 'aa') %}{% endfor %}",
            1,
            "too long",
        ),
        ("[[ 'a'.ljust(1000000000) ]]", 1, "unsafe"),
        ("{% for i in range(100000000) %}x{% endfor %}", 1, "Range too big"),
        ("{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}", 1, "steps"),
        ("{% macro a() %}[[ a() ]]{% endmacro %}[[ a() ]]", 1, "without end"),
        ("{% include 't.xml.j2' %}", 1, "without end"),
        ("{% filter upper %}a [[ 1 ]]{% endfilter %}", 1, "apart"),
        ("a\n\ue0a0", 2, "private-use"),
    ],
)
def test_errors_say_what_and_where(text: str, line: int, message: str):
    error = failure(text)
    assert message in error.message
    assert error.span is not None
    assert (error.span.file, error.span.line) == ("t.xml.j2", line)
    assert error.exit_code == 2


def test_an_undefined_variable_has_a_suggestion():
    assert failure("[[ nam ]]", name=1).help == 'did you mean "name"?'


def test_an_error_inside_an_include_or_macro_stands_there(folder: Path):
    (folder / "inc.j2").write_text("\n[[ nothing ]]\n")
    with pytest.raises(RenderError) as caught:
        Renderer(folder).render("t.xml.j2", VARIABLES)
    assert str(caught.value.span) == "inc.j2:2:1"


def test_templates_cannot_leave_the_folder(folder: Path):
    (folder / "sub").mkdir()
    (folder / "sub" / "t.j2").write_text("{% include '../inc.j2' %}")
    with pytest.raises(RenderError, match="there is no template"):
        Renderer(folder / "sub").render("t.j2", {})


def test_output_is_bounded():
    with pytest.raises(RenderError, match="more than"):
        render_text(Source("t", "{% for i in range(50000) %}" + "x" * 200 + "{% endfor %}"), {})


def test_named_values_and_liquid_pass_through():
    text = '<a b="{{name}}"><set-body template="liquid">{{body.x}} {% raw %}{% if a %}{% endif %}{% endraw %}</set-body></a>'
    expected = text.replace("{% raw %}", "").replace("{% endraw %}", "")
    assert render_text(Source("t", text), {}).source.text == expected


def test_undefined_variables_of_a_lone_template_are_opaque():
    template = (
        '<a n="[[ tier.tpm ]]" c="@([[ x ]] + "[[ y ]]" + $"{[[ z ]]}")">'
        "{% for i in things %}<i>[[ i.name ]]</i>{% endfor %}{% if flag %}yes{% endif %}[[ f(1) ]]</a>"
    )
    text = render_opaque(Source("t.xml.j2", template)).source.text
    assert text == ('<a n="{{tier.tpm}}" c="@({{x}} + "{{y}}" + $"{({{z}})}")"><i>{{things.item.name}}</i>yes{{f}}</a>')


def test_opaque_values_survive_what_templates_do_with_them():
    template = "[[ a + 1 ]][[ (a | length) + 1 ]]{% if a > 3 %}no{% endif %}{% if a == b %}no{% endif %}[[ -a ]][[ a.b['c'] | code ]]"
    assert render_opaque(Source("t", template)).source.text == "{{a}}2{{a}}{{a.b.c}}"
