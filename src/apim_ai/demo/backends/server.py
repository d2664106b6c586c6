"""Serves several ASGI apps on loopback addresses of their own, with one server on the caller's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from typing import TYPE_CHECKING, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from apim_ai.demo.backends.endpoint import ABORT
from apim_ai.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Loopback"]

_HOST = "127.0.0.1"
_PATIENCE_SECONDS = 5


class Loopback:
    """Some apps, each at `http://127.0.0.1:<port>`.

    Args:
        apps: what to serve, by name.
        ports: a fixed port by name; any other gets a free one.
    """

    def __init__(self, apps: Mapping[str, ASGIApp], ports: Mapping[str, int] | None = None) -> None:
        self._apps = dict(apps)
        self._ports = dict(ports or {})
        self._by_port: dict[int, ASGIApp] = {}
        self._sockets: list[socket.socket] = []
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.urls: dict[str, str] = {}

    async def start(self) -> None:
        """Begin to serve; `urls` says where.

        Raises:
            OutsideError: a port is in use.
        """
        for name, app in self._apps.items():
            self._bind(name, app)
        config = uvicorn.Config(
            self._dispatch,
            http=_Protocol,
            interface="asgi3",
            proxy_headers=False,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=self._sockets))
        await self._server.began(self._task)

    async def stop(self) -> None:
        """End: answers under way have a second, then connections are closed."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._task, _PATIENCE_SECONDS)
        self._release()

    def _bind(self, name: str, app: ASGIApp) -> None:
        """Take an address for one app."""
        wanted = self._ports.get(name, 0)
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._sockets.append(bound)
        if sys.platform != "win32":  # there it would let two programs share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((_HOST, wanted))
        except OSError as error:
            self._release()
            raise OutsideError(
                f'port {wanted} for the simulated backend "{name}" cannot be taken: {error.strerror}',
                help="end the program that uses it, or choose port 0 for a free one",
            ) from error
        port = cast("int", bound.getsockname()[1])
        self._by_port[port] = app
        self.urls[name] = f"http://{_HOST}:{port}"

    def _release(self) -> None:
        for bound in self._sockets:
            bound.close()
        self._sockets.clear()

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the app whose address it came to."""
        port = cast("tuple[str, int]", scope["server"])[1]
        await self._by_port[port](scope, receive, send)


class _Server(uvicorn.Server):
    """A server that leaves signals to the command that started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Capture none."""
        yield

    async def began(self, serving: asyncio.Task[None]) -> None:
        """Wait until connections are taken, or pass on why not."""
        while not self.started:
            if serving.done():
                await serving
                raise OutsideError("the simulated backends ended before they began")
            await asyncio.sleep(0)


class _Protocol(HttpToolsProtocol):
    """HTTP/1.1 whose apps can drop the connection without an answer."""

    def on_message_begin(self) -> None:
        """Offer the extension with each request."""
        super().on_message_begin()
        cast("dict[str, object]", self.scope)["extensions"] = {ABORT: self.transport.close}
