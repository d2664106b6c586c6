from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.finding import Finding, Related
from apim_ai.lint import Report
from apim_ai.lint.reporters import formats, reporter
from apim_ai.source import Span

if TYPE_CHECKING:
    from pathlib import Path

FINDING = Finding(
    "AIM401", "spoofable-counter-key", "error", "the key, 100% chosen", Span("p/a.xml", 2, 3, 2, 9),
    policy="rate-limit-by-key", help="count by subscription", related=(Related(Span("p/a.xml", 1, 1, 1, 2), "read here"),),
)  # fmt: skip
REPORT = Report((FINDING,), 4)
CLEAN = Report((), 2)


def test_formats_are_the_files_of_the_folder() -> None:
    assert formats() == ("github", "json", "sarif", "text")
    with pytest.raises(KeyError):
        reporter("xml")


def test_json_has_the_shape_of_the_contracts() -> None:
    assert json.loads(reporter("json")(REPORT, color=False)) == {
        "findings": [
            {
                "rule": "AIM401", "name": "spoofable-counter-key", "severity": "error", "message": "the key, 100% chosen",
                "file": "p/a.xml", "line": 2, "column": 3, "end_line": 2, "end_column": 9, "policy": "rate-limit-by-key",
                "fixable": False, "help": "count by subscription",
                "related": [{"file": "p/a.xml", "line": 1, "column": 1, "message": "read here"}],
            }
        ],
        "summary": {"files": 4, "errors": 1, "warnings": 0, "infos": 0},
    }  # fmt: skip


def test_github_commands_are_escaped() -> None:
    assert reporter("github")(REPORT, color=False) == (
        "::error file=p/a.xml,line=2,endLine=2,col=3,endColumn=9,title=AIM401 spoofable-counter-key"
        "::the key, 100%25 chosen%0Acount by subscription"
    )
    assert reporter("github")(CLEAN, color=False) == ""


def test_sarif_declares_every_rule_and_locates_results() -> None:
    log = json.loads(reporter("sarif")(REPORT, color=False))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert rules[result["ruleIndex"]]["id"] == "AIM401"
    assert rules[result["ruleIndex"]]["properties"]["security-severity"] == "8.0"
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 9,
    }  # fmt: skip
    assert result["relatedLocations"][0]["message"]["text"] == "read here"
    assert json.loads(reporter("sarif")(CLEAN, color=False))["runs"][0]["results"] == []


def test_text_shows_the_line_and_a_caret(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text("first\n\tsecond line\n", "utf-8")
    finding = Finding("AIM401", "n", "error", "wrong", Span(str(file), 2, 2, 2, 8), help="do this")
    text = reporter("text")(Report((finding,), 1), color=False)
    assert text.splitlines() == [
        f"{file}:2:2: error[AIM401] wrong (n)",
        "  2 |  second line",
        "    |  ^^^^^^",
        "  help: do this",
        "",
        "1 file checked: 1 error",
    ]
    assert "\x1b[1;31m" in reporter("text")(Report((finding,), 1), color=True)


def test_text_cuts_long_lines_and_does_without_the_file(tmp_path: Path) -> None:
    file = tmp_path / "long.xml"
    file.write_text("x" * 300 + "HERE" + "y" * 300, "utf-8")
    long = Finding("AIM001", "n", "error", "m", Span(str(file), 1, 301, 1, 305))
    lines = reporter("text")(Report((long,), 1), color=False).splitlines()
    assert len(lines[1]) < 130
    assert lines[1][lines[2].index("^") :].startswith("HERE")
    gone = Finding("AIM001", "n", "error", "m", Span("gone.xml", 1, 2, 1, 3))
    assert reporter("text")(Report((gone,), 1), color=False).splitlines()[0] == "gone.xml:1:2: error[AIM001] m (n)"


def test_text_says_when_all_is_well() -> None:
    assert reporter("text")(CLEAN, color=False) == "2 files checked, nothing to object to"


def test_text_gives_a_terminal_no_commands(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text("<policies><in\x1b[31mbound /></policies>")
    span = Span(str(file), 1, 11, 1, 20)
    shown = reporter("text")(
        Report((Finding("AIM001", "unreadable-document", "error", "no '\x1b[2J'", span),), 1), color=False
    )
    assert "\x1b" not in shown
    assert "no '\ufffd[2J'" in shown
