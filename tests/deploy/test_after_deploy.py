"""`deploy --wait`, `--rollback-on-failure` and `smoke` as a user calls them; the gateway is mocked, the plane is not."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from apim_ai.cli.group import run
from apim_ai.deploy.client import Client
from apim_ai.deploy.serving import HEADER
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from pathlib import Path

    import respx

    from .plane import Plane

GATEWAY = "http://127.0.0.1:18080"
PROJECT = "name: shop\napis: [health]\nnamed_values: {limit: 100}\n"
ENVIRONMENT = "local: true\nsubscription: 00000000-0000-0000-0000-000000000000\nresource_group: local\nservice: local\n"
API = "display_name: Health\npath: health\nsubscription_required: false\n"
OPENAPI = """\
openapi: 3.0.3
info: {title: Health, version: "1"}
paths:
  /:
    get: {operationId: health, responses: {"200": {description: fine}}}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "apim.yaml": PROJECT,
        "tiers.yaml": "default: gold\ntiers: {gold: {tpm: 1000, rps: 10, quota: 100000}}\n",
        "environments/local.yaml": ENVIRONMENT,
        "apis/health/api.yaml": API,
        "apis/health/openapi.yaml": OPENAPI,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    for folder in ("products", "policies/fragments"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


class Gateway:
    """Answers with the release that the control plane has, or badly."""

    def __init__(self, plane: Plane, respx_mock: respx.MockRouter) -> None:
        self.status = 200
        self._client = Client(plane.target)
        respx_mock.get(f"{GATEWAY}/health").mock(side_effect=self._answer)

    def value(self, name: str) -> str:
        entity = self._client.get(kinds.find("named_value"), f"namedValues/{name}")
        return str(entity.properties["value"]) if entity else "none"

    def _answer(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(self.status, headers={HEADER: self.value("apim-ai-release"), "x-correlation-id": "c"})


@pytest.fixture
def gateway(plane: Plane, respx_mock: respx.MockRouter) -> Gateway:
    return Gateway(plane, respx_mock)


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    code = run([*arguments, "--gateway", GATEWAY, "--format", "json"])
    captured = capsys.readouterr()
    return code, json.loads(captured.out), captured.err


def states(checks: list[dict[str, str]]) -> dict[str, str]:
    return {check["name"]: check["state"] for check in checks}


def test_wait_then_smoke(gateway: Gateway, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project))
    code, deployed, _ = call(capsys, "deploy", *place, "--yes", "--wait", "--rollback-on-failure")
    assert (code, deployed["served"], deployed["rolled_back_to"]) == (0, True, None)
    assert states(deployed["smoke"]) == {
        "health": "ok",
        "correlation header": "ok",
        "release header": "ok",
        "refused without a token": "not checked",
        "completion": "not checked",
    }
    assert deployed["release"] == gateway.value("apim-ai-release")


def test_a_failure_is_rolled_back(gateway: Gateway, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project), "--yes", "--wait", "--rollback-on-failure")
    first = call(capsys, "deploy", *place)[1]["release"]
    gateway.status = 500
    (project / "apim.yaml").write_text(PROJECT.replace("100", "200"))
    code, deployed, _ = call(capsys, "deploy", *place)
    assert (code, deployed["rolled_back_to"]) == (1, first)
    assert states(deployed["smoke"])["health"] == "failed"
    assert gateway.value("limit") == "100"


def test_without_a_former_release_it_says_so(
    gateway: Gateway, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.status = 500
    place = ("--env", "local", "--project", str(project), "--yes", "--wait", "--rollback-on-failure")
    code, deployed, err = call(capsys, "deploy", *place)
    assert (code, deployed["rolled_back_to"]) == (1, None)
    assert "not rolled back: there is no former release" in err


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_reports_show_it(gateway: Gateway, project: Path, capsys: pytest.CaptureFixture[str], format_: str) -> None:
    place = ("--env", "local", "--project", str(project), "--yes", "--wait", "--rollback-on-failure")
    first = call(capsys, "deploy", *place)[1]["release"]
    gateway.status = 500
    (project / "apim.yaml").write_text(PROJECT.replace("100", "200"))
    assert run(["deploy", *place, "--gateway", GATEWAY, "--format", format_]) == 1
    out = capsys.readouterr().out
    assert "GET /health answers 500" in out
    assert f"olled back to {first}" in out.replace("`", "")


def test_smoke(gateway: Gateway, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ("--env", "local", "--project", str(project))
    assert states(call(capsys, "smoke", *place)[1]["checks"])["release header"] == "not checked"
    assert call(capsys, "deploy", *place, "--yes")[0] == 0
    code, found, _ = call(capsys, "smoke", *place)
    assert (code, states(found["checks"])["release header"]) == (0, "ok")
    gateway.status = 503
    assert run(["smoke", *place, "--gateway", GATEWAY, "--format", "junit"]) == 1
    assert ET.fromstring(capsys.readouterr().out).get("failures") == "1"  # noqa: S314 - our own text
    assert run(["smoke", *place, "--gateway", GATEWAY]) == 1
    assert "FAILED       health" in capsys.readouterr().out


def test_smoke_needs_an_address(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless(_: object) -> dict[str, object]:
        return {}

    monkeypatch.setattr("apim_ai.deploy.client.Client.describe", nameless)
    assert run(["smoke", "--env", "local", "--project", str(project)]) == 2
    assert "pass --gateway" in capsys.readouterr().err
    assert plane.target.is_local


CASE = """\
name: answers
policy: |
  <policies>
    <inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>
  </policies>
mocks: [{responses: [{status: 200}]}]
steps: [{request: {url: /}, expect: {status: 200}}]
"""


def test_a_failing_case_is_not_deployed(
    plane: Plane, project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = ("--env", "local", "--project", str(project), "--yes")
    case = project / "policies" / "answers.case.yaml"
    case.write_text(CASE.replace("{status: 200}}]\n", "{status: 201}}]\n"))
    (project / "apis" / "broken.case.yaml").write_text("name: broken\nsteps: 5\n")
    code, answer, _ = call(capsys, "deploy", *place)
    assert code == 1
    assert 'the policy case "broken" cannot be loaded' in answer["error"]["message"]
    assert "--skip-checks" in answer["error"]["help"]
    (project / "apis" / "broken.case.yaml").unlink()
    code, answer, _ = call(capsys, "deploy", *place)
    assert (code, 'the policy case "answers" fails' in answer["error"]["message"]) == (1, True)
    assert not plane.store.resources()
    assert call(capsys, "deploy", *place, "--skip-checks")[0] == 0
    assert run(["history", *place[:4], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["skipped_checks"] is True
    case.write_text(CASE)
    (project / "apim.yaml").write_text(PROJECT.replace("100", "200"))
    monkeypatch.setitem(sys.modules, "apim_ai.cases.run", None)
    code, _, err = call(capsys, "deploy", *place)
    assert (code, "were not run" in err) == (0, True)
