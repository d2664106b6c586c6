"""What every request that leaves the gateway has in common: a time limit, and redirects where they are wanted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from apim_ai.message import Url
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from apim_ai.message import Response
    from apim_ai.runtime import Callout, Wire

__all__ = ["LimitedWire"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
KEEPS_METHOD = frozenset({307, 308})
MOST_REDIRECTS = 10
SECRET_FIELDS = ("Authorization", "Cookie", "Proxy-Authorization", "api-key")


class LimitedWire:
    """A `Wire` around another one: keeps the callout's time limit and follows redirects.

    Args:
        wire: what sends.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._is_kept = bool(getattr(wire, "keeps_time_limits", False))

    async def send(self, callout: Callout) -> Response:
        """Send; return the response as soon as its headers are there.

        Raises:
            WireError: there is no response in time, or none at all.
        """
        if self._is_kept and not callout.follow_redirects:
            return await self.wire.send(callout)
        try:
            async with asyncio.timeout(callout.timeout):
                response = await self.wire.send(callout)
                if callout.follow_redirects and response.status in REDIRECTS:
                    response = await self._followed(callout, response)
        except TimeoutError:
            raise WireError("timeout", f"no response within {callout.timeout:g} s") from None
        return response

    async def _followed(self, callout: Callout, response: Response) -> Response:
        for _ in range(MOST_REDIRECTS):
            location = response.headers.get("Location")
            following = _next(callout, response.status, location) if location else None
            if following is None:
                break
            if response.body is not None:
                await response.body.discard()
            callout = following
            response = await self.wire.send(callout)
            if response.status not in REDIRECTS:
                break
        return response


def _next(callout: Callout, status: int, location: str) -> Callout | None:
    """Return the request for a redirect, or None where it cannot be followed.

    Credentials do not follow to another origin, and a body that was streamed cannot be sent again.
    """
    try:
        url = Url.parse(urljoin(str(callout.url), location))
    except ValueError:
        return None
    keeps = status in KEEPS_METHOD or callout.method in ("GET", "HEAD")
    body = callout.body if keeps else None
    if body is not None and not body.is_buffered:
        return None
    headers = callout.headers.copy()
    if body is None:
        headers.remove("Content-Type")
        headers.remove("Content-Length")
    if (url.scheme, url.host, url.port) != (callout.url.scheme, callout.url.host, callout.url.port):
        for name in (*SECRET_FIELDS, "Host"):
            headers.remove(name)
    method = callout.method if keeps else "GET"
    return type(callout)(
        method,
        url,
        headers,
        body,
        callout.purpose,
        callout.timeout,
        http_version=callout.http_version,
        verify_chain=callout.verify_chain,
        verify_name=callout.verify_name,
        proxy=callout.proxy,
    )
