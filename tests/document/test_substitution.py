from __future__ import annotations

from apim_ai.document import named_value_spans, parse, substitute
from apim_ai.source import LineMap, Source


def test_replaces_known_names_as_text() -> None:
    source = Source("a.xml", '<a b="{{x}}">{{ y }}{{unknown}}{{z.1-b}}</a>')
    assert substitute(source, {"x": "{{z.1-b}}", "z.1-b": '"'}).text == '<a b="{{z.1-b}}">{{ y }}{{unknown}}"</a>'


def test_nothing_to_replace_gives_the_source_itself() -> None:
    source = Source("a.xml", "<a>{{x}}</a>")
    assert substitute(source, {"y": "1"}) is source


def test_places_point_at_the_lines_before() -> None:
    source = Source("a.xml", "<a>\n  <b>{{x}}</b><c/>\n  <d/>\n</a>")
    after = substitute(source, {"x": "1\n2\n3"})
    assert str(after.span(after.text.index("<c/>"))) == "a.xml:2:1"
    assert str(after.span(after.text.index("<d/>"))) == "a.xml:3:3"
    assert str(after.span(after.text.index("<a>"))) == "a.xml:1:1"


def test_a_rendered_document_points_at_its_template() -> None:
    source = Source(
        "out.xml", "<a>\n{{x}}\n<d/>", LineMap((("t.j2", 1), ("inc.j2", 7), ("t.j2", 2)), frozenset({1, 3}))
    )
    after = substitute(source, {"x": "1\n2"})
    assert str(after.span(after.text.index("2"))) == "inc.j2:7:1"
    assert str(after.span(after.text.index("<d/>"))) == "t.j2:2:1"


def test_named_values_have_places() -> None:
    assert list(named_value_spans("a{{x}}{{ y }}{{z-1}}")) == [("x", 1, 6), ("z-1", 13, 20)]


def test_what_was_put_in_shows_in_no_representation() -> None:
    source = substitute(
        Source("a.xml", '<a b="{{x}}" c="@("{{x}}")">{{x}}<!-- {{x}} --> Bearer @({{x}})</a>'), {"x": "s3cret"}
    )
    document = parse(source)
    assert "s3cret" in source.text
    assert "s3cret" not in repr(document)
    assert document.findings
