"""A backend over sockets that answers with raw bytes, and a wire to it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from apim_ai.gateway.wire import HttpWire
from apim_ai.message import Body, Headers, Response, Url
from apim_ai.runtime import Callout

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Awaitable, Callable

    Answers = Callable[["Visit"], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Visit:
    """One request as it came, and where the answer goes."""

    def __init__(self, number: int, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self.head = head
        self.reader = reader
        self.writer = writer

    async def write(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.writer.close()


class Site:
    """A backend; `heads` are the requests, `connections` how many there were."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.heads: list[bytes] = []
        self.connections = 0
        self.lost = asyncio.Event()
        self.port = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                self.heads.append(await reader.readuntil(b"\r\n\r\n"))
                await self.answers(Visit(len(self.heads), self.heads[-1], reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.lost.set()
            writer.close()


@asynccontextmanager
async def site(answers: Answers | bytes, tls: ssl.SSLContext | None = None) -> AsyncGenerator[tuple[Site, HttpWire]]:
    async def fixed(visit: Visit) -> None:
        assert isinstance(answers, bytes)
        await visit.write(answers)

    served = Site(fixed if isinstance(answers, bytes) else answers)
    server = await asyncio.start_server(served, "127.0.0.1", 0, ssl=tls)
    served.port = server.sockets[0].getsockname()[1]
    wire = HttpWire()
    try:
        yield served, wire
    finally:
        await wire.aclose()
        server.close()


def callout(served: Site, method: str = "GET", path: str = "/x", body: Body | None = None, **fields: str) -> Callout:
    headers = Headers([(name.replace("_", "-"), value) for name, value in fields.items()])
    return Callout(method, Url("http", "127.0.0.1", served.port, path), headers, body)


async def content(response: Response) -> bytes:
    return b"" if response.body is None else await response.body.buffer()


async def asked(served: Site, wire: HttpWire, *arguments: Any, **fields: str) -> tuple[int, bytes]:
    response = await wire.send(callout(served, *arguments, **fields))
    return response.status, await content(response)


async def pieces(*parts: bytes) -> AsyncGenerator[bytes, None]:
    for part in parts:
        yield part
        await asyncio.sleep(0)
