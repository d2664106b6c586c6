"""Undoes the content coding of answers for those who read along; what passes to the caller stays as it came."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from apim_ai.runtime import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.message import Response

__all__ = ["decoded", "unpacker"]


def unpacker(response: Response) -> Callable[[bytes], bytes] | None:
    """Return what undoes a response's content coding chunk by chunk, or None for a coding that we do not know."""
    coding = (response.headers.get("Content-Encoding") or "identity").strip().lower()
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


def decoded(content: bytes, response: Response) -> bytes:
    """Return a whole content without its coding; empty where we do not know that."""
    unpack = unpacker(response)
    return b"" if unpack is None else unpack(content)


def _same(data: bytes) -> bytes:
    return data
