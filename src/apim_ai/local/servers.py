"""Two uvicorn servers on one event loop: bound before anything else starts, ended when their last request is done."""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from apim_ai.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["HOST", "Servers", "bind"]

HOST = "127.0.0.1"
_BACKLOG = 2048
_REUSE_IS_SAFE = sys.platform != "win32"  # there SO_REUSEADDR would share the port, not only skip the wait
_KEEP_ALIVE_SECONDS = 120  # as long as real gateways; a short time races with clients that pool connections
_MAX_HEAD_BYTES = 128 * 1024  # of a request line and its fields; the service refuses far less
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


class _Protocol(HttpToolsProtocol):
    """HTTP/1.1 whose requests cannot grow without end before their body begins."""

    _head_bytes = 0
    _is_in_body = False

    def data_received(self, data: bytes) -> None:
        """Read on, or refuse a request whose head is too long to be one."""
        self._head_bytes = 0 if self._is_in_body else self._head_bytes + len(data)
        super().data_received(data)
        if self._is_in_body or self.transport.is_closing():
            return
        if self._head_bytes > _MAX_HEAD_BYTES:
            self.send_400_response("The request line and header fields are too long.")

    def on_headers_complete(self) -> None:
        """Stop counting: the body has limits of its own."""
        self._is_in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count anew for the connection's next request."""
        self._head_bytes = 0
        self._is_in_body = False
        super().on_message_complete()


class Servers:
    """Serves several applications until it is told to stop.

    Args:
        applications: ASGI applications with the sockets they listen on.
    """

    def __init__(self, *applications: tuple[Any, socket.socket]) -> None:
        self._servers = [(_Server(_config(application)), listener) for application, listener in applications]
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


def _config(application: Any) -> uvicorn.Config:  # noqa: ANN401 - ASGI has no one type
    return uvicorn.Config(
        application,
        http=_Protocol,
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
