"""URL templates and the tree that finds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.gateway.templates import Template, TemplateTree


def first(tree: TemplateTree[str], path: str):
    segments = [segment for segment in path.split("/") if segment]
    return next(iter(tree.find(segments)), None)


def tree_of(*templates: str) -> TemplateTree[str]:
    tree: TemplateTree[str] = TemplateTree()
    for template in templates:
        tree.add(Template.parse(template), template)
    return tree


@pytest.mark.parametrize(
    ("path", "template", "values"),
    [
        ("/items", "/items", {}),
        ("/ITEMS", "/items", {}),
        ("/items/7", "/items/{id}", {"id": "7"}),
        ("/items/a%20b", "/items/{id}", {"id": "a b"}),
        ("/items/special", "/items/special", {}),
        ("/items/7.json", "/items/{id}.json", {"id": "7"}),
        ("/items/7/parts/8", "/items/{id}/parts/{part}", {"id": "7", "part": "8"}),
        ("/items/7/parts", "/*", {}),
        ("/", "/*", {}),
        ("/files/a/b/c.txt", "/files/{*path}", {"path": "a/b/c.txt"}),
    ],
)
def test_the_most_specific_template_wins(path: str, template: str, values: dict[str, str]):
    tree = tree_of(
        "/*", "/items", "/items/{id}", "/items/special", "/items/{id}.json", "/items/{id}/parts/{part}",
        "/files/{*path}",
    )  # fmt: skip
    assert first(tree, path) == (template, values)


def test_a_parameter_takes_one_segment():
    assert first(tree_of("/items/{id}"), "/items/7/8") is None
    assert first(tree_of("/items/{id}"), "/items") is None


def test_parameters_may_have_other_names_under_other_templates():
    tree = tree_of("/a/{x}/b", "/a/{y}/c")
    assert first(tree, "/a/1/b") == ("/a/{x}/b", {"x": "1"})
    assert first(tree, "/a/1/c") == ("/a/{y}/c", {"y": "1"})


def test_backtracks_from_a_literal_that_leads_nowhere():
    tree = tree_of("/a/b/c", "/a/{x}/d")
    assert first(tree, "/a/b/d") == ("/a/{x}/d", {"x": "b"})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": ["red"], "more": ["1"]}, {"k": "red"}),
        ({"KIND": ["red"], "fixed": ["no"]}, {"k": "red"}),
        ({}, None),
    ],
)
def test_query_parameters_of_a_template_must_be_there(query: dict[str, list[str]], expected: object):
    assert Template.parse("/get?kind={k}").query_values(query) == expected


def test_a_literal_query_value_must_be_equal():
    template = Template.parse("/get?action=list")
    assert template.query_values({"action": ["LIST"]}) == {}
    assert template.query_values({"action": ["drop"]}) is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_template_and_path_are_taken(template: str, path: str):
    tree = tree_of(template)
    for _, values in tree.find(path.split("/")[1:]):
        assert all(isinstance(value, str) for value in values.values())
