from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from apim_ai.document import parse
from apim_ai.lint import Linter, Subject
from apim_ai.lint.cache import Cache
from apim_ai.source import LineMap, Source

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.finding import Finding

TEXT = '<policies><inbound><base /><base /><authentication-basic username="u" password="p" /></inbound></policies>'


def subject(text: str = TEXT, path: str = "a.xml", line_map: LineMap | None = None) -> Subject:
    return Subject(parse(Source(path, text, line_map)), "api")


def lint(file: Path, given: Subject) -> tuple[Finding, ...]:
    cache = Cache(file)
    linter = Linter(date(2026, 1, 1), cache=cache)
    linter.document(given)
    cache.save()
    return linter.report().findings


def test_kept_findings_are_those_that_were_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "deep" / "lint.json"
    fresh = lint(file, subject())
    assert {f.rule for f in fresh} == {"AIM013", "AIM441"}

    def look(*_: object) -> None:
        pytest.fail("looked again")

    monkeypatch.setattr("apim_ai.lint.engine._local", look)
    assert lint(file, subject()) == fresh


@pytest.mark.parametrize(
    "other",
    [
        subject(TEXT.replace("<base /><base />", "<base />")),
        subject(path="b.xml"),
        subject(line_map=LineMap((("t.j2", 7),), frozenset({1}))),
        Subject(parse(Source("a.xml", TEXT)), "global"),
        Subject(parse(Source("a.xml", TEXT)), "api", gateway="v2"),
        Subject(parse(Source("a.xml", TEXT), format="xml"), "api"),
    ],
)
def test_whatever_a_finding_depends_on_is_in_the_key(tmp_path: Path, other: Subject) -> None:
    cache = Cache(tmp_path / "lint.json")
    assert cache.key(other) != cache.key(subject())


@pytest.mark.parametrize("content", ["", "{", "[]", '{"stamp": "other", "entries": {"x": []}, "runs": {}}'])
def test_a_file_of_no_use_is_empty(tmp_path: Path, content: str) -> None:
    file = tmp_path / "lint.json"
    file.write_text(content, "utf-8")
    assert {f.rule for f in lint(file, subject())} == {"AIM013", "AIM441"}
    assert len(json.loads(file.read_text("utf-8"))["entries"]) == 1


def test_a_file_that_cannot_be_written_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert lint(tmp_path / "file" / "lint.json", subject())
