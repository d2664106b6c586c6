"""The gateway over sockets: uvicorn before it, its own wire behind it."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from tests.gateway.world import FakeWire, api, gateway, operation, policy

from apim_ai.gateway import Gateway
from apim_ai.message import Body, Headers, Response
from apim_ai.resource import Resources

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

pytestmark = pytest.mark.anyio
STREAMING = policy(backend='<forward-request buffer-response="false" />')


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Backend:
    """A backend that does what a test tells it to; counts connections."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[..., Any]] = {}
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.clients: set[tuple[str, int]] = set()
        self.left = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        self.requests.append((scope["method"], scope["raw_path"].decode(), headers, body))
        self.clients.add(tuple(scope["client"]))
        answer = self.answers.get(scope["path"].rsplit("/", 1)[-1])
        if answer is None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})
        else:
            await answer(receive, send)


@asynccontextmanager
async def serving(*applications: Any) -> AsyncGenerator[list[int]]:
    """Serve applications on free ports of the loopback address."""
    listeners = [socket.socket() for _ in applications]
    for listener in listeners:
        listener.bind(("127.0.0.1", 0))
    options: dict[str, Any] = {"log_config": None, "access_log": False, "lifespan": "off", "proxy_headers": False}
    servers = [uvicorn.Server(uvicorn.Config(application, **options)) for application in applications]
    tasks = [
        asyncio.create_task(server.serve(sockets=[listener]))
        for server, listener in zip(servers, listeners, strict=True)
    ]
    while not all(server.started for server in servers):  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0)
    try:
        yield [listener.getsockname()[1] for listener in listeners]
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)


@asynccontextmanager
async def world(*more: Any) -> AsyncGenerator[tuple[Backend, httpx.AsyncClient]]:
    """Serve a backend, the gateway before it, and a client of that."""
    backend = Backend()
    async with serving(backend) as (port,):
        served = Gateway(Resources([api(serviceUrl=f"http://127.0.0.1:{port}/v1"), operation(), *more]))
        async with serving(served.asgi) as (front,), httpx.AsyncClient(base_url=f"http://127.0.0.1:{front}") as client:
            yield backend, client
        await served.aclose()


async def test_a_request_arrives_as_it_was_sent():
    async with world() as (backend, client):
        answer = await client.post("/shop/a%2Fb%20c?x=%41", content=b"x" * 100_000, headers={b"X-Mine": "ä".encode()})
    assert (answer.status_code, answer.text) == (200, "ok")
    method, path, headers, body = backend.requests[0]
    assert (method, path, len(body)) == ("POST", "/v1/a%2Fb%20c", 100_000)
    assert headers["content-length"] == "100000"
    assert "transfer-encoding" not in headers
    assert headers["host"].startswith("127.0.0.1:")
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["user-agent"].startswith("python-httpx")


async def test_nothing_is_added_to_a_request_but_where_it_came_from():
    async with world() as (backend, client):
        request = client.build_request("GET", "/shop/x")
        for name in ("accept", "accept-encoding", "user-agent"):
            del request.headers[name]
        await client.send(request)
    assert set(backend.requests[0][2]) == {"host", "x-forwarded-for"}


async def test_a_streamed_request_is_streamed_on():
    async def pieces() -> AsyncGenerator[bytes]:
        for piece in (b"a", b"b", b"c"):
            yield piece
            await asyncio.sleep(0)

    async with world() as (backend, client):
        await client.post("/shop/x", content=pieces())
    assert backend.requests[0][3] == b"abc"
    assert backend.requests[0][2]["transfer-encoding"] == "chunked"


async def test_each_piece_of_a_stream_passes_before_the_next_is_there():
    go_on = asyncio.Event()

    async def stream(_: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        for number in range(3):
            await send({"type": "http.response.body", "body": b"data: %d\n\n" % number, "more_body": True})
            await go_on.wait()
            go_on.clear()
        await send({"type": "http.response.body", "body": b""})

    async with world(STREAMING) as (backend, client):
        backend.answers["sse"] = stream
        seen: list[bytes] = []
        async with client.stream("GET", "/shop/sse") as answer:
            async for piece in answer.aiter_raw():
                seen.append(piece)
                go_on.set()
    assert seen == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]


