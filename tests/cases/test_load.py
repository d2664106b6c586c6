from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.cases.load import find_files, load_file
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.cases.load import Loaded

GOOD = """
name: one
policy: <policies/>
steps: [{request: {url: /}, expect: {status: 200}}]
"""


def load(tmp_path: Path, text: str) -> Loaded:
    file = tmp_path / "some.case.yaml"
    file.write_text(text, encoding="utf-8")
    return load_file(file, "some.case.yaml")


def test_a_file_may_hold_several_cases(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"{GOOD}---{GOOD.replace('one', 'two')}")
    assert [case.name for case in loaded.cases] == ["one", "two"]
    assert not loaded.broken


def test_a_case_without_a_name_has_the_files(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD.replace("name: one", "")).cases[0].name == "some"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "stpes: []\n", "some.case.yaml:5:1: unknown key 'stpes' (did you mean 'steps'?)"),
        (GOOD.replace("status: 200", "stauts: 200"), "unknown key 'stauts'"),
        (GOOD + "settings: {gateway.flavour: v2}\n", "some.case.yaml:5:12: unknown key 'gateway.flavour'"),
        (GOOD.replace("{url: /}", "{uri: /}"), "unknown key 'uri'"),
        (GOOD.replace("request: {url: /}", "request: /"), "'request' must be a mapping, not text"),
        (GOOD + "clock: 7\n", "'clock' must be text, not a number"),
        (GOOD + "clock: noon\n", "some.case.yaml:5:8: 'clock' cannot be read: 'noon' is no time"),
        ("name: x\npolicy: <policies/>\n", "a case needs 'steps' or 'refused'"),
        ("- 1\n", "a case is a mapping"),
        ("", "the file holds no case"),
        ("a: [", "not valid YAML"),
        ("a: 1\na: 2\n", "twice"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    loaded = load(tmp_path, text)
    assert not loaded.cases
    assert message in (loaded.broken[0].error or "")
    assert (loaded.broken[0].error or "").startswith("some.case.yaml:")


def test_one_broken_case_leaves_the_others(tmp_path: Path) -> None:
    loaded = load(tmp_path, f"{GOOD}---\nnope: 1\n")
    assert [case.name for case in loaded.cases] == ["one"]
    assert len(loaded.broken) == 1


def test_all_problems_at_once(tmp_path: Path) -> None:
    error = load(tmp_path, GOOD + "foo: 1\nbar: 2\n").broken[0].error or ""
    assert "unknown key 'foo'" in error
    assert "unknown key 'bar'" in error


def test_words_that_old_yaml_took_for_booleans_are_text(tmp_path: Path) -> None:
    case = load(tmp_path, GOOD + "description: on\n").cases[0]
    assert case.content["description"] == "on"


@pytest.mark.parametrize("name", ["some.case.yaml", "some.case.json"])
def test_json_is_read_with_its_pairs_of_surrogates(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    case = {"name": "\U0001f600 \\ud83d\\ude00", "policy": "<policies/>", "steps": [{"request": {"url": "/"}}]}
    file.write_text(json.dumps(case), encoding="utf-8")
    assert [each.name for each in load_file(file).cases] == [case["name"]]


def test_files_are_found_below_folders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("a/x.case.yaml", "b.case.json", "no.yaml", ".hidden/y.case.yaml"):
        (tmp_path / name).write_text(GOOD)
    assert [path.name for path in find_files([str(tmp_path)])] == ["x.case.yaml", "b.case.json"]


def test_a_path_that_does_not_exist_is_said() -> None:
    with pytest.raises(UsageError, match="'nowhere' does not exist"):
        find_files(["nowhere"])
