"""A wire over any httpx transport: for tests, where respx answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from apim_ai.runtime import Callout

__all__ = ["HttpxWire"]

_OWN_FIELDS = frozenset({"content-length", "transfer-encoding"})


class HttpxWire:
    """Sends requests through a transport, such as `httpx.MockTransport(router.async_handler)` with a respx router.

    Args:
        transport: what answers. It is called directly, without a client around it.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def send(self, callout: Callout) -> Response:
        """Return the response as soon as its headers are there.

        Raises:
            WireError: there is no response.
        """
        try:
            response = await self._transport.handle_async_request(_request(callout))
        except httpx.TimeoutException as error:
            raise WireError("timeout", f"{callout.url.authority} did not answer in time") from error
        except (httpx.ConnectError, httpx.UnsupportedProtocol) as error:
            raise WireError("connect", f"cannot connect to {callout.url.authority}: {error}") from error
        except httpx.HTTPError as error:
            raise WireError("reset", f"{callout.url.authority} broke off: {error}") from error
        except AssertionError as error:  # respx: no route for this request
            raise WireError("connect", str(error)) from error
        reason = response.extensions.get("reason_phrase", b"").decode("latin-1") or response.reason_phrase
        return Response(response.status_code, reason, Headers.from_wire(response.headers.raw), _body_of(response))

    async def aclose(self) -> None:
        """Close the transport."""
        await self._transport.aclose()


def _request(callout: Callout) -> httpx.Request:
    fields = callout.headers.pairs(_OWN_FIELDS)
    body = callout.body
    content = None if body is None else body.content if body.content is not None else body.chunks()
    seconds = dict.fromkeys(("connect", "read", "write", "pool"), callout.timeout)
    return httpx.Request(
        callout.method, str(callout.url), headers=fields, content=content, extensions={"timeout": seconds}
    )


def _body_of(response: httpx.Response) -> Body | None:
    if response.is_stream_consumed:
        return Body(response.content) if response.content else None
    return Body(stream=_chunks(response), close=response.aclose)


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in response.aiter_raw():
            yield chunk
    except httpx.HTTPError as error:
        raise WireError("reset", f"the body broke off: {error}") from error
