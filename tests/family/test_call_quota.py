"""Bandwidth of request bodies that arrive piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.gateway.world import ORIGIN, FakeWire, api, operation, policy

from apim_ai.gateway import Gateway
from apim_ai.message import Body, Headers, Request, Url
from apim_ai.resource import Resources

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

pytestmark = pytest.mark.anyio
QUOTA = '<quota-by-key counter-key="k" bandwidth="1" renewal-period="300" />'


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Passing(FakeWire):
    """A backend that takes bodies as a real one does: what streams passes the taps, what is at hand does not."""

    async def send(self, callout):  # type: ignore[no-untyped-def]  # as the base class
        if callout.body is not None and callout.body.content is None:
            async for _ in callout.body.chunks():
                pass
        return await super().send(callout)


async def pieces() -> AsyncGenerator[bytes, None]:
    for _ in range(4):
        yield b"x" * 256


@pytest.mark.parametrize("keeps", ["false", "true"])
async def test_the_bytes_of_a_request_that_streams_count(keeps: str) -> None:
    forward = f'<forward-request buffer-request-body="{keeps}" />'
    resources = Resources([api(), operation(), policy(inbound=QUOTA, backend=forward)])
    gateway = Gateway(resources, wire=Passing())
    statuses: list[int] = []
    for _ in range(2):
        url = Url.parse(ORIGIN + "/shop/x")
        exchange = await gateway.handle(Request("POST", url, Headers.of({}), Body(stream=pieces()), "10.0.0.7"))
        assert exchange.response is not None
        statuses.append(exchange.response.status)
    assert statuses == [200, 403]
