"""Responses on their way into a cache and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import StoredResponse

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["kept", "restored"]

# What belongs to one connection or one caller, not to the content (RFC 9111 section 3.1), and lengths, which are made anew.
_NOT_KEPT = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "content-length",
        "set-cookie",
    }
)


def kept(response: Response, content: bytes, *, without: Iterable[str] = ()) -> StoredResponse:
    """Return a response as a cache keeps it."""
    left_out = _NOT_KEPT | {name.lower() for name in without}
    headers = tuple((name, value) for name, value in response.headers.pairs() if name.lower() not in left_out)
    return StoredResponse(response.status, response.reason, headers, content)


def restored(stored: StoredResponse) -> Response:
    """Return a kept response as a new one."""
    return Response(stored.status, stored.reason, Headers(stored.headers), Body(stored.body))
