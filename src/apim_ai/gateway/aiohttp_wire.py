"""The wire to backends behind a proxy: aiohttp's client behind the `Wire` protocol.

Bytes pass as they are: nothing is decompressed, no cookies are kept, no redirect is followed here. A connection goes
back to the pool only after the whole answer was taken; an answer that is thrown away closes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from apim_ai.gateway.tls import Contexts
from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterable

    from apim_ai.runtime import Callout

__all__ = ["AiohttpWire"]

KEEP_ALIVE_SECONDS = 15.0
CONNECT_SECONDS = 30.0
MAX_FIELD_BYTES = 32 * 1024  # one header field of a backend; the service's own limit is not documented
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_STREAM_FRAMING = frozenset({"transfer-encoding"})
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)


class _PlainRequest(aiohttp.ClientRequest):
    """A request with the caller's header fields and no others of aiohttp's own."""

    _skip_auto_headers = CIMultiDict({"Content-Type": None})

    def update_auto_headers(self, skip_auto_headers: Iterable[str] | None) -> None:
        """Add none."""


class AiohttpWire:
    """Sends requests with one pool of connections; made on the running event loop when first used."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._contexts = Contexts()

    async def send(self, callout: Callout) -> Response:
        """Return the response as soon as its headers are there; its body streams.

        Raises:
            WireError: there is no response.
        """
        session = self._session or self._open()
        body = callout.body
        try:
            response = await session.request(
                callout.method,
                URL(str(callout.url), encoded=True),
                headers=_fields(callout),
                data=None if body is None else body.content if body.content is not None else body.chunks(),
                allow_redirects=False,
                ssl=self._tls(callout) if callout.url.scheme == "https" else True,
                proxy=callout.proxy,
            )
        except TimeoutError as error:
            raise WireError("timeout", f"{callout.url.authority} did not accept a connection in time") from error
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            raise WireError("connect", f"cannot connect to {callout.url.authority}") from error
        except (aiohttp.ClientError, OSError) as error:
            raise WireError("reset", f"{callout.url.authority} broke off: {type(error).__name__}") from error
        except ValueError as error:
            raise WireError("connect", f"the request cannot be sent: {type(error).__name__}") from error
        return Response(
            response.status, response.reason or "", Headers.from_wire(response.raw_headers), _body_of(response)
        )

    async def aclose(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=_TIMEOUT,
            max_line_size=MAX_FIELD_BYTES,
            max_field_size=MAX_FIELD_BYTES,
            request_class=_PlainRequest,
        )
        return self._session

    def _tls(self, callout: Callout) -> ssl.SSLContext:
        certificate = callout.certificate if isinstance(callout.certificate, bytes) else None
        return self._contexts.of(
            verify_chain=callout.verify_chain, verify_name=callout.verify_name, certificate=certificate
        )


def _fields(callout: Callout) -> list[tuple[str, str]]:
    """Return the header fields; the length of a body at hand is the client's business."""
    body = callout.body
    is_stream = body is not None and body.content is None
    return callout.headers.pairs(_STREAM_FRAMING if is_stream else _FRAMING)


def _body_of(response: aiohttp.ClientResponse) -> Body | None:
    content = response.content
    if content.is_eof() and content.exception() is None:  # a small answer came with its headers
        data = content.read_nowait()
        response.release()
        return Body(data) if data else None

    async def close() -> None:
        if content.at_eof():
            response.release()
        else:
            response.close()

    return Body(stream=_chunks(response), close=close, length=response.content_length)


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.content.iter_any():
            yield chunk
    except (aiohttp.ClientError, OSError) as error:
        raise WireError("reset", f"the body broke off: {type(error).__name__}") from error
