"""Two uvicorn servers on one event loop: bound before anything else starts, ended when their last request is done."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from apim_ai.errors import OutsideError
from apim_ai.local.protocol import Protocol

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["HOST", "Servers", "bind"]

HOST = "127.0.0.1"
_BACKLOG = 2048
_REUSE_IS_SAFE = sys.platform != "win32"  # there SO_REUSEADDR would share the port, not only skip the wait
_KEEP_ALIVE_SECONDS = 120  # as long as real gateways; a short time races with clients that pool connections
_GRACE_SECONDS = 60  # a streamed answer may take its time; a second signal ends the wait


def bind(port: int, option: str) -> socket.socket:
    """Return a listening socket on the loopback address; port 0 picks a free one.

    Raises:
        OutsideError: the port is in use or not allowed.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if _REUSE_IS_SAFE:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise OutsideError(
            f"cannot listen on {HOST}:{port}: {reason.lower()}",
            help=f"choose another port with {option}, or 0 for a free one",
        ) from error
    return listener


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Do nothing: two servers share the process."""
        yield


class Servers:
    """Serves several applications until it is told to stop.

    Args:
        applications: ASGI applications with the sockets they listen on.
        protocol: how their callers are spoken to.
    """

    def __init__(self, *applications: tuple[Any, socket.socket], protocol: type[Protocol] = Protocol) -> None:
        self._servers = [(_Server(_config(application, protocol)), listener) for application, listener in applications]
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to serve; return when all of them accept requests."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(server.serve(sockets=[listener])) for server, listener in self._servers]
        while not all(server.started for server, _ in self._servers):
            for task in self._tasks:
                if task.done():
                    task.result()
            await asyncio.sleep(0)

    async def stop(self) -> None:
        """Accept nothing new, and return when what is under way has been answered."""
        for server, _ in self._servers:
            server.should_exit = True
        await asyncio.gather(*self._tasks)

    def abandon(self) -> None:
        """Stop waiting for what is under way."""
        for server, _ in self._servers:
            server.should_exit = True
            server.force_exit = True


def _config(application: Any, protocol: type[Protocol]) -> uvicorn.Config:  # noqa: ANN401 - ASGI has no one type
    return uvicorn.Config(
        application,
        http=protocol,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        proxy_headers=False,  # a caller on this machine must not choose its address
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        backlog=_BACKLOG,
    )
