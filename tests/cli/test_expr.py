"""`apim-ai expr` as a user calls it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.cli.group import run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_value_is_printed_as_the_gateway_writes_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["expr", "@(1 + 2)"]) == 0
    assert capsys.readouterr().out == "3\n"
    assert run(["expr", "@(null)"]) == 0
    assert capsys.readouterr().out == "null\n"


def test_json_has_the_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["expr", "@(1L)", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"type": "System.Int64", "value": "1"}


def test_a_compile_error_shows_the_place_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["expr", "@(Nope)"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.splitlines()
    assert lines[0].startswith("1:3: error: ")
    assert lines[1:] == ["  @(Nope)", "    ^^^^"]


def test_a_runtime_error_names_the_exception(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["expr", '@(int.Parse("x"))']) == 1
    assert capsys.readouterr().err.startswith("System.FormatException: ")


def test_a_context_comes_from_a_file_or_stdin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    context = '{"variables": {"team": "alpha"}}'
    (tmp_path / "context.json").write_text(context, "utf-8")
    expression = '@((string)context.Variables["team"])'
    assert run(["expr", expression, "--context", str(tmp_path / "context.json")]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(context))
    assert run(["expr", expression, "--context", "-"]) == 0
    assert capsys.readouterr().out == "alpha\nalpha\n"


def test_a_batch_answers_each_line_in_order(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.StringIO('{"id": 1, "expression": "@(1)"}\n\nnonsense\n{"id": 2, "expression": "@(2)"}\n')
    )
    assert run(["expr", "--batch"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer.get("value") for answer in answers] == ["1", None, "2"]
    assert answers[1]["error"]["kind"] == "input"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no expression"),
        (["@(1)", "--setting", "nope=1"], "nope"),
        (["@(1)", "--context", "absent.json"], "'absent.json' cannot be read: no such file or directory\n"),
    ],
)
def test_wrong_input_is_exit_code_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["expr", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_context_nested_without_end_is_wrong_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    assert run(["expr", "@(1)", "--context", str(tmp_path / "deep.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_defect_of_ours_costs_one_line_of_a_batch(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(line: str, _settings: object) -> dict[str, object]:
        if "boom" in line:
            raise RuntimeError("broken")
        return {"id": 2}

    monkeypatch.setattr("apim_ai.expression.evaluation.evaluate_line", broken)
    monkeypatch.setattr("sys.stdin", io.StringIO('{"id": 1, "expression": "boom"}\n{"id": 2}\n'))
    assert run(["expr", "--batch"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {"id": 1, "error": {"kind": "internal", "message": "internal error: RuntimeError: broken"}}
    assert second == {"id": 2}


def test_half_a_surrogate_pair_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["expr", r'@("\ud800x")', "--format", "json"]) == 0
    assert "\\ud800x" in capsys.readouterr().out
    assert run(["expr", r'@("\ud800x")']) == 0
    assert capsys.readouterr().out == "?x\n"
