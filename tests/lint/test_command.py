from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.cli import main

if TYPE_CHECKING:
    from pathlib import Path

BASIC = '<policies><inbound><base /><authentication-basic username="u" password="p" /></inbound></policies>'
IGNORED = '<policies><inbound><base /><set-header name="a" exists-action="delete"><value>x</value></set-header></inbound></policies>'


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["lint", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def write(folder: Path, text: str) -> str:
    file = folder / "policy.xml"
    file.write_text(text, "utf-8")
    return str(file)


def test_findings_at_the_level_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write(tmp_path, BASIC), "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert [finding["rule"] for finding in document["findings"]] == ["AIM441"]
    assert document["summary"] == {"files": 1, "errors": 1, "warnings": 0, "infos": 0}
    file = write(tmp_path, IGNORED)
    assert [run(file), run(file, "--fail-on", "warning"), run(file, "--fail-on", "info")] == [0, 0, 1]


def test_a_broken_document_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write(tmp_path, "<policies><inbound>"), "--format", "json") == 1
    assert {f["rule"] for f in json.loads(capsys.readouterr().out)["findings"]} == {"AIM001"}


def test_wrong_input_is_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path / "gone.xml")) == 2
    assert "there is no file or folder" in capsys.readouterr().err
    assert run("--scope", "galaxy", str(tmp_path)) == 2
    assert run("--explain", "AIM999") == 2


def test_rules_are_explained_and_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--explain", "spoofable-counter-key") == 0
    page = capsys.readouterr().out
    assert page.startswith("AIM401 spoofable-counter-key (error)")
    assert "Bad:" in page
    assert "Good:" in page
    assert run("--list-rules") == 0
    assert "AIM401  error    spoofable-counter-key" in capsys.readouterr().out
