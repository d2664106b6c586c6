from __future__ import annotations

import pytest

from apim_ai.resource.fields import DURATION, Field, check


def wrong(properties: dict[str, object], *fields: Field) -> list[str]:
    return [f"{detail.at}: {detail.message}" for detail in check(properties, fields)]


def test_all_that_is_wrong_is_found_at_once() -> None:
    found = wrong(
        {"a": "xxx", "b": 3, "c": "no"},
        Field("a", longest=2),
        Field("b"),
        Field("c", choices=("Yes", "Maybe")),
        Field("d", required=True),
        Field("e"),
    )
    assert found == [
        "a: The length of 'a' must be 2 characters or fewer. You entered 3 characters.",
        "b: 'b' must be a string.",
        "c: 'c' has a value 'no' that is not one of: Yes, Maybe.",
        "d: 'd' must not be empty.",
    ]


def test_a_nested_field_is_required_only_where_its_parent_stands() -> None:
    field = Field("rules[].name", required=True)
    assert wrong({}, field) == []
    assert wrong({"rules": [{"name": "x"}]}, field) == []
    assert wrong({"rules": [{"name": "x"}, {}]}, field) == ["rules[].name: 'name' must not be empty."]


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (Field("x", "boolean"), True, "true"),
        (Field("x", "integer", least=1, most=3), 3, 4),
        (Field("x", "integer"), 3, 3.5),
        (Field("x", "integer"), 3, True),
        (Field("x", "number", least=0, most=100), 0.5, -0.5),
        (Field("x", "object"), {}, []),
        (Field("x", "array", shortest=1), [1], []),
        (Field("x", "array", longest=1), [1], [1, 2]),
        (Field("x", "duration"), "PT30S", "30"),
        (Field("x", "uri"), "https://a.test/b", "a.test"),
        (Field("x", "uri"), "{{backend-url}}", "/b"),
        (Field("x", form="[a-z]+"), "abc", "abc1"),
        (Field("x", choices=("Single",)), "SINGLE", "Double"),
    ],
)
def test_types(field: Field, good: object, bad: object) -> None:
    assert wrong({"x": good}, field) == []
    assert len(wrong({"x": bad}, field)) == 1


@pytest.mark.parametrize("text", ["PT1M", "PT30S", "P1D", "P1Y2M3W4DT5H6M7.5S", "PT0.5S", "P7W"])
def test_durations(text: str) -> None:
    assert DURATION.match(text)


@pytest.mark.parametrize("text", ["", "P", "PT", "P1", "1M", "PT1", "P1DT", "PT1H30", "-PT1M", "00:00:30", "PT1M "])
def test_texts_that_are_no_durations(text: str) -> None:
    assert not DURATION.match(text)
