"""GraphQL documents, read far enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.family.graphql import depth_of, fields_of, parse_graphql, without

WORDS = [
    "{",
    "}",
    "(",
    ")",
    ":",
    "...",
    "on",
    "a",
    "b",
    "query",
    "fragment",
    '"x"',
    "1",
    "$v",
    "@d",
    "!",
    "[",
    "]",
    "#",
]


@pytest.mark.parametrize(
    ("text", "depth", "names"),
    [
        ("{a}", 1, ["a"]),
        ("{a, b: c}", 1, ["a", "c"]),
        ('query Q($v: [Int!]! = [1]) @d(x: {y: 1}) { a(in: {b: [1, "}"]}) @skip(if: true) { b } }', 2, ["a"]),
        ("{ ... on T { a { b } } ... @include(if: true) { c } }", 2, ["a", "c"]),
        ("{ ...F b } fragment F on T { a { ...G } } fragment G on U { c { d } }", 3, ["a", "b"]),
        ('{ a(t: """x " { y""") # { comment\n }', 1, ["a"]),
        ("{ query fragment on }", 1, ["query", "fragment", "on"]),
    ],
)  # fmt: skip
def test_depth_and_fields(text: str, depth: int, names: list[str]) -> None:
    operations, fragments = parse_graphql(text)
    assert depth_of(operations[0].selections, fragments) == depth
    assert [each.name for each in fields_of(operations[0], fragments)] == names


def test_types_and_names_of_operations() -> None:
    operations, _ = parse_graphql("query A {a} mutation B {b} subscription {c}")
    assert [(each.type, each.name) for each in operations] == [("Query", "A"), ("Mutation", "B"), ("Subscription", "")]


@pytest.mark.parametrize("text", ["", "{", "{a", "type T {a: Int}", "fragment F on T {a}", "{%}", "{a{}", "{" * 5000])
def test_what_is_no_document(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_graphql(text)


@pytest.mark.parametrize(
    "text", ["{...F}", "{...F} fragment F on T {...F}", "{...F} fragment F on T {a{...G}} fragment G on T {...F}"]
)
def test_fragments_that_hold_themselves(text: str) -> None:
    operations, fragments = parse_graphql(text)
    with pytest.raises(ValueError, match="holds itself"):
        depth_of(operations[0].selections, fragments)


def test_fields_are_cut_out() -> None:
    text = "{ a { x } b: c(d: 1) e }"
    operations, fragments = parse_graphql(text)
    removed = [each for each in fields_of(operations[0], fragments) if each.name in ("a", "c")]
    assert without(text, removed) == "{   e }"


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_anything_is_read_or_refused(text: str) -> None:
    try:
        operations, fragments = parse_graphql(text)
        depth_of(operations[0].selections, fragments)
    except ValueError:
        return
    assert operations
