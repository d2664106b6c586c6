from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import httpx
import pytest

from apim_ai.errors import OutsideError
from apim_ai.local.servers import Servers, bind


def test_a_port_in_use_is_said_clearly() -> None:
    first = bind(0, "--gateway-port")
    port = first.getsockname()[1]
    with pytest.raises(OutsideError) as caught:
        bind(port, "--gateway-port")
    first.close()
    assert caught.value.exit_code == 3
    assert caught.value.message == f"cannot listen on 127.0.0.1:{port}: address already in use"
    assert "--gateway-port" in str(caught.value.help)


def test_requests_under_way_are_answered_when_the_servers_stop() -> None:
    async def main() -> None:
        began, go_on = asyncio.Event(), asyncio.Event()

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            began.set()
            await go_on.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"done"})

        listener = bind(0, "--gateway-port")
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        servers = Servers((slow, listener))
        await servers.start()
        async with httpx.AsyncClient() as http:
            request = asyncio.create_task(http.get(url))
            await began.wait()
            stopping = asyncio.create_task(servers.stop())
            await asyncio.sleep(0)
            go_on.set()
            answer = await request
            await stopping
        assert answer.text == "done"
        async with httpx.AsyncClient() as http:
            with pytest.raises(httpx.ConnectError):
                await http.get(url)

    asyncio.run(main())


def test_the_wait_can_be_given_up() -> None:
    async def main() -> None:
        began = asyncio.Event()

        async def endless(scope: Any, receive: Any, send: Any) -> None:
            began.set()
            await asyncio.Event().wait()

        listener = bind(0, "--gateway-port")
        servers = Servers((endless, listener))
        await servers.start()
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await began.wait()
        stopping = asyncio.create_task(servers.stop())
        await asyncio.sleep(0)
        servers.abandon()
        await asyncio.wait_for(stopping, 60)
        writer.close()
        del reader

    asyncio.run(main())


@pytest.mark.parametrize("head", [b"GET /", b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: "])
def test_a_head_without_an_end_is_refused(head: bytes) -> None:
    async def main() -> None:
        listener = bind(0, "--gateway-port")
        servers = Servers((_answers, listener))
        await servers.start()
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(head)
        with contextlib.suppress(ConnectionError):
            for _ in range(64):
                writer.write(b"a" * 65536)
                await writer.drain()
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        await servers.stop()
        assert answer == b"" or answer.startswith(b"HTTP/1.1 400 ")

    asyncio.run(main())


def test_a_long_body_is_no_long_head() -> None:
    async def main() -> None:
        listener = bind(0, "--gateway-port")
        servers = Servers((_answers, listener))
        await servers.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient() as http:
            answers = [await http.post(url, content=bytes(1_000_000)) for _ in range(2)]
        await servers.stop()
        assert [answer.text for answer in answers] == ["1000000", "1000000"]

    asyncio.run(main())


async def _answers(scope: Any, receive: Any, send: Any) -> None:
    """Tell how long the body was."""
    del scope
    length, goes_on = 0, True
    while goes_on:
        message = await receive()
        length += len(message.get("body", b""))
        goes_on = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})