async def test_a_caller_who_leaves_in_mid_stream_ends_the_backend_s_work():
    async def endless(receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        backend.left.set()

    async with world(STREAMING) as (backend, client):
        backend.answers["endless"] = endless
        async with client.stream("GET", "/shop/endless") as answer:
            async for _ in answer.aiter_raw():
                break
        async with asyncio.timeout(5):
            await backend.left.wait()


async def test_a_caller_who_leaves_before_the_answer_ends_the_backend_s_work():
    reached = asyncio.Event()

    async def silent(receive: Any, _: Any) -> None:
        reached.set()
        while (await receive())["type"] != "http.disconnect":
            pass
        backend.left.set()

    async with world() as (backend, client):
        backend.answers["silent"] = silent
        asking = asyncio.create_task(client.get("/shop/silent"))
        await reached.wait()
        asking.cancel()
        async with asyncio.timeout(5):
            await backend.left.wait()


async def test_a_body_that_breaks_off_breaks_off_for_the_caller():
    async def short(_: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        await send({"type": "http.response.body", "body": b"abc", "more_body": True})

    async with world(STREAMING) as (backend, client):
        backend.answers["short"] = short
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/shop/short")
        assert (await client.get("/shop/x")).text == "ok"


async def test_head_answers_have_a_length_and_no_body():
    async with world() as (_, client):
        answer = await client.head("/shop/x")
    assert answer.headers["content-length"] == "2"
    assert answer.content == b""


async def test_connections_to_the_backend_are_used_again():
    async with world() as (backend, client):
        for _ in range(20):
            await client.get("/shop/x")
    assert len(backend.clients) == 1


async def test_parallel_streams_do_not_mix():
    async def echo(_: Any, send: Any) -> None:
        number = backend.requests[-1][3]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(10):
            await send({"type": "http.response.body", "body": number + b"\n", "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b""})

    async with world(STREAMING) as (backend, client):
        backend.answers["echo"] = echo
        answers = await asyncio.gather(*(client.post("/shop/echo", content=str(n)) for n in range(64)))
    assert [set(answer.text.split()) for answer in answers] == [{str(n)} for n in range(64)]


async def test_nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = Gateway(Resources([api(serviceUrl=f"http://127.0.0.1:{port}"), operation()]))
    async with serving(served.asgi) as (front,), httpx.AsyncClient(base_url=f"http://127.0.0.1:{front}") as client:
        answer = await client.get("/shop/x")
    await served.aclose()
    assert answer.status_code == 500
    assert answer.json()["message"] == "Internal server error"


@pytest.mark.parametrize(
    "garbage",
    [
        b"this is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"",
    ],
)
async def test_a_backend_that_sends_garbage_is_a_failed_connection(garbage: bytes):
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(garbage)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    served = Gateway(Resources([api(serviceUrl=f"http://127.0.0.1:{port}"), operation()]))
    async with serving(served.asgi) as (front,), httpx.AsyncClient(base_url=f"http://127.0.0.1:{front}") as client:
        answer_ = await client.get("/shop/x")
    await served.aclose()
    server.close()
    assert answer_.status_code == 500


async def test_health_is_the_gateway_s_own():
    async with world() as (backend, client):
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert backend.requests == []


async def over_asgi(served: Gateway, path: str, **options: Any) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served.asgi), base_url="http://gateway.test") as client:
        return await client.get(path, **options)


async def test_the_application_runs_in_process_too():
    served = gateway(api(), operation(), wire=FakeWire(lambda _: Response(201, body=Body(b"made"))))
    answer = await over_asgi(served, "/shop/x")
    assert (answer.status_code, answer.text) == (201, "made")


async def test_a_header_cannot_split_the_response():
    made = Headers([("X-One", "a\r\nX-Two: b"), ("Connection", "x-hop"), ("X-Hop", "1")])
    served = gateway(api(), operation(), wire=FakeWire(lambda _: Response(200, headers=made)))
    answer = await over_asgi(served, "/shop/x")
    assert "x-two" not in answer.headers
    assert "x-hop" not in answer.headers
    assert answer.headers["x-one"] == "a  X-Two: b"


async def test_the_length_is_that_of_the_body_at_hand():
    served = gateway(
        api(),
        operation(),
        policy(outbound="<base /><set-body>longer than before</set-body>"),
        wire=FakeWire(lambda _: Response(200, headers=Headers([("Content-Length", "2")]), body=Body(b"ok"))),
    )
    answer = await over_asgi(served, "/shop/x")
    assert answer.headers["content-length"] == str(len("longer than before"))


async def test_what_nobody_matches_is_json():
    answer = await over_asgi(gateway(api(), operation()), "/nowhere")
    assert json.loads(answer.text) == {"statusCode": 404, "message": "Resource not found"}
