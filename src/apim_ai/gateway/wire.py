"""The wire in service: HTTP/1.1 over kept connections behind the `Wire` protocol.

Bytes pass as they are: nothing is decompressed, no cookies are kept, no redirect is followed here. ADR 11 says why this
is no library's client; requests through a proxy still go by aiohttp's.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

from apim_ai.gateway.connections import Connections, Origin
from apim_ai.gateway.deadlines import Deadlines
from apim_ai.gateway.tls import Contexts
from apim_ai.message import Body, Headers, Response, is_token
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator

    from apim_ai.gateway.aiohttp_wire import AiohttpWire
    from apim_ai.gateway.http1 import Answer, Connection
    from apim_ai.gateway.outgoing import LimitedWire
    from apim_ai.message import Url
    from apim_ai.runtime import Callout

__all__ = ["HttpWire"]

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
USUAL = IDEMPOTENT | {"POST", "PATCH"}
LENGTHLESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # where no body needs no `Content-Length: 0`
JOINED_BYTES = 64 * 1024  # up to here head and body are one write
_FRAMING = frozenset({"content-length", "transfer-encoding", "host"})


class HttpWire:
    """Sends requests with one pool of connections; made on the running event loop when first used.

    Attributes:
        keeps_time_limits: it sees to the callout's time limit itself, without a timer of asyncio for each request.
    """

    keeps_time_limits = True

    def __init__(self) -> None:
        self._connections = Connections()
        self._deadlines = Deadlines()
        self._contexts = Contexts()
        self._proxied: tuple[AiohttpWire, LimitedWire] | None = None

    async def send(self, callout: Callout) -> Response:
        """Return the response as soon as its headers are there; its body streams.

        Raises:
            WireError: there is no response.
        """
        if callout.proxy is not None:
            return await self._by_proxy(callout)
        url, head = callout.url, _head(callout)
        origin = Origin(url.host, url.port, self._tls(callout) if url.scheme == "https" else None)
        connection = self._connections.take(origin)
        if connection is not None:
            answer = _begun(connection, callout, head)
            try:
                return await _response(answer, callout, self._deadlines)
            except WireError as error:  # it may have been closed for being idle while the request was on its way
                if error.kind == "timeout" or not answer.is_untouched or not _is_repeatable(callout):
                    raise
        try:
            async with asyncio.timeout(callout.timeout):
                connection = await self._connections.open(origin)
                return await _response(_begun(connection, callout, head), callout, self._deadlines)
        except TimeoutError:
            raise _too_late(callout) from None

    async def aclose(self) -> None:
        """Close all connections."""
        await self._connections.aclose()
        if self._proxied is not None:
            await self._proxied[0].aclose()

    async def _by_proxy(self, callout: Callout) -> Response:
        if self._proxied is None:
            from apim_ai.gateway.aiohttp_wire import AiohttpWire  # noqa: PLC0415 - heavy, and proxies are rare
            from apim_ai.gateway.outgoing import LimitedWire  # noqa: PLC0415 - likewise

            proxied = AiohttpWire()
            self._proxied = (proxied, LimitedWire(proxied))
        return await self._proxied[1].send(callout)

    def _tls(self, callout: Callout) -> ssl.SSLContext:
        certificate = callout.certificate if isinstance(callout.certificate, bytes) else None
        return self._contexts.of(
            verify_chain=callout.verify_chain, verify_name=callout.verify_name, certificate=certificate
        )


def _begun(connection: Connection, callout: Callout, head: bytes) -> Answer:
    """Send a request, or at least its beginning."""
    body = callout.body
    is_head_only = callout.method == "HEAD"
    if body is None:
        return connection.request(head, is_head_only=is_head_only)
    content = body.content
    if content is not None and len(content) <= JOINED_BYTES:
        return connection.request(head + content, is_head_only=is_head_only)
    answer = connection.request(head, is_head_only=is_head_only)
    if content is not None:
        connection.send(content)
    else:
        length = _length(callout)
        connection.upload(_chunked(body) if length is None else _counted(body, length))
    return answer


async def _response(answer: Answer, callout: Callout, deadlines: Deadlines) -> Response:
    """Wait for an answer's head; a small body came with it."""
    headed = answer.headed
    watched = deadlines.watch(answer, callout.timeout)
    try:
        await headed
    except WireError as error:
        if error.kind == "timeout":
            raise _too_late(callout) from None
        raise WireError("reset", f"{callout.url.authority} broke off: {error}") from error
    except BaseException:
        answer.close()
        raise
    finally:
        deadlines.forget(answer, watched)
    body: Body | None
    if answer.is_complete:
        content = answer.content()
        body = Body(content) if content else None
    else:
        body = Body(stream=answer.chunks(), close=answer.aclose, length=answer.length)
    return Response(answer.status, answer.reason.decode("latin-1"), Headers.from_wire(answer.fields), body)


def _too_late(callout: Callout) -> WireError:
    return WireError("timeout", f"no response within {callout.timeout:g} s")


def _is_repeatable(callout: Callout) -> bool:
    return callout.method in IDEMPOTENT and (callout.body is None or callout.body.content is not None)


# --- what is sent -----------------------------------------------------------------------------------------------------


def _head(callout: Callout) -> bytes:
    """Return request line and headers.

    Raises:
        WireError: they cannot be sent as they are: somebody tries to smuggle something.
    """
    url, body, headers = callout.url, callout.body, callout.headers
    if callout.method not in USUAL and not is_token(callout.method):
        raise WireError("connect", "the request cannot be sent: its method is not one")
    fields = [f"{callout.method} {url.target} HTTP/1.1", f"Host: {headers.get('host') or _host(url)}"]
    fields += headers.lines(_FRAMING)
    if body is None:
        if callout.method not in LENGTHLESS:
            fields.append("Content-Length: 0")
    elif body.content is not None:
        fields.append(f"Content-Length: {len(body.content)}")
    else:
        length = _length(callout)
        fields.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    text = "\r\n".join(fields)
    breaks = len(fields) - 1
    if text.count("\n") != breaks or text.count("\r") != breaks or "\0" in text:
        raise WireError("connect", "the request cannot be sent: a header has a line break in it")
    return f"{text}\r\n\r\n".encode("utf-8", "surrogateescape")


def _host(url: Url) -> str:
    authority = url.authority
    return (
        authority
        if authority.isascii()
        else url.replace(host=url.host.encode("idna").decode(), port=url.port).authority
    )


def _length(callout: Callout) -> int | None:
    """Return how many bytes a streamed body says it has."""
    text = callout.headers.get("content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


async def _chunked(body: Body) -> AsyncGenerator[bytes, None]:
    async with aclosing(body.chunks()) as pieces:
        async for piece in pieces:
            if piece:
                yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


async def _counted(body: Body, length: int) -> AsyncGenerator[bytes, None]:
    """Yield a body that must have the length that its header says; else the backend would wait, or take it for more."""
    left = length
    async with aclosing(body.chunks()) as pieces:
        async for piece in pieces:
            left -= len(piece)
            if left < 0:
                break
            yield piece
    if left:
        raise WireError("reset", "the request's body has not the length that it says")
