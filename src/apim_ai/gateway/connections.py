"""The connections to backends: opened when needed, kept for a while when free, the last used first."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, NamedTuple

import aiohappyeyeballs

from apim_ai.gateway.http1 import Connection
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    import ssl

__all__ = ["Connections", "Origin"]

KEEP_ALIVE_SECONDS = 15.0
CONNECT_SECONDS = 30.0
ATTEMPT_SECONDS = 0.25  # until the next address of a host is tried beside the first (RFC 8305, section 5)


class Origin(NamedTuple):
    """Where connections lead; connections of equal origins stand for each other.

    Args:
        tls: how the backend proves itself, None for clear text.
    """

    host: str
    port: int
    tls: ssl.SSLContext | None


class Connections:
    """All connections of a wire; they belong to the event loop that first used them."""

    def __init__(self) -> None:
        self._free: dict[Origin, list[Connection]] = {}
        self._all: dict[Connection, Origin] = {}
        self._sweeper: asyncio.TimerHandle | None = None

    def take(self, origin: Origin) -> Connection | None:
        """Return a free connection, the one that was used last, or None."""
        free = self._free.get(origin)
        while free:
            connection = free.pop()
            if connection.is_open:
                return connection
        return None

    async def open(self, origin: Origin) -> Connection:
        """Return a new connection.

        Raises:
            WireError: it cannot be made, or not in time.
        """
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                connection = await self._connected(origin)
        except TimeoutError as error:
            raise WireError("timeout", f"{origin.host}:{origin.port} did not accept a connection in time") from error
        except (OSError, ValueError) as error:  # no such host, refused, a certificate that is not trusted
            raise WireError("connect", f"cannot connect to {origin.host}:{origin.port}") from error
        self._all[connection] = origin
        return connection

    async def aclose(self) -> None:
        """Close all connections."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for connection in tuple(self._all):
            connection.fail(WireError("reset", "the gateway closes its connections"))
        self._all.clear()
        self._free.clear()

    async def _connected(self, origin: Origin) -> Connection:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        opened = await aiohappyeyeballs.start_connection(  # pyright: ignore[reportUnknownMemberType] - a bare tuple in its types
            found, happy_eyeballs_delay=ATTEMPT_SECONDS, loop=loop
        )
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        name = origin.host if origin.tls is not None else None
        try:
            _, connection = await loop.create_connection(
                lambda: Connection(self._release, self._forget), sock=opened, ssl=origin.tls, server_hostname=name
            )
        except BaseException:
            opened.close()
            raise
        return connection

    def _release(self, connection: Connection) -> None:
        origin = self._all.get(connection)
        if origin is None:
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._free.setdefault(origin, []).append(connection)
        if self._sweeper is None:
            self._sweeper = loop.call_later(KEEP_ALIVE_SECONDS, self._sweep)

    def _sweep(self) -> None:
        """Close what has been free for too long; come again while anything is free."""
        loop = asyncio.get_running_loop()
        border = loop.time() - KEEP_ALIVE_SECONDS
        for origin, free in tuple(self._free.items()):
            for connection in free:
                if connection.idle_since <= border:
                    connection.abort()
            kept = [connection for connection in free if connection.is_open]
            if kept:
                self._free[origin] = kept
            else:
                del self._free[origin]
        self._sweeper = loop.call_later(KEEP_ALIVE_SECONDS / 3, self._sweep) if self._free else None

    def _forget(self, connection: Connection) -> None:
        self._all.pop(connection, None)
