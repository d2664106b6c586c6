"""The message that a body policy acts on, its content as text, and putting another content in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.definition import Kind
from apim_ai.expression import Read, to_text
from apim_ai.family.api_schema import media_type
from apim_ai.message import Body

if TYPE_CHECKING:
    from apim_ai.expression import ExpressionSettings
    from apim_ai.message import Headers, Request, Response
    from apim_ai.runtime import Exchange

__all__ = [
    "BODY",
    "content_of",
    "content_type_of",
    "decode",
    "encode",
    "forget_length",
    "is_json",
    "is_xml",
    "message_of",
    "replace_content",
]

_CHARSET = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._-]+)", re.IGNORECASE)


def _converted(value: object, settings: ExpressionSettings) -> str | bytes:
    return bytes(value) if isinstance(value, (bytes, bytearray)) else to_text(value, settings) or ""


BODY: Kind[str | bytes] = Kind("body", str, _converted, "", trims=False)
"""The content of a message: a byte array as it is, anything else as text."""


def message_of(exchange: Exchange) -> Request | Response | None:
    """Return the request in inbound and backend, the response in outbound and on-error."""
    return exchange.response if exchange.acts_on_response else exchange.request


async def content_of(exchange: Exchange, message: Request | Response) -> bytes:
    """Return the whole content of the message; empty where there is none."""
    if message.body is None or message.body.consumed:
        return b""
    await exchange.buffer(Read.RESPONSE_BODY if exchange.acts_on_response else Read.REQUEST_BODY)
    return message.body.content or b""


async def replace_content(message: Request | Response, content: bytes) -> None:
    """Give a message another content; its length follows."""
    if message.body is not None:
        await message.body.discard()
    message.body = Body(content)
    forget_length(message.headers)


def forget_length(headers: Headers) -> None:
    """Remove what said how long the old content was."""
    headers.remove("Content-Length")
    headers.remove("Transfer-Encoding")


def content_type_of(message: Request | Response) -> str:
    """Return the media type without parameters, in lower case; empty where there is none."""
    return media_type(message.headers.get("Content-Type") or "")


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON."""
    return content_type in ("application/json", "text/json") or content_type.endswith("+json")


def is_xml(content_type: str) -> bool:
    """Whether a media type is XML."""
    return content_type in ("application/xml", "text/xml") or content_type.endswith("+xml")


def decode(message: Request | Response, content: bytes) -> str:
    """Return the content as text, in the charset that the message names or UTF-8; a byte order mark is no text."""
    try:
        return content.decode(_charset(message), "replace").removeprefix("\ufeff")
    except LookupError:
        return content.decode("utf-8", "replace").removeprefix("\ufeff")


def encode(message: Request | Response, text: str) -> bytes:
    """Return text as the content of a message, in the charset that it names or UTF-8."""
    try:
        return text.encode(_charset(message))
    except (LookupError, UnicodeEncodeError):
        return text.encode()


def _charset(message: Request | Response) -> str:
    found = _CHARSET.search(message.headers.get("Content-Type") or "")
    return found[1] if found else "utf-8"
