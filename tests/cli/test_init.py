from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.cli.group import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_new_project_renders_and_says_what_comes_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    target = tmp_path / "gateway"
    assert run(["init", str(target)]) == 0
    assert "apim-ai lint" in capsys.readouterr().out
    assert run(["render", str(target), "--env", "prod"]) == 0
    assert (target / "build" / "prod" / "resources.json").is_file()
    assert (target / "build" / "prod" / "policyFragments" / "token-limit.xml").is_file()


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "x").write_text("mine")
    assert run(["init", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
