"""`plan` and `deploy` as a user calls them: files in, exit code and output out, a control plane on a socket between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.cli.group import run
from apim_ai.deploy.client import Client
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from pathlib import Path

    from .plane import Plane

PROJECT = """\
name: shop
apis: []
named_values:
  limit: 100
backends:
  ptu: {url: "https://ptu.example.test", circuit_breaker: {count: 3, statuses: ["429"]}}
  pool: {pool: [{id: ptu}]}
"""
ENVIRONMENT = """\
local: true
subscription: 00000000-0000-0000-0000-000000000000
resource_group: local
service: local
"""
ROUTES = """\
routes:
  small: {deployment: gpt-4o-mini, backend: ptu}
"""
TIERS = """\
default: gold
tiers:
  gold: {tpm: 1000, rps: 10, quota: 100000}
  silver: {tpm: 500, rps: 5, quota: 50000}
profiles:
  incident: {gold: {tpm: 100}, silver: {tpm: 50}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "apim.yaml").write_text(PROJECT)
    (tmp_path / "tiers.yaml").write_text(TIERS)
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "local.yaml").write_text(ENVIRONMENT)
    for folder in ("apis", "products", "policies/fragments"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """Return exit code, the JSON document and what stands on stderr."""
    code = run([*arguments, "--format", "json"])
    captured = capsys.readouterr()
    return code, json.loads(captured.out), captured.err


def test_plan_then_deploy_then_nothing(plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project))
    code, plan, _ = call(capsys, "plan", *place)
    assert code == 0
    assert plan["env"] == "local"
    assert plan["refused"] is None
    assert {"action": "create", "type": "backend", "id": "backends/ptu"}.items() <= plan["changes"][-2].items()
    assert plane.writes() == 0
    code, deployed, err = call(capsys, "deploy", *place, "--yes")
    assert (code, err) == (0, "")
    assert {outcome["state"] for outcome in deployed["outcomes"]} == {"done"}
    assert deployed["release"]
    writes = plane.writes()
    code, again, _ = call(capsys, "deploy", *place, "--yes")
    assert (code, again["outcomes"], again["release"]) == (0, [], deployed["release"])
    assert plane.writes() == writes
    assert list((project / ".apim-ai" / "journal").glob("*.jsonl"))


def test_detailed_exit_codes(plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project))
    assert call(capsys, "plan", *place, "--detailed-exitcode")[0] == 4
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    assert call(capsys, "plan", *place, "--detailed-exitcode")[0] == 0


