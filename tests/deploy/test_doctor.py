from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.cli.group import run
from apim_ai.deploy.doctor import Doctor
from apim_ai.deploy.roles import is_permitted, require_roles
from apim_ai.errors import CredentialError, OutsideError
from apim_ai.project import Bundle, Project

from .conftest import Memory
from .plane import TOKEN, running

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = str(Path(__file__).parents[2])


class Examined(Memory):
    """A service in memory that knows permissions."""

    def __init__(self) -> None:
        super().__init__()
        self.granted: list[dict[str, Any]] | None = [{"actions": ["Microsoft.ApiManagement/*"], "notActions": []}]

    def permissions(self) -> Sequence[Mapping[str, Any]] | None:
        return self.granted

    def named(self, name: str, **properties: Any) -> None:
        self.entities[f"namedvalues/{name}"] = (f"namedValues/{name}", {"displayName": name, **properties}, 1)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Project.load(ROOT).bundle("local")


@pytest.fixture
def service() -> Examined:
    return Examined()


def states(bundle: Bundle, service: Examined, *addresses: str) -> dict[str, str]:
    doctor = Doctor(bundle, service, "https://gateway.test", lambda _host: addresses)
    return {check.name: check.state for check in doctor.run()}


def test_all_is_well(bundle: Bundle, service: Examined) -> None:
    service.named("secret", keyVault={"lastStatus": {"code": "Success"}})
    found = states(bundle, service, "10.0.0.1")
    assert {name for name, state in found.items() if state != "ok"} == {"model deployments"}
    assert found["Key Vault reference secret"] == "ok"
    assert found["name 127.0.0.1"] == "ok"


@pytest.mark.parametrize(
    ("change", "name", "state"),
    [
        ({"granted": [{"actions": ["*/read"]}]}, "roles", "failed"),
        ({"granted": None}, "roles", "not checked"),
        ({"described": {"sku": {"name": "StandardV2"}}}, "tier", "failed"),
        ({"described": {"properties": {"provisioningState": "Updating"}}}, "service", "failed"),
        (
            {"described": {"properties": {"publicNetworkAccess": "Disabled"}, "sku": {"name": "Developer"}}},
            "gateway name",
            "failed",
        ),
    ],
)
def test_what_is_wrong_is_found(
    bundle: Bundle, service: Examined, change: dict[str, Any], name: str, state: str
) -> None:
    for key, value in change.items():
        setattr(service, key, value)
    assert states(bundle, service, "20.1.2.3")[name] == state


def test_secrets_and_routes(bundle: Bundle, service: Examined) -> None:
    service.named("denied", keyVault={"lastStatus": {"code": "AccessDenied", "message": "no access"}})
    service.named("new", keyVault={})
    service.named("asked", keyVault={"secretIdentifier": "https://v.test/secrets/a"})
    service.named("route-gpt-4o-backend", value="gone")
    found = states(bundle, service, "10.0.0.1")
    assert found["Key Vault reference denied"] == "failed"
    assert found["Key Vault reference asked"] == "not checked"
    assert found["route gpt-4o"] == "failed"
    assert "Key Vault reference new" not in found


def test_names_that_do_not_resolve(bundle: Bundle, service: Examined) -> None:
    found = states(bundle, service)
    assert (found["gateway name"], found["name 127.0.0.1"]) == ("failed", "not checked")


def test_a_control_plane_that_refuses(bundle: Bundle, service: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Mapping[str, Any]:
        raise CredentialError("the token expired", help="log in again")

    monkeypatch.setattr(service, "describe", refuse)
    found = states(bundle, service, "10.0.0.1")
    assert (found["control plane"], found["roles"], found["gateway name"]) == ("failed", "not checked", "ok")


@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        ([], False),
        ([{"actions": ["*"]}], True),
        ([{"actions": ["*"], "notActions": ["microsoft.apimanagement/service/apis/*"]}], False),
        ([{"actions": ["*"], "notActions": ["*"]}, {"actions": ["Microsoft.ApiManagement/service/apis/write"]}], True),
        ([{"actions": ["*/read"]}], False),
        ([{"actions": None}], False),
    ],
)
def test_permissions(permissions: list[dict[str, Any]], *, allowed: bool) -> None:
    assert is_permitted(permissions, "Microsoft.ApiManagement/service/apis/write") is allowed


def test_a_deployment_does_not_begin_without_its_role() -> None:
    class Knowing:
        def __init__(self, answer: list[dict[str, Any]] | OutsideError | None) -> None:
            self.answer = answer

        def permissions(self) -> list[dict[str, Any]] | None:
            if isinstance(self.answer, OutsideError):
                raise self.answer
            return self.answer

    for fine in (None, OutsideError("may not ask"), [{"actions": ["*"]}]):
        require_roles(Knowing(fine))
    with pytest.raises(CredentialError, match="lacks apis/write, policies/write") as caught:
        require_roles(Knowing([{"actions": ["*/read"]}]))
    assert "API Management Service Contributor" in (caught.value.help or "")


def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with running() as plane:
        monkeypatch.setenv("APIM_AI_CONTROL_PLANE", plane.target.url)
        monkeypatch.setenv("APIM_AI_TOKEN", TOKEN)
        place = ("doctor", "--env", "local", "--project", ROOT)
        assert run([*place, "--gateway", "http://127.0.0.1:1", "--format", "json"]) == 0
        checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
        assert checks["control plane"]["state"] == checks["tier"]["state"] == "ok"
        assert checks["roles"]["state"] == "not checked"
        monkeypatch.setenv("APIM_AI_TOKEN", "wrong")
        assert run(list(place)) == 1
        assert "FAILED       control plane" in capsys.readouterr().out
