from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.arm.query import PAGE_SIZE, filtered, page
from apim_ai.arm.refusal import Refusal

ITEMS: list[dict[str, Any]] = [
    {"name": "alpha", "properties": {"displayName": "Alpha One", "secret": True, "tags": ["x", "y"], "n": 3}},
    {"name": "beta", "properties": {"displayName": "Beta", "secret": False, "tags": [], "n": 5}},
    {"name": "o'hara", "properties": {"displayName": "Gamma"}},
]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        (None, ["alpha", "beta", "o'hara"]),
        ("name eq 'ALPHA'", ["alpha"]),
        ("name ne 'alpha'", ["beta", "o'hara"]),
        ("name eq 'o''hara'", ["o'hara"]),
        ("startswith(name, 'al')", ["alpha"]),
        ("endswith(displayName,'a')", ["beta", "o'hara"]),
        ("contains(properties/displayName, 'one')", ["alpha"]),
        ("substringof('mm', displayName)", ["o'hara"]),
        ("contains(name,'a') eq false", []),
        ("secret eq true", ["alpha"]),
        ("properties/secret eq false and name eq 'beta'", ["beta"]),
        ("name eq 'alpha' or name eq 'beta'", ["alpha", "beta"]),
        ("not (name eq 'alpha' or name eq 'beta')", ["o'hara"]),
        ("n gt 3", ["beta"]),
        ("n ge 3 and n le 5", ["alpha", "beta"]),
        ("missing eq null", ["alpha", "beta", "o'hara"]),
        ("contains(tags, 'y')", ["alpha"]),
    ],
)
def test_filters(expression: str | None, names: list[str]) -> None:
    assert [item["name"] for item in filtered(ITEMS, expression)] == names


@pytest.mark.parametrize(
    "expression",
    [
        "name",
        "name eq",
        "eq 'x'",
        "name eq 'x' and",
        "(name eq 'x'",
        "name eq 'x",
        "foo(name,'x')",
        "name eq 'a' name",
        "#",
    ],
)
def test_what_is_no_filter_is_refused(expression: str) -> None:
    with pytest.raises(Refusal) as caught:
        filtered(ITEMS, expression)
    assert caught.value.status == 400


@given(st.text(alphabet="(),' nameqcontisud0129$/.", max_size=60))
def test_any_text_is_a_filter_or_refused(expression: str) -> None:
    try:
        found = filtered(ITEMS, expression)
    except Refusal:
        return
    assert len(found) <= len(ITEMS)


def test_a_filter_nested_without_end_is_refused() -> None:
    with pytest.raises(Refusal):
        filtered(ITEMS, "not " * 5000 + "name eq 'x'")


@given(st.integers(0, 350), st.integers(0, 20), st.none() | st.integers(1, 300))
def test_following_the_links_gives_each_item_once(count: int, skip: int, top: int | None) -> None:
    items = [{"name": str(number)} for number in range(count)]
    query = {"api-version": "v", "$skip": str(skip), **({"$top": str(top)} if top else {})}
    seen: list[str] = []
    while True:
        answer = page(items, query, "http://h/p")
        assert len(answer["value"]) <= PAGE_SIZE
        assert answer["count"] == count
        seen += [item["name"] for item in answer["value"]]
        if "nextLink" not in answer:
            break
        link = urlsplit(str(answer["nextLink"]))
        assert link.netloc == "h"
        query = dict(parse_qsl(link.query))
        assert query["api-version"] == "v"
    assert seen == [item["name"] for item in items[skip : None if top is None else skip + top]]


@pytest.mark.parametrize("query", [{"$top": "0"}, {"$top": "-1"}, {"$top": "x"}, {"$skip": "-1"}, {"$top": ""}])
def test_numbers_out_of_range_are_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        page(ITEMS, query, "http://h/p")
