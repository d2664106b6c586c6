from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from apim_ai.deploy.serving import HEADER
from apim_ai.deploy.smoke import Caller, Smoke, completion_of
from apim_ai.errors import BackendError, UsageError
from apim_ai.project import Bundle, Project

if TYPE_CHECKING:
    import respx

GATEWAY = "http://127.0.0.1:18080"
STAMPED = {HEADER: "r1", "x-correlation-id": "c"}
CALLER = Caller("token", "key")
CHAT = "/openai/deployments/gpt-4o/chat/completions"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Project.load(str(Path(__file__).parents[2])).bundle("local")


def chat(request: httpx.Request) -> httpx.Response:
    if "authorization" not in request.headers:
        return httpx.Response(401)
    assert request.headers["api-key"] == "key"
    return httpx.Response(200, json={"choices": [{}]})


def states(bundle: Bundle, caller: Caller = CALLER, release: str | None = "r1") -> dict[str, str]:
    return {check.name: check.state for check in Smoke(GATEWAY, bundle, caller, release).run()}


@pytest.fixture
def gateway(respx_mock: respx.MockRouter) -> respx.MockRouter:
    respx_mock.get(f"{GATEWAY}/health", name="health").respond(200, headers=STAMPED)
    respx_mock.post(f"{GATEWAY}{CHAT}", name="chat").mock(side_effect=chat)
    return respx_mock


def test_all_is_well(gateway: respx.MockRouter, bundle: Bundle) -> None:
    assert set(states(bundle).values()) == {"ok"}
    assert gateway["chat"].call_count == 2


def test_without_a_caller_the_completion_is_not_checked(gateway: respx.MockRouter, bundle: Bundle) -> None:
    found = states(bundle, Caller())
    assert found.pop("completion") == "not checked"
    assert set(found.values()) == {"ok"}
    assert gateway["chat"].call_count == 1


@pytest.mark.parametrize(
    ("route", "answer", "wrong"),
    [
        ("health", httpx.Response(503, headers=STAMPED), {"health"}),
        ("health", httpx.Response(200, headers={HEADER: "r0"}), {"correlation header", "release header"}),
        ("health", httpx.Response(200), {"correlation header", "release header"}),
        ("chat", httpx.Response(200, json={"choices": [{}]}), {"refused without a token"}),
        ("chat", httpx.Response(404), {"refused without a token", "completion"}),
        ("chat", httpx.Response(401), {"completion"}),
        ("chat", httpx.Response(200, json={"choices": []}), {"refused without a token", "completion"}),
        ("chat", httpx.Response(200, text="<html>"), {"refused without a token", "completion"}),
    ],
)
def test_what_is_wrong_is_found(
    gateway: respx.MockRouter, bundle: Bundle, route: str, answer: httpx.Response, wrong: set[str]
) -> None:
    gateway[route].mock(return_value=answer)
    assert {name for name, state in states(bundle).items() if state == "failed"} == wrong


def test_a_release_that_nobody_knows_is_not_checked(gateway: respx.MockRouter, bundle: Bundle) -> None:
    assert states(bundle, release=None)["release header"] == "not checked"
    assert gateway["health"].called


def test_a_gateway_that_is_not_there(respx_mock: respx.MockRouter, bundle: Bundle) -> None:
    respx_mock.get(f"{GATEWAY}/health").mock(side_effect=httpx.ConnectError("refused"))
    with pytest.raises(BackendError, match="cannot be reached"):
        states(bundle)


def test_no_token_goes_over_plain_http(bundle: Bundle) -> None:
    with pytest.raises(UsageError, match="neither https"):
        Smoke("http://gateway.test", bundle, CALLER)


def test_credentials_stand_in_no_repr() -> None:
    assert repr(Caller("token", "key")) == "Caller()"


def test_which_completion_is_asked(bundle: Bundle) -> None:
    found = completion_of(bundle, "gpt-4o-mini")
    assert found is not None
    assert (found.path, found.key_header) == (CHAT.replace("gpt-4o", "gpt-4o-mini"), "api-key")
    with pytest.raises(UsageError, match="no route"):
        completion_of(bundle, "gpt-5o")
