"""What stands before every simulated backend: it records each request and plays the faults that are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.demo.backends.received import Received

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from apim_ai.clock import Clock
    from apim_ai.demo.backends.fault import Fault, Faults
    from apim_ai.demo.backends.received import ReceivedLog

__all__ = ["ABORT", "Endpoint"]

ABORT = "apim_ai.abort"
"""The ASGI extension with which our server closes a connection before the answer is complete; what was written goes out."""

_LARGEST_BODY = 64 * 1024 * 1024


class Endpoint:
    """One backend on its own address.

    Args:
        name: the backend's name in log and faults.
        app: what answers.
        log: where requests are noted.
        faults: what it is told to answer instead.
        clock: times the log and waits for delays.
    """

    def __init__(self, name: str, app: ASGIApp, log: ReceivedLog, faults: Faults, clock: Clock) -> None:
        self.name = name
        self._app = app
        self._log = log
        self._faults = faults
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Record the request, then answer as told or as the backend does."""
        body = await _read(receive)
        if body is None:
            return
        self._log.add(self._received(scope, body))
        fault = self._faults.next(self.name)
        if fault is None:
            await self._app(scope, _replay(body, receive), send)
        else:
            await self._play(fault, scope, receive, send)

    def _received(self, scope: Scope, body: bytes) -> Received:
        """Return the log's entry for a request."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in cast("list[tuple[bytes, bytes]]", scope["headers"]):
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        path = cast("bytes", scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        query = cast("bytes", scope["query_string"]).decode("latin-1")
        url = f"http://{headers.get('host', '127.0.0.1')}{path}" + (f"?{query}" if query else "")
        return Received(self.name, cast("str", scope["method"]), url, headers, body, self._clock.now())

    async def _play(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Give a scripted answer."""
        if fault.delay:
            await self._clock.sleep(fault.delay)
        if fault.error == "timeout":
            await _left(receive)
            return
        if fault.error is not None and fault.reset_after is None:
            await _abort(scope, receive)
            return
        chunks = fault.chunks if fault.reset_after is None else fault.chunks[: fault.reset_after]
        headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in fault.headers]
        await send({"type": "http.response.start", "status": fault.status, "headers": headers})
        for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if fault.reset_after is None:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await _abort(scope, receive)


async def _read(receive: Receive) -> bytes | None:
    """Return the whole body, or None when the caller left while sending it or sent more than anybody needs."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = cast("bytes", message.get("body", b""))
        size += len(part)
        if size > _LARGEST_BODY:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body again, then what really comes: the caller leaving."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again


async def _left(receive: Receive) -> None:
    """Wait until the caller has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _abort(scope: Scope, receive: Receive) -> None:
    """Drop the connection. Without a server that can, the missing end of the answer has the same effect."""
    extensions = cast("dict[str, Callable[[], None]]", scope.get("extensions") or {})
    abort = extensions.get(ABORT)
    if abort is not None:
        abort()
        await _left(receive)