def test_without_yes_nobody_can_be_asked(plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer, _ = call(capsys, "deploy", "--env", "local", "--project", str(project))
    assert code == 2
    assert answer["error"]["help"] == "pass --yes"
    assert plane.writes() == 0


def test_a_saved_plan_is_executed_only_while_it_holds(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--env", "local", "--project", str(project))
    saved = project / "plan.json"
    assert call(capsys, "plan", *place, "--out", str(saved))[0] == 0
    edited = json.loads(saved.read_text())
    edited["changes"].pop()
    (project / "edited.json").write_text(json.dumps(edited))
    code, answer, _ = call(capsys, "deploy", *place, "--yes", "--plan", str(project / "edited.json"))
    assert code == 2
    assert "was edited" in answer["error"]["message"]
    assert call(capsys, "deploy", *place, "--yes", "--plan", str(saved))[0] == 0
    code, answer, _ = call(capsys, "deploy", *place, "--yes", "--plan", str(saved))
    assert code == 1
    assert "stale" in answer["error"]["message"]


def test_a_saved_plan_keeps_what_it_was_allowed_and_is_stale_when_the_service_moved(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--env", "local", "--project", str(project))
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    (project / "apim.yaml").write_text(PROJECT.replace("  limit: 100\n", "  other: 1\n"))
    saved = str(tmp_path / "plan.json")
    assert call(capsys, "plan", *place, "--prune", "--out", saved)[0] == 0
    client = Client(plane.target)
    client.put(kinds.find("named_value"), "namedValues/limit", {"displayName": "limit", "value": "5"})
    code, answer, _ = call(capsys, "deploy", *place, "--yes", "--plan", saved)
    assert (code, "is stale" in answer["error"]["message"]) == (1, True)
    client.put(kinds.find("named_value"), "namedValues/limit", {"displayName": "limit", "value": "100"})
    client.close()
    monkeypatch.chdir(project)  # another way to name the same project
    code, deployed, _ = call(capsys, "deploy", "--env", "local", "--yes", "--plan", saved)
    assert code == 0
    assert {(o["action"], o["id"]) for o in deployed["outcomes"]} == {
        ("create", "namedValues/other"),
        ("delete", "namedValues/limit"),
    }


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"plan_id": 1}', "\xff"])
def test_what_is_no_plan_is_told(project: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    path = project / "plan.json"
    path.write_bytes(text.encode("latin-1"))
    code, answer, _ = call(capsys, "deploy", "--env", "local", "--project", str(project), "--plan", str(path))
    assert code == 2
    assert str(path) in answer["error"]["message"]


def test_who_was_asked_sees_the_same_plan_executed(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(plane.target)

    def meanwhile(*_: object) -> None:
        client.put(kinds.find("backend"), "backends/ptu", {"url": "https://theirs.test", "protocol": "http"})

    monkeypatch.setattr("apim_ai.cli.commands.deploy.ask", meanwhile)
    code, answer, _ = call(capsys, "deploy", "--env", "local", "--project", str(project))
    assert (code, answer["error"]["message"]) == (1, "the service changed while you were asked")
    client.close()


def test_the_manifest_says_what_exactly_was_deployed(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--env", "local", "--project", str(project), "--yes")
    (project / "apim.yaml").write_text(f"{PROJECT}{ROUTES}variables: {{prompts: {{greeting: 3}}}}\n")
    path = project / "build" / "manifest.json"
    code, deployed, _ = call(capsys, "deploy", *place, "--manifest", str(path))
    first = json.loads(path.read_text())
    assert (code, first["release"], first["complete"]) == (0, deployed["release"], True)
    assert first["versions"] == {"models": {"small": "gpt-4o-mini"}, "prompts": {"greeting": 3}}
    assert {resource["state"] for resource in first["resources"]} == {"done"}
    (release,) = call(capsys, "history", *place[:-1])[1]["releases"]
    assert first["digest"] == release["digest"]
    (project / "apim.yaml").write_text(f"{PROJECT}{ROUTES}".replace("limit: 100", "limit: 200"))
    assert call(capsys, "deploy", *place, "--manifest", str(path))[0] == 0
    second = json.loads(path.read_text())
    former = {resource["id"]: resource["digest"] for resource in first["resources"]}
    changed = [resource for resource in second["resources"] if former[resource["id"]] != resource["digest"]]
    assert [(resource["id"], resource["state"]) for resource in changed] == [("namedValues/limit", "done")]
    code, answer, err = call(capsys, "deploy", *place, "--manifest", str(project / "apim.yaml" / "x"))
    assert (code, answer["outcomes"]) == (0, [])
    assert "warning: cannot write" in err


def test_a_refusal_is_exit_code_1_and_writes_nothing(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--env", "local", "--project", str(project))
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    (project / "apim.yaml").write_text(PROJECT.replace("name: shop", "name: other").replace("ptu.ex", "x.ex"))
    writes = plane.writes()
    code, plan, _ = call(capsys, "plan", *place)
    assert code == 1
    assert 'belongs to the project "shop"' in plan["refused"]
    assert call(capsys, "deploy", *place, "--yes")[0] == 1
    assert plane.writes() == writes


def test_a_control_plane_that_is_not_there(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project), "--control-plane", "http://127.0.0.1:9", "--token", "t")
    code, answer, _ = call(capsys, "plan", *place)
    assert code == 3
    assert "cannot be reached" in answer["error"]["message"]


def test_a_wrong_token(plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project), "--control-plane", plane.target.url, "--token", "wrong")
    code, answer, _ = call(capsys, "plan", *place)
    assert code == 3
    assert "token" in answer["error"]["message"]


def test_text_and_markdown(plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project))
    assert run(["plan", *place]) == 0
    assert "+ backend backends/ptu" in capsys.readouterr().out
    assert run(["plan", *place, "--format", "markdown"]) == 0
    assert capsys.readouterr().out.startswith("<!-- apim-ai plan shop local -->")
    assert run(["deploy", *place, "--yes"]) == 0
    captured = capsys.readouterr()
    assert "is deployed to local" in captured.out
    assert "backends/pool" in captured.err


def test_tiers_turn_without_a_deployment(plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project))
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    code, tiers, _ = call(capsys, "tier", "list", *place)
    assert code == 0
    assert tiers["tiers"][0] == {
        "name": "gold",
        "limits": {"tpm": 1000, "rps": 10, "quota": 100000},
        "override": None,
        "until": None,
        "callers": 0,
    }
    code, switch, _ = call(
        capsys, "tier", "set", "gold", "--tpm", "7", "--for", "30m", "--reason", "slow", "--yes", *place
    )
    assert code == 0
    assert (switch["before"]["tpm"], switch["after"]["tpm"], switch["reason"]) == (1000, 7, "slow")
    assert switch["until"].endswith("Z")
    assert call(capsys, "tier", "show", "gold", *place)[1]["override"]["tpm"] == 7
    code, plan, _ = call(capsys, "plan", *place)
    assert (code, plan["changes"]) == (0, [])
    assert plan["overrides"][0]["tier"] == "gold"
    code, switches, _ = call(capsys, "tier", "profile", "incident", "--yes", *place)
    assert {switch["tier"]: switch["after"]["tpm"] for switch in switches} == {"gold": 100, "silver": 50}
    code, history, _ = call(capsys, "tier", "history", *place)
    assert [change["what"] for change in history["changes"]] == ["tier silver", "tier gold", "tier gold"]
    assert call(capsys, "tier", "profile", "normal", "--yes", *place)[0] == 0
    assert call(capsys, "plan", *place)[1]["overrides"] == []
    assert call(capsys, "tier", "profile", "incidnet", *place)[0] == 2
    assert call(capsys, "tier", "show", "golf", *place)[0] == 2
    assert call(capsys, "tier", "set", "gold", "--tpm", "0", *place)[0] == 1


def test_nobody_turns_a_limit_of_others_unasked(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = project / "environments" / "local.yaml"
    place = ("--env", "local", "--project", str(project))
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    before = plane.writes()
    file.write_text(ENVIRONMENT.replace("local: true", "region: westeurope\nsku: Developer"))
    for command in (("set", "gold", "--tpm", "7"), ("profile", "incident"), ("reset", "gold")):
        code, answer, _ = call(capsys, "tier", *command, *place)
        assert (code, answer["error"]["help"]) == (2, "pass --yes")
    assert plane.writes() == before
    file.write_text(ENVIRONMENT)
    code, answer, _ = call(capsys, "tier", "set", "gold", "--tpm", "7", *place)
    assert (code, answer["after"]["tpm"]) == (0, 7), "this machine's own gateway is turned at once"


def test_no_tier_goes_above_what_the_backends_take(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--env", "local", "--project", str(project))
    limited = (PROJECT + ROUTES).replace("ptu: {", "ptu: {capacity: {tpm: 5000, rpm: 600}, ")
    assert limited != PROJECT + ROUTES
    (project / "apim.yaml").write_text(limited)
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    assert call(capsys, "tier", "list", *place)[1]["capacity"] == {"tpm": 5000, "rps": 10}
    before = plane.writes()
    code, answer, _ = call(capsys, "tier", "set", "gold", "--tpm", "5001", "--yes", *place)
    assert (code, answer["error"]["message"]) == (1, "tpm 5001 is more than all backends together take (tpm 5000)")
    assert plane.writes() == before
    assert call(capsys, "tier", "set", "gold", "--tpm", "5001", "--force", "--yes", *place)[1]["after"]["tpm"] == 5001


def test_drift_history_and_rollback(plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project))
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    (project / "apim.yaml").write_text(PROJECT.replace("limit: 100", "limit: 200"))
    first = call(capsys, "history", *place)[1]["releases"]
    assert {"id", "at", "by", "commit", "digest"} <= first[0].keys()
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    assert len(call(capsys, "history", *place)[1]["releases"]) == 2
    assert call(capsys, "drift", *place)[:2] == (0, call(capsys, "drift", *place)[1])
    client = Client(plane.target)
    client.put(kinds.find("named_value"), "namedValues/limit", {"displayName": "limit", "value": "5"})
    code, drifted, _ = call(capsys, "drift", *place)
    assert code == 1
    assert [(change["id"], change["action"]) for change in drifted["changes"]] == [("namedValues/limit", "update")]
    assert call(capsys, "drift", *place, "--ignore", "namedValues/limit@2999-01-01")[0] == 0
    assert call(capsys, "drift", *place, "--ignore", "namedValues/limit@soon")[0] == 2
    code, plan, _ = call(capsys, "rollback", *place, "--dry-run")
    assert (code, [change["id"] for change in plan["changes"]]) == (0, ["namedValues/limit"])
    code, restored, _ = call(capsys, "rollback", *place, "--yes")
    assert (code, [outcome["state"] for outcome in restored["outcomes"]]) == (0, ["done"])
    entity = client.get(kinds.find("named_value"), "namedValues/limit")
    assert entity is not None
    assert entity.properties["value"] == "100"
    newest = call(capsys, "history", *place)[1]["releases"][0]
    assert newest["rollback_to"] == first[0]["id"]
    assert call(capsys, "rollback", "nope", *place, "--yes")[0] == 2
    client.close()


def test_what_the_linter_objects_to_is_not_deployed(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--env", "local", "--project", str(project))
    (project / "policies" / "fragments" / "broken.xml").write_text("<fragment><no-such-policy /></fragment>")
    code, answer, _ = call(capsys, "deploy", *place, "--yes")
    assert code == 1
    assert "no-such-policy" in answer["error"]["message"]
    assert answer["error"]["where"].endswith("broken.xml:1:11")
    assert plane.writes() == 0
    code, deployed, _ = call(capsys, "deploy", *place, "--yes", "--skip-checks")
    assert code == 3
    assert [o["id"] for o in deployed["outcomes"] if o["state"] == "failed"] == ["policyFragments/broken"]


def test_routes_turn_and_stay_until_the_project_says_otherwise(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--env", "local", "--project", str(project))
    (project / "apim.yaml").write_text(PROJECT + ROUTES)
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    listed = {"routes": [{"name": "small", "backend": "ptu", "override": None}]}
    assert call(capsys, "route", "list", *place)[1] == listed
    code, move, _ = call(capsys, "route", "set", "small", "pool", "--reason", "full", "--yes", *place)
    assert (code, move["before"], move["after"]) == (0, "ptu", "pool")
    assert move["rollback"] == "apim-ai route set small ptu --env local"
    assert call(capsys, "route", "list", *place)[1]["routes"][0]["override"] == "pool"
    code, plan, _ = call(capsys, "plan", *place)
    assert (code, plan["changes"], plan["refused"]) == (0, [], None)
    assert [turned["id"] for turned in plan["turned"]] == ["namedValues/route-small-backend"]
    assert plan["overrides"] == [{"route": "small", "backend": "ptu", "override": "pool"}]
    code, drifted, _ = call(capsys, "drift", *place)
    assert (code, drifted["changes"], drifted["overrides"]) == (0, [], plan["overrides"])
    assert call(capsys, "drift", *place, "--due-days", "0")[0] == 1  # it should be in the project by now
    client = Client(plane.target)
    value = {"displayName": "route-small-backend", "value": "elsewhere"}
    client.put(kinds.find("named_value"), "namedValues/route-small-backend", value)
    assert call(capsys, "drift", *place)[0] == 1  # nobody noted that
    client.put(kinds.find("named_value"), "namedValues/route-small-backend", {**value, "value": "pool"})
    client.close()
    (project / "apim.yaml").write_text(PROJECT + ROUTES.replace("backend: ptu", "backend: pool"))
    assert call(capsys, "plan", *place)[1]["changes"] == []
    assert call(capsys, "tier", "history", *place)[1]["changes"][0]["what"] == "route small"
    assert call(capsys, "route", "set", "smal", "pool", *place)[0] == 2
    assert call(capsys, "route", "set", "small", "pol", *place)[0] == 2
