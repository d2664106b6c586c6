from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apim_ai.errors import UsageError
from apim_ai.lint import Report, collect, lint_paths
from apim_ai.lint.cache import Cache
from apim_ai.lint.inputs import state_of

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = date(2026, 1, 1)
NOTED = '<policies><inbound><base /><set-header name="a" exists-action="delete"><value>x</value></set-header></inbound></policies>'
SOUND = "<policies><inbound><base /></inbound></policies>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "deep" / "policy.xml").write_text(NOTED, "utf-8")
    return tmp_path / "docs"


@pytest.fixture
def lint(folder: Path) -> Callable[..., Report]:
    def run(*paths: Path, today: date = TODAY, scope: str | None = None) -> Report:
        cache = Cache(folder.parent / "lint.json")
        return lint_paths([str(path) for path in paths or (folder,)], today=today, scope=scope, cache=cache)

    return run


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was collected afresh."""
    found: list[object] = []
    fresh = collect.collect

    def spy(*args: object, **options: object) -> Report:
        found.append(args)
        return fresh(*args, **options)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(collect, "collect", spy)
    return found


def test_where_nothing_has_changed_the_report_is_remembered(lint: Callable[..., Report], looked: list[object]) -> None:
    first = lint()
    assert [finding.rule for finding in first.findings] == ["AIM113"]
    assert lint() == first
    assert len(looked) == 1


@pytest.mark.parametrize("size_changes", [True, False])
def test_a_changed_file_is_looked_at_again(
    lint: Callable[..., Report], looked: list[object], folder: Path, size_changes: bool
) -> None:
    lint()
    file = folder / "deep" / "policy.xml"
    if size_changes:
        file.write_text(SOUND, "utf-8")
    else:
        file.write_text(NOTED.replace('"a"', '"b"'), "utf-8")
        os.utime(file, ns=(1, 1))
    assert len(lint().findings) == int(not size_changes)
    assert len(looked) == 2


def test_a_file_that_came_or_went_is_seen(lint: Callable[..., Report], looked: list[object], folder: Path) -> None:
    lint()
    other = folder / "other.xml"
    other.write_text(NOTED, "utf-8")
    assert lint().files == 2
    other.unlink()
    assert lint().files == 1
    assert len(looked) == 2, "the first report was still known"


def test_another_question_has_another_answer(lint: Callable[..., Report], looked: list[object], folder: Path) -> None:
    lint()
    lint(today=date(2026, 1, 2))
    lint(folder / "deep")
    lint(scope="global")
    assert len(looked) == 4


def test_where_the_project_is_decides_too(
    lint: Callable[..., Report], looked: list[object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    lint(Path())
    monkeypatch.chdir(folder / "deep")
    lint(Path())
    assert len(looked) == 2


def test_a_document_of_a_project_depends_on_the_whole_project(folder: Path) -> None:
    (folder / "apim.yaml").write_text("name: shop\n", "utf-8")
    document = str(folder / "deep" / "policy.xml")
    before = state_of([document])
    (folder / "new.xml").write_text(SOUND, "utf-8")
    assert before not in (None, state_of([document]))


def test_a_linked_folder_makes_nobody_sure(lint: Callable[..., Report], looked: list[object], folder: Path) -> None:
    (folder.parent / "elsewhere").mkdir()
    (folder / "link").symlink_to(folder.parent / "elsewhere")
    lint()
    lint()
    assert len(looked) == 2


def test_a_report_with_a_crashed_rule_is_not_remembered(
    lint: Callable[..., Report], looked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ValueError("x")

    monkeypatch.setattr("apim_ai.lint.engine._local", crash)
    lint()
    lint()
    assert len(looked) == 2


def test_errors_are_not_remembered(lint: Callable[..., Report], folder: Path) -> None:
    for _ in range(2):
        with pytest.raises(UsageError, match="there is no file or folder"):
            lint(folder / "nothing")
