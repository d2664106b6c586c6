"""`apim-ai policies`, held against the policy cases and against what policies do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.policy.used import running_cases

from apim_ai.cases.load import load_file
from apim_ai.cases.run import Runner
from apim_ai.cli.group import run
from apim_ai.config import GatewaySettings
from apim_ai.definition import POLICIES
from apim_ai.family.fidelity import LEVELS, all_fidelities, fidelity_of
from apim_ai.family.unsupported import UnsupportedPolicy

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.family.fidelity import Fidelity

ALL = {each.name: each for each in all_fidelities()}
EVERYWHERE = frozenset(
    {"compose", "dotnet", "errors", "expressions", "gateway", "mi", "named_values", "pipeline", "policies", "settings"}
)
"""Groups of settings that decide things of the gateway as a whole."""


def test_every_policy_is_listed() -> None:
    assert set(ALL) == set(POLICIES.names)


def test_every_setting_belongs_to_a_policy_or_to_the_gateway() -> None:
    named = {setting for each in ALL.values() for setting in each.settings}
    left = {info.name for info in GatewaySettings.table()} - named
    assert {name for name in left if name.partition(".")[0] not in EVERYWHERE} == set()


@pytest.mark.parametrize("name", POLICIES.names)
def test_settings_are_declared_by_names_that_exist(name: str) -> None:
    policy = POLICIES.find(name)
    assert policy is not None
    names = {info.name for info in GatewaySettings.table()}
    groups = {name.partition(".")[0] for name in names}
    assert set(policy.definition.settings) <= names | groups


@pytest.mark.parametrize("fidelity", [each for each in ALL.values() if each.level != "refused"], ids=lambda f: f.name)
def test_what_runs_has_a_case_in_which_it_ran(fidelity: Fidelity) -> None:
    assert any(fidelity.name in used.policies and used.case.content["steps"] for used in running_cases())


@pytest.mark.parametrize("fidelity", [each for each in ALL.values() if each.level == "refused"], ids=lambda f: f.name)
def test_what_is_refused_stands_in_no_case_that_runs(fidelity: Fidelity) -> None:
    assert not [used.case.name for used in running_cases() if fidelity.name in used.policies]
    assert fidelity.why


@pytest.mark.parametrize(
    "fidelity", [each for each in ALL.values() if each.level == "configurable"], ids=lambda f: f.name
)
def test_a_setting_decides_in_some_case(fidelity: Fidelity) -> None:
    used = {setting for each in running_cases() for setting in each.settings}
    assert used & set(fidelity.settings)


def test_what_is_approximated_says_how() -> None:
    assert all(each.why for each in ALL.values() if each.level == "approximated")
    assert not any(each.why for each in ALL.values() if each.level in ("exact", "configurable"))


def test_a_refused_policy_is_named_by_a_case_that_reaches_it(tmp_path: Path) -> None:
    case = tmp_path / "x.case.yaml"
    policy = '<policies><inbound><base /><publish-to-dapr topic="t">x</publish-to-dapr></inbound></policies>'
    case.write_text(f"policy: '{policy}'\nsteps: [{{request: {{url: /}}}}]\n", encoding="utf-8")
    result = Runner().run(load_file(case).cases[0])
    assert (result.unsupported, ALL["publish-to-dapr"].level) == ("publish-to-dapr", "refused")


def test_a_policy_that_nobody_runs_is_refused_whatever_else_it_says() -> None:
    policy = POLICIES.find("publish-to-dapr")
    assert policy is not None
    assert issubclass(policy, UnsupportedPolicy)
    assert fidelity_of(policy).why == f"needs {policy.needs}"


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["summary"] == {level: sum(each.level == level for each in ALL.values()) for level in LEVELS}
    retry = next(each for each in document["policies"] if each["name"] == "retry")
    assert (retry["level"], retry["why"], "retry.swallow_errors" in retry["settings"]) == ("configurable", None, True)


def test_text_fits_the_terminal_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("refused (") for line in lines)
    assert any("needs a Dapr sidecar" in line for line in lines)


def test_some_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "cors", "--format", "json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)["policies"]] == ["cors"]


def test_an_unknown_name_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["policies", "crs"]) == 2
    assert "there is no policy 'crs'" in capsys.readouterr().err
