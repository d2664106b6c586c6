"""What goes wrong around the gateway, again and again: it keeps serving, nothing mixes, no task is left behind."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from tests.gateway.test_server import Backend, serving
from tests.gateway.world import FakeWire, api, gateway, operation, policy, request

from apim_ai.gateway import Gateway
from apim_ai.resource import Resources

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

pytestmark = pytest.mark.anyio
TIMES = 10
START: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
RETRIED = policy(
    backend='<retry condition="@(context.Response.StatusCode >= 500)" count="1" interval="0">'
    '<forward-request buffer-request-body="true" buffer-response="false" '
    "timeout='@(context.Request.OriginalUrl.Path.EndsWith(\"fault\") ? 1 : 60)' /></retry>"
)
"""What goes wrong may take a second; what must go well may wait for a machine that is busy with other things."""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class World:
    """A gateway in front of a backend whose answers under `/shop/fault` go wrong."""

    def __init__(self, backend: Backend, client: httpx.AsyncClient, port: int) -> None:
        self.backend = backend
        self.client = client
        self.port = port

    async def is_well(self) -> None:
        """Make sure that ordinary requests get their own answers."""
        answers = await asyncio.gather(*(self.client.post("/shop/echo", content=f"mine {n}") for n in range(8)))
        assert [answer.text for answer in answers] == [f"mine {n}" for n in range(8)]


@contextlib.asynccontextmanager
async def world() -> AsyncGenerator[World]:
    backend = Backend()

    async def echo(_: Any, send: Any) -> None:
        content = backend.requests[-1][3]
        await send(START)
        await send({"type": "http.response.body", "body": content})

    backend.answers["echo"] = echo
    async with serving(backend) as (port,):
        served = Gateway(Resources([api(serviceUrl=f"http://127.0.0.1:{port}"), operation(), RETRIED]))
        async with (
            serving(served.asgi) as (front,),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{front}", timeout=60) as client,
        ):
            yield World(backend, client, front)
        await served.aclose()


async def nothing(_: Any, __: Any) -> None:
    """End without an answer."""


async def half(_: Any, send: Any) -> None:
    await send({**START, "headers": [(b"content-length", b"100")]})
    await send({"type": "http.response.body", "body": b"half", "more_body": True})


async def failing(_: Any, send: Any) -> None:
    await send({**START, "status": 503})
    await send({"type": "http.response.body", "body": b"not now"})


async def endless(receive: Any, send: Any) -> None:
    gone = asyncio.ensure_future(receive())
    await send(START)
    while not gone.done():
        await send({"type": "http.response.body", "body": b"more" * 1000, "more_body": True})
        await asyncio.sleep(0)


async def silent(receive: Any, _: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def ask(there: World) -> None:
    """Ask and take what comes."""
    with contextlib.suppress(httpx.HTTPError):
        await there.client.post("/shop/fault", content=b"question")


async def leave(there: World) -> None:
    """Ask, and hang up when the answer has begun."""
    async with there.client.stream("POST", "/shop/fault", content=b"question") as answer:
        async for _ in answer.aiter_raw():
            return


async def give_up(there: World) -> None:
    """Ask, and hang up before there is an answer."""
    before = len(there.backend.requests)
    asking = asyncio.create_task(there.client.post("/shop/fault", content=b"question"))
    while len(there.backend.requests) == before and not asking.done():  # noqa: ASYNC110 - the backend tells by its list
        await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])


async def half_a_body(there: World) -> None:
    """Send half of a request's body and hang up."""
    _, writer = await asyncio.open_connection("127.0.0.1", there.port)
    writer.write(b"POST /shop/fault HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.transport.abort()


@pytest.mark.parametrize(
    ("answer", "caller"),
    [
        *((answer, ask) for answer in (nothing, half, failing, silent)),
        *((answer, leave) for answer in (half, failing, endless)),
        *((answer, give_up) for answer in (nothing, half, failing, endless, silent)),
        *((answer, half_a_body) for answer in (nothing, half, failing, endless, silent)),
    ],
)
async def test_the_gateway_goes_on_and_leaves_nothing_behind(
    answer: Callable[..., Awaitable[None]], caller: Callable[[World], Awaitable[None]]
) -> None:
    async with world() as there:
        there.backend.answers["fault"] = answer
        await there.is_well()
        calm = len(asyncio.all_tasks())
        times = 2 if answer is silent and caller is ask else TIMES  # each takes its time limit, twice
        for _ in range(times):
            await caller(there)
        await there.is_well()
        async with asyncio.timeout(60):
            while len(asyncio.all_tasks()) > calm + 8:  # noqa: ASYNC110 - callers may keep some connections
                await asyncio.sleep(0.01)


@pytest.mark.parametrize("jump", [86_400.0, -86_400.0, 1e9, -1e9])
async def test_a_clock_that_jumps_stops_nobody(jump: float) -> None:
    class Clock:
        def __init__(self) -> None:
            self.at, self.ticks = 1.8e9, 0.0

        def now(self) -> float:
            return self.at

        def monotonic(self) -> float:
            return self.ticks

        async def sleep(self, seconds: float) -> None:
            self.at += seconds
            self.ticks += seconds

    clock = Clock()
    limited = policy(
        inbound='<base /><rate-limit-by-key calls="2" renewal-period="10" counter-key="a" />'
        '<cache-lookup-value key="k" variable-name="v" default-value="none" />'
        '<cache-store-value key="k" value="1" duration="60" />'
    )
    served = gateway(api(), operation(), limited, wire=FakeWire(), clock=clock)

    async def status() -> int:
        exchange = await served.handle(request())
        assert exchange.response is not None
        return exchange.response.status

    assert [await status() for _ in range(3)] == [200, 200, 429]
    clock.at += jump
    assert await status() in (200, 429)
    clock.at += 11
    clock.ticks += 11
    assert [await status() for _ in range(3)] == [200, 200, 429], "a window is its length, whatever the clock says"
