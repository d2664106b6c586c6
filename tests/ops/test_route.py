from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.ops.memory import Memory

from apim_ai.deploy.client import Client
from apim_ai.deploy.target import Target
from apim_ai.errors import UsageError
from apim_ai.local import UpOptions, running
from apim_ai.ops.route import Routes, RouteState
from apim_ai.ops.tier.seen import GatewayState
from apim_ai.ops.tier.switch import Rules, Tiers
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.config.instance import Instance

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ME = Rules("me", "PTU is full")


@pytest.fixture
def memory() -> Memory:
    return Memory()


def routes(memory: Memory) -> Routes:
    return Routes(memory, "shop", {"gpt-4o": "pool"}, lambda: True, lambda: NOW)


def test_a_route_goes_where_it_is_sent_and_back(memory: Memory) -> None:
    plan = routes(memory).plan("gpt-4o", "payg", ME)
    assert (plan.before, plan.after, plan.named_value) == ("pool", "payg", "route-gpt-4o-backend")
    assert memory.writes == []
    move = routes(memory).execute(plan, ME)
    assert (move.before, move.after, move.by, move.reason, move.seen_by_gateway) == (
        "pool", "payg", "me", "PTU is full", True,
    )  # fmt: skip
    assert routes(memory).all() == (RouteState("gpt-4o", "pool", "payg"),)
    assert memory.entities["namedValues/route-gpt-4o-backend"]["tags"] == ["tier"]
    routes(memory).execute(routes(memory).plan("gpt-4o", move.before, ME), ME)
    assert routes(memory).all() == (RouteState("gpt-4o", "pool", None),)


def test_each_move_is_noted_beside_those_of_tiers(memory: Memory) -> None:
    Tiers(memory, "shop", {}, now=lambda: NOW).set("gold", {"tpm": 5}, None, ME)
    routes(memory).execute(routes(memory).plan("gpt-4o", "payg", ME), ME)
    newest, older = routes(memory).audit.notes
    assert (newest.what, newest.before, newest.after, newest.by, newest.reason, newest.at) == (
        "route gpt-4o", "pool", "payg", "me", "PTU is full", "2026-01-01T00:00:00+00:00",
    )  # fmt: skip
    assert older.what == "tier gold"


def test_nothing_to_do_writes_nothing(memory: Memory) -> None:
    plan = routes(memory).plan("gpt-4o", "pool", ME)
    assert plan.is_empty
    move = routes(memory).execute(plan, ME)
    assert (move.before, move.after) == ("pool", "pool")
    assert memory.writes == []


@pytest.mark.parametrize(
    ("name", "backend", "message", "help_"),
    [
        ("gpt-4", "payg", 'the service has no route "gpt-4"', 'did you mean "gpt-4o"?'),
        ("gpt-4o", "payq", 'the service has no backend "payq"', 'did you mean "payg"?'),
        ("whisper", "payg", 'the service has no route "whisper"', "known: gpt-4o"),
    ],
)
def test_unknown_names_are_told_with_what_was_meant(
    memory: Memory, name: str, backend: str, message: str, help_: str
) -> None:
    with pytest.raises(UsageError, match=message) as error:
        routes(memory).plan(name, backend, ME)
    assert error.value.help == help_


def test_a_service_without_routes_says_so(memory: Memory) -> None:
    del memory.entities["namedValues/route-gpt-4o-backend"]
    assert routes(memory).all() == ()
    with pytest.raises(UsageError) as error:
        routes(memory).plan("gpt-4o", "payg", ME)
    assert error.value.help == "known: none; deploy first"


def test_production_wants_a_reason(memory: Memory) -> None:
    with pytest.raises(UsageError, match="wants a reason"):
        routes(memory).plan("gpt-4o", "payg", Rules("me", " ", needs_reason=True))


POLICY = """<policies>
    <inbound><return-response><set-body>{{route-gpt-4o-backend}}</set-body></return-response></inbound>
    <backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>
</policies>"""


def _deploy(client: Client) -> None:
    for backend in ("pool", "payg"):
        client.put(kinds.find("backend"), f"backends/{backend}", {"url": "https://b.test", "protocol": "http"})
    name = "route-gpt-4o-backend"
    client.put(kinds.find("named_value"), f"namedValues/{name}", {"displayName": name, "value": "pool"})
    client.put(
        kinds.find("api"),
        "apis/a",
        {"displayName": "A", "path": "a", "subscriptionRequired": False, "protocols": ["https"]},
    )
    operation = {"displayName": "Get", "method": "GET", "urlTemplate": "/"}
    client.put(kinds.find("operation"), "apis/a/operations/get", operation)
    client.put(kinds.find("api_policy"), "apis/a/policies/policy", {"format": "rawxml", "value": POLICY})


def test_the_next_request_goes_to_the_other_backend(tmp_path: Path) -> None:
    def act(instance: Instance) -> tuple[str, bool | None, str]:
        client = Client(Target.of_service(instance.service, instance.control_plane, instance.token))
        _deploy(client)
        before = httpx.get(f"{instance.gateway}/a/").text
        state = GatewayState(instance.control_plane, lambda: instance.gateway)
        turned = Routes(client, "shop", {"gpt-4o": "pool"}, state.is_current)
        move = turned.execute(turned.plan("gpt-4o", "payg", ME), ME)
        after = httpx.get(f"{instance.gateway}/a/").text
        client.close()
        return before, move.seen_by_gateway, after

    async def main() -> tuple[str, bool | None, str]:
        async with running(UpOptions(0, 0, tmp_path / "state", tmp_path / "user")) as instance:
            return await asyncio.to_thread(act, instance)

    assert asyncio.run(main()) == ("pool", True, "payg")
