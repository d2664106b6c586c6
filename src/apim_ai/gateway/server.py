"""The gateway as a raw ASGI application: bytes in, bytes out, one write for each read of the backend's answer."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from apim_ai.gateway.backends import HOP_BY_HOP
from apim_ai.message import Body, Headers, Request, Url
from apim_ai.message.url import DEFAULT_PORTS
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping

    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

__all__ = ["Application"]

_LOG = logging.getLogger("apim_ai.gateway")

HEALTH_PATH = b"/healthz"
WATCH_AFTER = 0.05  # seconds; a request that is answered sooner needs nobody to watch whether its caller is still there
BODILESS = frozenset({204, 304})
_NOT_SENT = HOP_BY_HOP | {"content-length", "date"}  # framing and date are the server's business


class Handles(Protocol):
    """What the server needs of the gateway."""

    async def handle(self, request: Request) -> Exchange:
        """Run a request through the gateway."""
        ...


class Application:
    """ASGI over `Gateway.handle`.

    Args:
        gateway: what handles requests.
    """

    def __init__(self, gateway: Handles) -> None:
        self._gateway = gateway
        self._watches = _Watches()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one connection event of the server."""
        kind = scope["type"]
        if kind == "http":
            if (scope.get("raw_path") or scope["path"].encode()) == HEALTH_PATH:
                await _send_whole(send, 200, [(b"content-type", b"application/json")], b'{"status":"ok"}')
            else:
                await self._http(scope, receive, send)
        elif kind == "lifespan":
            await _lifespan(receive, send)
        elif kind == "websocket":
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        incoming = _Incoming(receive)
        headers = Headers.from_wire(scope["headers"])
        body = None
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            body = await incoming.body()
            if body is None:
                return
        client = scope.get("client")
        request = Request(scope["method"], _url(scope, headers), headers, body, client[0] if client else "127.0.0.1")
        watch = self._watches.begin(incoming)
        try:
            exchange = await self._gateway.handle(request)
            response = exchange.context.response
            assert response is not None  # noqa: S101 - handle's promise
            await _respond(response, request.method, send)
        except asyncio.CancelledError:
            if not watch.caller_left:
                raise
            watch.forgive()
        finally:
            watch.stop()


class _Incoming:
    """The request's body as the server gives it, and what comes after it."""

    __slots__ = ("is_read", "receive")

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.is_read = True

    async def body(self) -> Body | None:
        """Return the body: its bytes when they came in one piece, else a stream; None when the caller left."""
        message = await self.receive()
        if message["type"] != "http.request":
            return None
        first = message.get("body", b"")
        if not message.get("more_body"):
            return Body(first)
        self.is_read = False
        return Body(stream=self._rest(first))

    async def _rest(self, first: bytes) -> AsyncIterator[bytes]:
        if first:
            yield first
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise WireError("reset", "the caller went away while its request was read")
            chunk = message.get("body", b"")
            if chunk:
                yield chunk
            if not message.get("more_body"):
                self.is_read = True
                return


class _Watches:
    """Cancels the work for callers who have gone away.

    One timer looks after all requests that have been under way for a while: most are over before it comes by.
    """

    def __init__(self) -> None:
        self._young: list[_Watch] = []
        self._old: list[_Watch] = []
        self._is_running = False

    def begin(self, incoming: _Incoming) -> _Watch:
        """Watch the caller of the running task."""
        watch = _Watch(incoming)
        self._young.append(watch)
        if not self._is_running:
            self._is_running = True
            asyncio.get_running_loop().call_later(WATCH_AFTER, self._come_by)
        return watch

    def _come_by(self) -> None:
        """Begin to watch for the requests that were there already at the last round."""
        waiting = [watch for watch in self._old if not watch.is_over and not watch.started()]
        self._old = [*waiting, *(watch for watch in self._young if not watch.is_over)]
        self._young = []
        self._is_running = bool(self._old)
        if self._is_running:
            asyncio.get_running_loop().call_later(WATCH_AFTER, self._come_by)


