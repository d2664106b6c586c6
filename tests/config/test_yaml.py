from __future__ import annotations

import math
import string
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.config import load_located, load_located_documents
from apim_ai.errors import ApimAiError, ConfigError


def value_of(text: str) -> object:
    return load_located(text, "f.yaml").value


@pytest.mark.parametrize(
    "word", ["on", "off", "yes", "no", "y", "n", "On", "NO", "2026-01-01", "1_000", "0b11", "1:30", "-", "+", "0o9"]
)
def test_words_that_only_yaml_1_1_understands_are_text(word: str):
    assert value_of(f"a: {word}") == {"a": word} if word not in {"-", "+"} else {"a": word}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1), ("-7", -7), ("+7", 7), ("007", 7), ("0x1F", 31), ("0o17", 15), ("1.5", 1.5), (".5", 0.5), ("1.", 1.0),
        ("1e3", 1000.0), ("true", True), ("False", False), ("~", None), ("null", None), ("", None), (".inf", math.inf),
        ("'1'", "1"), ('"true"', "true"), ("|\n  x", "x"), (">\n  1", "1"),
    ],
)  # fmt: skip
def test_scalars_follow_the_core_schema(text: str, expected: object):
    value = cast("dict[str, object]", value_of(f"a: {text}"))
    assert value == {"a": expected}
    assert type(value["a"]) is type(expected)


def test_every_value_knows_its_place():
    document = load_located("a:\n  - x\n  - {b: 1, c: two}\n", "dir/f.yaml")
    assert str(document.span(("a", 1, "c"))) == "dir/f.yaml:3:15"
    assert str(document.key_span(("a", 1, "c"))) == "dir/f.yaml:3:12"
    span = document.span(("a", 1, "c"))
    assert (span.end_line, span.end_column) == (3, 18)


def test_the_place_of_what_is_absent_is_that_of_its_nearest_part():
    document = load_located("a:\n  b: {c: 1}\n", "f.yaml")
    assert document.span(("a", "b", "nothing", "here")) == document.span(("a", "b"))


def test_all_repeated_keys_are_reported():
    with pytest.raises(ConfigError) as caught:
        load_located("a: 1\na: 2\nb: {c: 1, c: 2}\n", "f.yaml")
    assert str(caught.value) == 'f.yaml:2:1: the key "a" stands here twice'
    assert [str(error) for error in caught.value.also] == ['f.yaml:3:11: the key "c" stands here twice']


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: [1", "f.yaml:2:1"),
        ("a: b: c", "f.yaml:1:5"),
        ("\ta: 1", "f.yaml:1:1"),
        ("a: *x", "f.yaml:1:4"),
        ("? [a]\n: 1", "f.yaml:1:3"),
    ],
)
def test_what_is_no_yaml_is_an_error_with_its_place(text: str, where: str):
    with pytest.raises(ConfigError) as caught:
        load_located(text, "f.yaml")
    assert str(caught.value).startswith(where)
    assert caught.value.exit_code == 2


def test_several_documents_are_read_in_order_and_refused_where_one_is_expected():
    assert [d.value for d in load_located_documents("a: 1\n---\nb: 2\n", "f")] == [{"a": 1}, {"b": 2}]
    with pytest.raises(ConfigError, match="more than one"):
        load_located("a: 1\n---\nb: 2\n", "f.yaml")


def test_an_empty_file_is_nothing():
    assert value_of("") is None
    assert value_of("# only a comment\n") is None


def test_tags_mean_nothing():
    assert value_of("a: !!python/object:os.system x") == {"a": "x"}


@pytest.mark.parametrize("text", ["[" * 5_000, "- " * 50_000 + "a", "? " * 50_000, "{a: " * 3_000])
def test_deep_nesting_is_an_error_not_a_crash(text: str):
    with pytest.raises(ConfigError, match="levels of nesting"):
        load_located(text, "f.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a: "' + "[" * 2000 + '"', "[" * 2000),
        ("a: '" + "{" * 2000 + "'", "{" * 2000),
        ("a: |-\n  " + "-" * 3000, "-" * 3000),
        ("a: >-\n  x\n" + " " * 3000 + "y", None),
    ],
)
def test_what_only_looks_deep_is_read(text: str, value: str | None):
    found = load_located(text, "f").value
    assert isinstance(found, dict)
    assert value is None or found == {"a": value}


def test_aliases_cannot_multiply_without_end():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{c}: &{c} [{', '.join(['*' + p] * 9)}]" for p, c in zip("abcdefgh", "bcdefghi", strict=True)]
    with pytest.raises(ConfigError, match="aliases unfolded"):
        load_located("\n".join(lines), "f.yaml")


@given(st.text(alphabet=string.printable + "é\u2028\ufeff\x00", max_size=80))
def test_any_text_gives_values_or_our_error(text: str):
    try:
        load_located_documents(text, "f.yaml")
    except ApimAiError as error:
        assert error.where  # noqa: PT017 - any text may or may not be YAML
