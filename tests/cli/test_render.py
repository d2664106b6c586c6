from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.cli.group import run

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_input_gives_the_same_bytes(tmp_path: Path):
    for name in ("a", "b"):
        assert run(["render", str(ROOT), "--env", "dev", "--out", str(tmp_path / name)]) == 0
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert len(files(tmp_path / "a")) > 30


def test_variables_may_be_given(tmp_path: Path):
    out = tmp_path / "out"
    url = "http://127.0.0.1:4711"
    assert run(["render", str(ROOT), "--env", "local", "--out", str(out), "--var", f"hosts.orchestrator={url}"]) == 0
    assert url in (out / "resources.json").read_text(encoding="utf-8")


def test_what_is_wrong_is_told_with_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["render", str(ROOT), "--env", "prd", "--out", str(tmp_path)]) == 2
    assert 'did you mean "prod"?' in capsys.readouterr().err
    assert run(["render", str(ROOT), "--env", "dev", "--out", str(tmp_path / "o"), "--var", "hosts"]) == 2
    assert run(["render", str(tmp_path), "--env", "dev"]) == 2
    (tmp_path / "mine.txt").write_text("x")
    assert run(["render", str(ROOT), "--env", "dev", "--out", str(tmp_path)]) == 2
    assert "did not write" in capsys.readouterr().err


def test_secrets_are_not_written(tmp_path: Path):
    assert run(["render", str(ROOT), "--env", "local", "--out", str(tmp_path / "o")]) == 0
    assert b"salt-of-this-machine" not in b"".join(files(tmp_path / "o").values())
