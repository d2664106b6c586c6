"""What is measured, each in a process of its own: `python -m bench.gateway.subject NAME BACKEND_PORT` prints its port."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any

import uvicorn


def bare(backend: int) -> Any:
    """Return the bare stack: raw ASGI in, aiohttp's client out, the same bytes."""
    import aiohttp

    session: aiohttp.ClientSession | None = None

    async def application(scope: Any, receive: Any, send: Any) -> None:
        nonlocal session
        if session is None:
            session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), auto_decompress=False)
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = [(name.decode(), value.decode()) for name, value in scope["headers"] if name != b"host"]
        url = f"http://127.0.0.1:{backend}{scope['path']}"
        async with session.request(scope["method"], url, data=body, headers=headers) as response:
            fields = [(n, v) for n, v in response.raw_headers if n.lower() != b"transfer-encoding"]
            await send({"type": "http.response.start", "status": response.status, "headers": fields})
            async for chunk in response.content.iter_any():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    return application


def gateway(name: str, backend: int) -> Any:
    """Return the gateway with one of the configurations."""
    from apim_ai.gateway import settle
    from bench.gateway.configurations import make

    served = make(name, backend)
    settle()
    return served.asgi


async def _serve(application: Any) -> None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        application, log_config=None, access_log=False, lifespan="off", proxy_headers=False, backlog=4096
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.001)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    await task


def main(name: str, backend: int) -> None:
    """Serve until told to stop."""
    import uvloop

    application = bare(backend) if name == "bare" else gateway(name, backend)
    uvloop.run(_serve(application))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
