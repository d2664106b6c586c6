"""What `apim-ai route` says; that it turns is shown in tests/ops and tests/deploy."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from tests.ops.memory import Memory

from apim_ai.cli.commands import route
from apim_ai.cli.group import run
from apim_ai.ops.route import Routes


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def production(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = SimpleNamespace(env="prod", production=True, local=False)
    opened = bundle, Routes(memory, "shop", {"gpt-4o": "pool"})

    def open_(*_: object) -> object:
        return opened

    monkeypatch.setattr(route, "_open", open_)


@pytest.mark.usefixtures("production")
def test_the_plan_is_shown_and_the_way_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["route", "set", "gpt-4o", "payg", "--env", "prod", "--reason", "full", "--yes"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown == [
        "plan: update namedValues/route-gpt-4o-backend: pool → payg; no policy is deployed",
        "gpt-4o: pool → payg",
        "back with: apim-ai route set gpt-4o pool --env prod --reason 'way back'",
    ]


@pytest.mark.usefixtures("production")
def test_production_asks_and_nobody_answers(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["route", "set", "gpt-4o", "payg", "--env", "prod", "--reason", "full"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert run(["route", "set", "gpt-4o", "payg", "--env", "prod", "--yes"]) == 2
    assert "--reason" in capsys.readouterr().err
    assert memory.writes == []


@pytest.mark.usefixtures("production")
def test_where_it_goes_already(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["route", "set", "gpt-4o", "pool", "--env", "prod", "--reason", "full"]) == 0
    assert capsys.readouterr().out == "nothing to do: gpt-4o goes to pool already\n"
    assert memory.writes == []


@pytest.mark.usefixtures("production")
def test_list(memory: Memory, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["route", "list", "--env", "prod"]) == 0
    memory.named("route-gpt-4o-backend", "payg")
    assert capsys.readouterr().out == "gpt-4o: pool\n"


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("list", "set"):
        assert run(["route", command, "--help"]) == 0
        assert f"apim-ai route {command} " in capsys.readouterr().out


def test_this_machine_s_own_gateway_is_turned_without_a_question(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = SimpleNamespace(env="local", production=False, local=True)
    opened = bundle, Routes(memory, "shop", {"gpt-4o": "pool"})

    def open_(*_: object) -> object:
        return opened

    monkeypatch.setattr(route, "_open", open_)
    assert run(["route", "set", "gpt-4o", "payg", "--env", "local"]) == 0
    assert "gpt-4o: pool → payg" in capsys.readouterr().out
    assert memory.writes != []
