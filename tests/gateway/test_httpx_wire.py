"""The wire that respx drives."""

from __future__ import annotations

import httpx
import pytest
import respx
from tests.gateway.world import api, call, operation, text

from apim_ai.gateway import Gateway
from apim_ai.gateway.httpx_wire import HttpxWire
from apim_ai.resource import Resources

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def served(router: respx.Router) -> Gateway:
    wire = HttpxWire(httpx.MockTransport(router.async_handler))
    return Gateway(Resources([api(), operation()]), wire=wire)


async def test_answers_come_from_routes():
    router = respx.Router()
    route = router.post("https://be.test/v1/items").respond(201, json={"id": 1})
    exchange = await call(served(router), "/shop/items", "POST", body=b'{"n": 1}')
    assert exchange.response is not None
    assert exchange.response.status == 201
    assert await text(exchange) == '{"id":1}'
    assert route.calls.last.request.content == b'{"n": 1}'


async def test_a_request_without_a_route_is_a_failed_connection():
    exchange = await call(served(respx.Router()), "/shop/items")
    assert exchange.response is not None
    assert exchange.response.status == 500
    assert any("not mocked" in note for step in exchange.trace.steps for note in step.notes)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (httpx.ReadTimeout("slow"), "Timeout"),
        (httpx.ConnectError("refused"), "BackendConnectionFailure"),
        (httpx.RemoteProtocolError("garbage"), "BackendConnectionFailure"),
    ],
)
async def test_errors_of_the_transport_have_their_reasons(error: Exception, reason: str):
    router = respx.Router()
    router.get("https://be.test/v1/items").mock(side_effect=error)
    exchange = await call(served(router), "/shop/items")
    assert exchange.context.last_error is not None
    assert exchange.context.last_error.reason == reason
