"""HTTP/1.1 as callers speak it: uvicorn's, with bounds on what a connection may send and how long it may take.

llhttp refuses what is ambiguous (two lengths, bare line feeds, folded fields, spaces before colons). What it lets pass and
a gateway must not is refused here, before the application hears of the request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

__all__ = ["Protocol"]

MAX_HEAD_BYTES = 128 * 1024  # of a request line and its fields; the service refuses far less
HEAD_SECONDS = 30.0  # from a request's first byte (or the connection's beginning) to the end of its fields
BODY_SECONDS = 120.0  # between two pieces of a request's body
_VERSIONS = ("1.1", "1.0")
_UPGRADE = re.compile(rb"\r\nupgrade:[^\r\n]*", re.IGNORECASE)


class Protocol(HttpToolsProtocol):
    """One connection of a caller.

    Attributes:
        head_seconds: how long a request's head may take.
        body_seconds: how long nothing may come of a request's body.
    """

    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS
    _head_bytes = 0
    _is_in_body = False
    _waits_since: float | None = None
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares it
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._waits_since = self.loop.time()
        self._timer = self.loop.call_later(self.head_seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, or refuse a request whose head is too long to be one."""
        if self._is_in_body:
            self._waits_since = self.loop.time()
        else:
            if self._waits_since is None:
                self._waits_since = self.loop.time()
            self._head_bytes += len(data)
            data = _without_upgrade(data)
        super().data_received(data)
        if self._is_in_body or self.transport.is_closing():
            return
        if self._head_bytes > MAX_HEAD_BYTES:
            self.send_400_response("The request line and header fields are too long.")

    def on_headers_complete(self) -> None:
        """Refuse what is no request for a gateway; stop counting: the body has limits of its own."""
        assert self.parser is not None  # noqa: S101 - it is the parser that calls
        _check(self.parser.get_http_version(), self.headers)
        self._is_in_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Count anew for the connection's next request; the time until it begins is the server's business."""
        self._head_bytes = 0
        self._is_in_body = False
        self._waits_since = None
        super().on_message_complete()

    def _look(self) -> None:
        """End a connection whose caller takes too long; else look again when that can be."""
        if self.transport.is_closing():
            return
        limit = self.body_seconds if self._is_in_body else self.head_seconds
        now = self.loop.time()
        if not self.transport.is_reading():
            self._waits_since = now  # it is us who take their time
        left = limit if self._waits_since is None else self._waits_since + limit - now
        if left > 0:
            self._timer = self.loop.call_later(left, self._look)
        else:
            self.transport.close()


def _check(version: str, headers: list[tuple[bytes, bytes]]) -> None:
    """Raise for a request that http.sys, in front of the service, answers with 400 too.

    Raises:
        ValueError: another protocol version, no host or two of them, or a body that is coded otherwise than in chunks.
    """
    hosts = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding" and (version == "1.0" or value.lower() != b"chunked"):
            raise ValueError("transfer-encoding")
    if version not in _VERSIONS or hosts > 1 or (not hosts and version == "1.1"):
        raise ValueError("version or host")


def _without_upgrade(data: bytes) -> bytes:
    """Return the bytes of a request's head without the offer to speak another protocol, which a server may ignore.

    The parser would take the end of the head for the end of the request, and drop its body. Java's client makes the offer
    with each first request of a connection.
    """
    if b"pgrade" not in data and b"PGRADE" not in data:
        return data
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"", head) + end + rest
