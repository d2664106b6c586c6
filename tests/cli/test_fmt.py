"""`apim-ai fmt` on files and standard input."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.cli.group import run

if TYPE_CHECKING:
    from pathlib import Path

UNTIDY = "<policies><inbound><base/></inbound></policies>"
TIDY = "<policies>\n  <inbound>\n    <base />\n  </inbound>\n</policies>\n"
CUT = '<fragment><set-status code="200" {% if a %}reason="OK"{% endif %} /></fragment>'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "untidy.xml").write_text(UNTIDY)
    (tmp_path / "tidy.xml.j2").write_text(TIDY)
    (tmp_path / "pom.xml").write_text("<project><a/></project>")
    return tmp_path


def test_files_are_written(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["fmt"]) == 0
    assert (folder / "untidy.xml").read_text() == TIDY
    assert (folder / "pom.xml").read_text() == "<project><a/></project>"
    assert capsys.readouterr().out == "1 file reformatted, 1 file left unchanged\n"
    assert run(["fmt"]) == 0
    assert capsys.readouterr().out == "2 files left unchanged\n"


def test_check_writes_nothing_and_answers_1(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["fmt", "--check", "."]) == 1
    assert capsys.readouterr().out == (
        "Would reformat: untidy.xml\n1 file would be reformatted, 1 file already formatted\n"
    )
    assert (folder / "untidy.xml").read_text() == UNTIDY
    assert run(["fmt", "--check", "tidy.xml.j2"]) == 0


def test_diff_shows_the_change(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["fmt", "--diff", "untidy.xml"]) == 1
    shown = capsys.readouterr()
    assert shown.out.startswith("--- untidy.xml\n+++ untidy.xml\n@@ -1 +1,5 @@\n-<policies>")
    assert "would be reformatted" in shown.err
    assert (folder / "untidy.xml").read_text() == UNTIDY


def test_a_broken_file_is_an_error_and_costs_no_other(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "broken.xml").write_text("<policies><inbound></policies>")
    (folder / "latin.xml").write_bytes(b"<policies>\xe9</policies>")
    assert run(["fmt"]) == 2
    shown = capsys.readouterr()
    assert "error: broken.xml:1:11: '<inbound>' is not closed before" in shown.err
    assert "help: add </inbound>" in shown.err
    assert "error: latin.xml:1:11: this is not UTF-8 text" in shown.err
    assert (folder / "untidy.xml").read_text() == TIDY


def test_a_template_that_cannot_be_formatted_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "cut.xml.j2").write_text(CUT)
    assert run(["fmt", "--check", "cut.xml.j2"]) == 0
    assert "left alone: cut.xml.j2:1:" in capsys.readouterr().err
    assert run(["fmt"]) == 0
    assert (folder / "cut.xml.j2").read_text() == CUT


def test_a_file_that_is_named_must_be_a_policy_document(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["fmt", str(folder / "pom.xml")]) == 2
    assert "this is no policy document" in capsys.readouterr().err
    assert run(["fmt", "nowhere"]) == 2
    assert "there is no file or folder 'nowhere'" in capsys.readouterr().err


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("sys.stdin", io.StringIO(UNTIDY))
    assert run(["fmt", "-"]) == 0
    assert capsys.readouterr().out == TIDY
    monkeypatch.setattr("sys.stdin", io.StringIO(UNTIDY))
    assert run(["fmt", "--check", "-"]) == 1
    monkeypatch.setattr("sys.stdin", io.StringIO("<policies>"))
    assert run(["fmt", "-", "--stdin-filename", "a.xml"]) == 2
    assert "error: a.xml:1:1: '<policies>' is never closed" in capsys.readouterr().err


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "broken.xml").write_text("<policies>")
    assert run(["fmt", "--check", "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["summary"] == {"files": 3, "changed": 1, "errors": 1}
    assert [(each["file"], each["changed"], each["error"] is None) for each in document["files"]] == [
        ("broken.xml", False, False),
        ("tidy.xml.j2", False, True),
        ("untidy.xml", True, True),
    ]


def test_indentation(folder: Path):
    assert run(["fmt", "--indent", "4", "untidy.xml"]) == 0
    assert "\n        <base />\n" in (folder / "untidy.xml").read_text()
