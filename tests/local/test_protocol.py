"""What callers may send, byte by byte: nothing that two servers could read in two ways, and nothing without an end."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.local.protocol import Protocol
from apim_ai.local.servers import Servers, bind

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

pytestmark = pytest.mark.anyio
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Hasty(Protocol):
    head_seconds = 0.05
    body_seconds = 0.05


class Application:
    """Answers every request; keeps what came."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes, bytes]] = []
        self.lost = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body, goes_on = b"", True
        while goes_on:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.lost += 1
                return
            body += message.get("body", b"")
            goes_on = message.get("more_body", False)
        self.requests.append((scope["method"], scope["raw_path"], body))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


@contextlib.asynccontextmanager
async def serving(protocol: type[Protocol] = Protocol) -> AsyncGenerator[tuple[Application, tuple[str, int]]]:
    application = Application()
    listener = bind(0, "--gateway-port")
    servers = Servers((application, listener), protocol=protocol)
    await servers.start()
    try:
        yield application, listener.getsockname()
    finally:
        await servers.stop()


async def answer(address: tuple[str, int], *pieces: bytes) -> bytes:
    """Send bytes and return all that comes until the server closes the connection."""
    reader, writer = await asyncio.open_connection(*address)
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
    found = b""
    with contextlib.suppress(ConnectionError):
        found = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    return found


@pytest.mark.parametrize(
    "data",
    [
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n",
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: identity\r\n\r\n",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        POST + b"Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc",
        POST + b"Content-Length: 3, 3\r\n\r\nabc",
        POST + b"Content-Length: +3\r\n\r\nabc",
        POST + b"Content-Length: -3\r\n\r\nabc",
        POST + b"Content-Length: 0x3\r\n\r\nabc",
        POST + b"Content-Length: \r\n\r\n",
        POST + b"Content-Length: 99999999999999999999999\r\n\r\nabc",
        POST + b"X: a\r\n b\r\nContent-Length: 0\r\n\r\n",
        b"GET /a HTTP/1.1\nHost: a\n\n",
        b"GET /a HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        b"GET /a HTTP/1.1\r\n\r\n",
        b"GET /a HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET\t/a\tHTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /a\r\n",
        b"GET /a HTTP/1.2\r\nHost: a\r\n\r\n",
        b"GET /a HTTP/2.0\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
async def test_what_can_be_read_in_two_ways_is_refused_before_anybody_hears_of_it(data: bytes) -> None:
    async with serving() as (application, address):
        found = await answer(address, data + HIDDEN)
        assert found.startswith(b"HTTP/1.1 400 ")
        assert found.count(b"HTTP/1.1 ") == 1, "nothing behind it is read as a request"
        assert (application.requests, application.lost) == ([], 0)


@pytest.mark.parametrize(
    "data",
    [
        b"zz\r\nabc\r\n0\r\n\r\n",
        b"-3\r\nabc\r\n0\r\n\r\n",
        b"0x3\r\nabc\r\n0\r\n\r\n",
        b"10000000000000003\r\nabc\r\n0\r\n\r\n",
        b"3\nabc\n0\n\n",
        b"3;a\nb\r\nabc\r\n0\r\n\r\n",
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"3\r\nabc\r\n0\r\nContent-Length: 50\r\n\r\n",
    ],
)
async def test_a_body_whose_chunks_cannot_be_told_apart_never_becomes_a_request(data: bytes) -> None:
    async with serving() as (application, address):
        found = await answer(address, CHUNKED + data + HIDDEN)
        assert found.startswith(b"HTTP/1.1 400 ")
        assert found.count(b"HTTP/1.1 ") == 1
        assert application.requests == []


@pytest.mark.parametrize(
    ("data", "body"),
    [
        (CHUNKED + b"3;a=b\r\nabc\r\n0\r\n\r\n", b"abc"),
        (POST + b"Content-Length: 3 \r\n\r\nabc", b"abc"),
        (POST + b"Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (POST + b"Connection: content-length\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (POST + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\nContent-Length: 3\r\n\r\nabc", b"abc"),
        (POST + b"upgrade: h2c\r\nconnection: upgrade\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", b"abc"),
        (POST + b"UPGRADE: TLS/1.0\r\nConnection: upgrade\r\nContent-Length: 14\r\n\r\n\r\nUpgrade: h2c", b"\r\nUpgrade: h2c"),
    ],
)  # fmt: skip
async def test_a_body_arrives_whole_and_the_next_request_behind_it(data: bytes, body: bytes) -> None:
    async with serving() as (application, address):
        found = await answer(address, data + HIDDEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        assert found.count(b"HTTP/1.1 200 ") == 2
        assert application.requests == [("POST", b"/a", body), ("GET", b"/hidden", b"")]


async def test_an_old_caller_needs_no_host() -> None:
    async with serving() as (application, address):
        assert (await answer(address, b"GET /a HTTP/1.0\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        assert application.requests == [("GET", b"/a", b"")]


@pytest.mark.parametrize("data", [b"", b"GET /a HTTP/1.1\r\nHost: a\r\nX: ", b"\r\n"])
async def test_a_head_that_never_ends_is_not_waited_for(data: bytes) -> None:
    async with serving(Hasty) as (application, address):
        assert await answer(address, data) == b""
        assert application.requests == []


async def test_a_body_that_never_ends_is_not_waited_for() -> None:
    async with serving(Hasty) as (application, address):
        assert await answer(address, POST + b"Content-Length: 10\r\n\r\nabc") == b""
        assert (application.requests, application.lost) == ([], 1)


async def test_a_head_that_trickles_is_not_waited_for_longer() -> None:
    async with serving(Hasty) as (application, address):
        reader, writer = await asyncio.open_connection(*address)
        closed = asyncio.create_task(reader.read())
        writer.write(b"GET /a HTTP/1.1\r\nHost: a\r\n")
        with contextlib.suppress(ConnectionError):
            while not closed.done():
                writer.write(b"X: a\r\n")
                await writer.drain()
                await asyncio.wait([closed], timeout=0.01)
        with contextlib.suppress(ConnectionError):
            await closed
        writer.close()
        assert application.requests == []


async def test_a_kept_connection_may_be_idle_for_longer() -> None:
    async with serving(Hasty) as (application, address):
        reader, writer = await asyncio.open_connection(*address)
        for _ in range(2):
            writer.write(HIDDEN)
            await reader.readuntil(b"\r\n\r\nok")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 3 * Hasty.head_seconds)
        writer.close()
        assert len(application.requests) == 2
