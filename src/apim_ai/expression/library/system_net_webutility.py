"""System.Net.WebUtility."""

from __future__ import annotations

import re
from html.entities import name2codepoint
from urllib.parse import quote, unquote_plus, unquote_to_bytes

from apim_ai.expression.exceptions import argument_null, out_of_range
from apim_ai.expression.library.declare import clr_static

__all__ = ["url_decode", "url_encode"]

WEB = clr_static("System.Net.WebUtility")


@WEB.member("static string UrlEncode(string value)")
def url_encode(text: str | None) -> str | None:
    """Escape for a form; a blank becomes +."""
    return (
        None if text is None else quote(text, safe=" -_.!*()", errors="replace").replace("~", "%7E").replace(" ", "+")
    )


@WEB.member("static string UrlDecode(string encodedValue)")
def url_decode(text: str | None) -> str | None:
    """Undo escaping for a form."""
    return None if text is None else unquote_plus(text)


@WEB.member("static string HtmlEncode(string value)")
def html_encode(text: str | None) -> str | None:
    """Escape for HTML."""
    if text is None:
        return None
    plain = (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("'", "&#39;")
    )
    return re.sub("[\u00a0-\u00ff\U00010000-\U0010ffff]", lambda found: f"&#{ord(found.group())};", plain)


@WEB.member("static string HtmlDecode(string value)")
def html_decode(text: str | None) -> str | None:
    """Undo escaping for HTML."""
    if text is None:
        return None
    pieces: list[str] = []
    position = 0
    for found in re.finditer("&(#?)", text):
        end = text.find(";", found.end())
        if found.start() < position or end < 0:
            continue
        is_number = bool(found[1]) and end > found.end()
        character = _numbered(text[found.end() : end]) if is_number else _named(text[found.start() + 1 : end])
        if character is None and is_number:
            continue
        pieces.append(text[position : found.start()])
        pieces.append(text[found.start() : end + 1] if character is None else character)
        position = end + 1
    return "".join(pieces) + text[position:]


def _numbered(digits: str) -> str | None:
    number = re.fullmatch(r"[xX]([0-9A-Fa-f]+)|\s*\+?(\d+)\s*", digits, re.ASCII)
    if number is None:
        return None
    code = int(number[1], 16) if number[1] else int(number[2])
    return chr(code) if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else None  # noqa: PLR2004 - Unicode's bounds


def _named(name: str) -> str | None:
    """Return what an entity of HTML 4 stands for."""
    code = ord("'") if name == "apos" else name2codepoint.get(name)
    return None if code is None else chr(code)


def _bytes_part(data: bytes | None, offset: int, count: int) -> bytes | None:
    if data is None and count == 0:
        return None
    if data is None:
        argument_null("bytes")
    for name, number in (("offset", offset), ("count", count)):
        if not 0 <= number <= len(data) - (0 if name == "offset" else offset):
            out_of_range(name)
    return bytes(data[offset : offset + count])


@WEB.member("static byte[] UrlEncodeToBytes(byte[] value, int offset, int count)")
def url_encode_bytes(data: bytes | None, offset: int, count: int) -> bytearray | None:
    """Escape bytes for a form."""
    part = _bytes_part(data, offset, count)
    return (
        None if part is None else bytearray(quote(part, safe=" -_.!*()").replace("~", "%7E").replace(" ", "+"), "ascii")
    )


@WEB.member("static byte[] UrlDecodeToBytes(byte[] encodedValue, int offset, int count)")
def url_decode_bytes(data: bytes | None, offset: int, count: int) -> bytearray | None:
    """Undo escaping of bytes for a form."""
    part = _bytes_part(data, offset, count)
    return None if part is None else bytearray(unquote_to_bytes(part.replace(b"+", b" ")))
