from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from apim_ai.errors import UsageError
from apim_ai.lint import Report, lint_paths

TODAY = date(2026, 1, 1)
SOUND = "<policies><inbound><base /></inbound></policies>"
IGNORED = '<set-header name="a" exists-action="delete"><value>x</value></set-header>'
NOTED = f"<policies><inbound><base />{IGNORED}</inbound></policies>"


def lint(*paths: Path | str, env: str | None = None, scope: str | None = None) -> Report:
    return lint_paths([str(path) for path in paths], today=TODAY, env=env, scope=scope)


def rules(report: Report) -> list[str]:
    return [finding.rule for finding in report.findings]


def test_a_lone_document_needs_no_project(tmp_path: Path) -> None:
    file = tmp_path / "policy.xml"
    file.write_text(NOTED, "utf-8")
    report = lint(file)
    assert (rules(report), report.files) == (["AIM113"], 1)
    assert report.findings[0].span.file == str(file)


def test_a_folder_is_searched(tmp_path: Path) -> None:
    for name in ("a/one.xml", "b/two.xml.j2", ".hidden/three.xml", "b/note.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(NOTED, "utf-8")
    report = lint(tmp_path)
    assert [Path(f.span.file).name for f in report.findings] == ["one.xml", "two.xml.j2"]
    assert report.files == 2


def test_one_bad_file_costs_no_other_report(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(b"\xff\x00\x80")
    (tmp_path / "b.xml").write_text("<policies><inbound>", "utf-8")
    (tmp_path / "c.xml").write_text(NOTED, "utf-8")
    (tmp_path / "d.xml.j2").write_text("{% if %}", "utf-8")
    (tmp_path / "e.xml").write_text("", "utf-8")
    report = lint(tmp_path)
    assert report.files == 5
    assert {Path(f.span.file).name: f.rule for f in report.findings if f.rule != "AIM002"} == {
        "a.xml": "AIM001", "b.xml": "AIM001", "c.xml": "AIM113", "d.xml.j2": "AIM001", "e.xml": "AIM001",
    }  # fmt: skip


def test_a_template_alone_has_opaque_variables(tmp_path: Path) -> None:
    file = tmp_path / "policy.xml.j2"
    file.write_text(
        "<policies><inbound><base />\n{% for x in tiers %}<set-variable name='a' value=\"[[ x.tpm ]]\" />\n{% endfor %}"
        + IGNORED
        + "</inbound></policies>",
        "utf-8",
    )
    report = lint(file)
    assert rules(report) == ["AIM113"]
    assert report.findings[0].span.line == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "policy.xml"
    file.write_text(NOTED, encoding)
    assert rules(lint(file)) == ["AIM113"]


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "policy.xml"
    with file.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    report = lint(file)
    assert rules(report) == ["AIM001"]
    assert "52428800 bytes" in report.findings[0].message


def test_a_scope_says_where_a_document_stands(tmp_path: Path) -> None:
    file = tmp_path / "policy.xml"
    file.write_text(SOUND, "utf-8")
    assert rules(lint(file)) == []
    assert rules(lint(file, scope="global")) == ["AIM011"]
    assert rules(lint(file, scope="fragment")) == ["AIM002"]


def test_what_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        lint(tmp_path / "gone.xml")
    with pytest.raises(UsageError, match="no scope"):
        lint(tmp_path, scope="galaxy")
