"""Pages, filters and counts of lists."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from .conftest import AT, Answers, error_of


@pytest.fixture(scope="module")
def full() -> tuple[str, ...]:
    return tuple(f"t{number:03}" for number in range(205))


@pytest.fixture
def tags(sdk: Any, full: tuple[str, ...]) -> Any:
    """A service with two pages of tags and a third one of five."""
    for name in full:
        sdk.tag.create_or_update(*AT, name, {"display_name": name.upper()})
    return sdk.tag


def test_pages_of_a_hundred_are_followed(tags: Any, full: tuple[str, ...]) -> None:
    pages = [[tag.name for tag in page] for page in tags.list_by_service(*AT).by_page()]
    assert [len(page) for page in pages] == [100, 100, 5]
    assert [name for page in pages for name in page] == list(full)


def test_top_and_skip_reach_over_pages(tags: Any, full: tuple[str, ...]) -> None:
    assert [tag.name for tag in tags.list_by_service(*AT, top=150)] == list(full[:150])
    assert [tag.name for tag in tags.list_by_service(*AT, skip=60)] == list(full[60:])
    assert [tag.name for tag in tags.list_by_service(*AT, top=120, skip=30)] == list(full[30:150])
    assert list(tags.list_by_service(*AT, skip=1000)) == []
    assert [tag.name for tag in tags.list_by_service(*AT, top=1)] == ["t000"]


def test_filters_reach_over_pages(tags: Any, full: tuple[str, ...]) -> None:
    ending = [name for name in full if name.endswith("7")]
    assert [tag.name for tag in tags.list_by_service(*AT, filter="endswith(name,'7')")] == ending
    many = [tag.name for tag in tags.list_by_service(*AT, filter="contains(displayName,'T')")]
    assert many == list(full)


def test_a_page_tells_how_many_there_are_and_where_the_next_is(tags: Any) -> None:
    from urllib.parse import parse_qs, urlsplit  # noqa: PLC0415 - of this test alone

    answers: list[dict[str, Any]] = []

    def seen(response: Any) -> None:
        answers.append(response.http_response.json())

    list(tags.list_by_service(*AT, filter="startswith(name,'t1')", top=99, raw_response_hook=seen))
    assert [(answer["count"], len(answer["value"]), "nextLink" in answer) for answer in answers] == [(100, 99, False)]
    answers.clear()
    list(tags.list_by_service(*AT, raw_response_hook=seen))
    assert [answer["count"] for answer in answers] == [205, 205, 205]
    link = urlsplit(str(answers[0]["nextLink"]))
    assert link.scheme == "http"
    assert parse_qs(link.query)["$skip"] == ["100"]


@pytest.mark.parametrize("options", [{"top": 0}, {"top": -1}, {"skip": -1}])
def test_numbers_out_of_range(tags: Any, options: dict[str, int]) -> None:
    with pytest.raises(HttpResponseError) as caught:
        list(tags.list_by_service(*AT, **options))
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")


@pytest.mark.parametrize(
    "expression", ["name", "name eq", "name is 'a'", "name eq 'a' and", "(name eq 'a'", "foo('a')"]
)
def test_what_is_no_filter(sdk: Any, expression: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        list(sdk.api.list_by_service(*AT, filter=expression))
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("name eq 'a1'", ["a1"]),
        ("name ne 'a1'", ["a2", "b1"]),
        ("displayName eq 'ALPHA 2'", ["a2"]),
        ("properties/displayName eq 'Alpha 2'", ["a2"]),
        ("contains(displayName,'alpha')", ["a1", "a2"]),
        ("substringof('Beta',displayName)", ["b1"]),
        ("startswith(path,'a')", ["a1", "a2"]),
        ("endswith(path,'1')", ["a1", "b1"]),
        ("startswith(name,'a') and endswith(name,'1')", ["a1"]),
        ("name eq 'a1' or name eq 'b1'", ["a1", "b1"]),
        ("not (name eq 'a1')", ["a2", "b1"]),
        ("name ge 'a2'", ["a2", "b1"]),
        ("isCurrent eq true", ["a1", "a2", "b1"]),
        ("description eq null", ["a1", "a2"]),
        ("description eq 'it''s'", ["b1"]),
    ],
)
def test_filters(sdk: Any, expression: str, names: list[str]) -> None:
    for name, display, description in (("a1", "Alpha 1", None), ("a2", "Alpha 2", None), ("b1", "Beta", "it's")):
        body = {"display_name": display, "path": name, "description": description}
        sdk.api.begin_create_or_update(*AT, name, body).result()
    assert [api.name for api in sdk.api.list_by_service(*AT, filter=expression)] == names


def test_lists_hold_no_tags(sdk: Any) -> None:
    sdk.tag.create_or_update(*AT, "t", {"display_name": "T"})
    seen = Answers()
    list(sdk.tag.list_by_service(*AT, raw_response_hook=seen))
    assert "ETag" not in seen[0].headers
    assert set(seen[0].json()["value"][0]) == {"id", "name", "type", "properties"}
