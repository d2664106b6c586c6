"""What people see of backends: circuits, failures, pools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.gateway.world import FakeWire, api, backend, call, gateway, operation, policy

from apim_ai.config import GatewaySettings
from apim_ai.message import Response
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from apim_ai.gateway import Gateway

pytestmark = pytest.mark.anyio
BREAKER = {
    "rules": [
        {
            "name": "b",
            "failureCondition": {
                "count": 2, "interval": "PT10S", "statusCodeRanges": [{"min": 500, "max": 599}],
            },
            "tripDuration": "PT1H",
        }
    ]
}  # fmt: skip
USE = '<base /><set-backend-service backend-id="pool" />'


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def served(settings: GatewaySettings | None = None) -> Gateway:
    credentials = {"query": {"code": ["top-secret"]}}
    services = [{"id": "/backends/payg", "priority": 2}, {"id": "/backends/ptu", "priority": 1, "weight": 3}]
    return gateway(
        api(),
        operation(),
        policy(inbound=USE),
        backend("ptu", circuitBreaker=BREAKER, credentials=credentials),
        backend("payg", circuitBreaker=BREAKER),
        backend("plain"),
        Resource("backend", "backends/pool", {"type": "Pool", "pool": {"services": services}}),
        wire=FakeWire(lambda callout: Response(500 if "ptu" in str(callout.url) else 200)),
        settings=settings,
    )


def by_id(gateway: Gateway) -> dict[str, dict[str, Any]]:
    return {state["id"]: state for state in gateway.backend_states()}


async def test_before_anything_happened():
    states = by_id(served())
    assert list(states) == ["payg", "plain", "pool", "ptu"]
    assert {name: state["circuit"] for name, state in states.items()} == {
        "payg": "closed", "plain": "none", "pool": "closed", "ptu": "closed",
    }  # fmt: skip
    assert states["ptu"]["trips_at"] == {"count": 2, "percentage": None}
    assert (states["ptu"]["pools"], states["plain"]["pools"]) == (["pool"], [])
    assert [(m["id"], m["priority"]) for m in states["pool"]["members"]] == [("ptu", 1), ("payg", 2)]


async def test_failures_count_until_the_circuit_opens():
    one = served()
    await call(one)
    assert (by_id(one)["ptu"]["circuit"], by_id(one)["ptu"]["failures"]) == ("closed", 1)
    await call(one)
    states = by_id(one)
    assert (states["ptu"]["circuit"], states["payg"]["circuit"]) == ("open", "closed")
    assert 3500 < states["ptu"]["closes_in"] <= 3600
    assert states["payg"]["closes_in"] == 0
    assert states["pool"]["circuit"] == "partly open"
    assert states["pool"]["members"][0]["circuit"] == "open"


async def test_units_have_circuits_of_their_own():
    two = served(GatewaySettings(gateway_units=2))
    for _ in range(3):
        await call(two)
    ptu = by_id(two)["ptu"]
    assert ptu["circuit"] == "partly open"
    assert [(unit["circuit"], unit["failures"]) for unit in ptu["units"]] == [("open", 0), ("closed", 1)]


async def test_credentials_are_not_shown():
    assert "top-secret" not in json.dumps(served().backend_states())
    assert by_id(served())["ptu"]["url"].startswith("https://ptu.test")