class _Watch:
    """Watches whether one caller is still there."""

    __slots__ = ("_incoming", "_task", "_watcher", "caller_left", "is_over")

    def __init__(self, incoming: _Incoming) -> None:
        self._incoming = incoming
        self._task = asyncio.current_task()
        self._watcher: asyncio.Task[None] | None = None
        self.caller_left = False
        self.is_over = False

    def started(self) -> bool:
        """Begin to wait for the caller's end; False while the request is still being read."""
        if self._incoming.is_read:
            self._watcher = asyncio.get_running_loop().create_task(self._watch())
        return self._incoming.is_read

    async def _watch(self) -> None:
        while True:
            message = await self._incoming.receive()
            if message["type"] == "http.disconnect":
                break
        self.caller_left = True
        if self._task is not None and not self.is_over:
            self._task.cancel()

    def forgive(self) -> None:
        """Take the cancellation back: the server's task goes on to its ordinary end."""
        if self._task is not None:
            self._task.uncancel()

    def stop(self) -> None:
        """Stop watching."""
        self.is_over = True
        if self._watcher is not None:
            self._watcher.cancel()


async def _respond(response: Response, method: str, send: Send) -> None:
    """Send a response; a body that breaks off leaves the answer unfinished, so that the server cuts the connection."""
    fields = response.headers.to_wire(_dropped(response.headers))
    body = response.body
    if method == "HEAD" or response.status in BODILESS:
        await _send_head(response, method, fields, send)
    elif body is None or body.content is not None:
        content = b"" if body is None or body.content is None else body.content
        if body is not None:
            body.finish_unsent()
        fields.append((b"content-length", str(len(content)).encode()))
        await _send_whole(send, response.status, fields, content)
    else:
        await _send_stream(response.status, body, fields, send)


async def _send_head(response: Response, method: str, fields: list[tuple[bytes, bytes]], send: Send) -> None:
    """Send a response that has no body, whatever its headers say."""
    body = response.body
    length = response.headers.get("content-length")
    if method == "HEAD" and body is not None and body.content is not None:
        length = str(len(body.content))
    if method == "HEAD" and length is not None and length.isdigit():
        fields.append((b"content-length", length.encode()))
    if body is not None:
        if body.content is None:
            await body.discard()
        else:
            body.finish_unsent()
    await _send_whole(send, response.status, fields, b"")


async def _send_whole(send: Send, status: int, fields: list[tuple[bytes, bytes]], content: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": content})


async def _send_stream(status: int, body: Body, fields: list[tuple[bytes, bytes]], send: Send) -> None:
    left = body.length
    if left is not None:
        fields.append((b"content-length", str(left).encode()))
    await send({"type": "http.response.start", "status": status, "headers": fields})
    try:
        async with aclosing(body.chunks()) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except WireError as error:
        _LOG.info("a response broke off: %s", error)
        return
    await send({"type": "http.response.body", "body": b""})


def _dropped(headers: Headers) -> frozenset[str]:
    """Return the names of the fields that belong to the backend's connection."""
    connection = headers.get("connection")
    if not connection:
        return _NOT_SENT
    return _NOT_SENT.union(name.strip().lower() for name in connection.split(","))


def _url(scope: Message, headers: Headers) -> Url:
    host, port = _authority(headers.get("host") or "localhost", scope["scheme"])
    path = scope.get("raw_path") or scope["path"].encode()
    return Url(scope["scheme"], host, port, path.decode("latin-1"), scope["query_string"].decode("latin-1"))


@lru_cache(maxsize=256)
def _authority(text: str, scheme: str) -> tuple[str, int | None]:
    """Return host and port of a Host field."""
    try:
        url = Url.parse(f"{scheme}://{text}")
    except ValueError:
        return "localhost", DEFAULT_PORTS.get(scheme)
    return url.host, url.port


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
