"""Undoes the content coding of messages for those who read along; what passes on stays as it came."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from apim_ai.runtime import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.message import Request, Response

__all__ = ["decoded", "unpacker"]


def unpacker(message: Request | Response) -> Callable[[bytes], bytes] | None:
    """Return what undoes a message's content coding chunk by chunk, or None for a coding that we do not know."""
    coding = (message.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return _same
    if coding not in ("gzip", "x-gzip", "deflate"):
        return None
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def unpack(data: bytes) -> bytes:
        try:
            return inflater.decompress(data, BODY_LIMIT)
        except zlib.error:
            return b""

    return unpack


def decoded(content: bytes, message: Request | Response) -> bytes:
    """Return a whole content without its coding; empty where we do not know that."""
    unpack = unpacker(message)
    return b"" if unpack is None else unpack(content)


def _same(data: bytes) -> bytes:
    return data
