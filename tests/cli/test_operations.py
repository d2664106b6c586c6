"""`access-map`, `regions` and `capacity` as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apim_ai.cli.group import run

PROJECT = ("--project", str(Path(__file__).parents[2]))


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run([*arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_access_map(capsys: pytest.CaptureFixture[str]):
    hops = document(capsys, "access-map", "--env", "prod", *PROJECT)["hops"]
    assert hops[0] == {
        "caller": "user", "callee": "bot", "kind": "outside", "mechanism": "outside this gateway", "fragment": None,
        "role": None, "checked": None, "declared": True, "region": None,
    }  # fmt: skip
    assert run(["access-map", "--env", "prod", *PROJECT]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(hops) + 1
    assert "NOTHING" not in "".join(lines)
    assert "the backend's credentials" in "".join(lines)
    assert run(["access-map", "--env", "prod", "--format", "mermaid", *PROJECT]) == 0
    assert capsys.readouterr().out.startswith("flowchart LR\n")


def test_regions(capsys: pytest.CaptureFixture[str]):
    found = document(capsys, "regions", "--env", "prod", *PROJECT)
    assert (found["service_region"], found["hops"][0]["backend"]) == ("westeurope", "aoai-payg")
    assert run(["regions", "--env", "prod", *PROJECT]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "the service runs in westeurope"
    assert "aoai-payg        swedencentral  yes      aoai-pool  inside" in lines[2]


def test_capacity(capsys: pytest.CaptureFixture[str]):
    found = document(capsys, "capacity", "--users", "2000")
    assert [case["orchestrator_instances"] for case in found["cases"]] == [{"20": 2, "50": 2}, {"20": 3, "50": 2}]
    assert found["configured"] is None
    assert run(["capacity", "--users", "2000", "--assume", "burst=6", "--env", "prod", *PROJECT]) == 0
    text = capsys.readouterr().out
    assert "orchestrator instances at 20 executions each" in text
    assert "is NOT enough in the high case" in text
    assert any(line.split()[:4] == ["burst", "6", "6", "given"] for line in text.splitlines())
    for assumption in found["assumptions"]:
        assert assumption["name"] in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("capacity", "--users", "0"), "is no number of users"),
        (("capacity", "--users", "5", "--assume", "bursts=1"), 'did you mean "burst"?'),
        (("access-map", "--env", "prdo", *PROJECT), 'did you mean "prod"?'),
        (("regions", "--env", "prdo", *PROJECT), 'did you mean "prod"?'),
    ],
)
def test_what_is_wrong_is_told_with_code_2(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str):
    assert run([*arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", ["access-map", "regions", "capacity"])
def test_help_has_examples(command: str, capsys: pytest.CaptureFixture[str]):
    assert run([command, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Examples:" in shown
    assert f"apim-ai {command} --" in shown
