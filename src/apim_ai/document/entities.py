"""Character references: decoding with the way back to the source, and encoding for the `xml` format."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Decoded", "decode", "encode_attribute", "encode_text", "stray_ampersand"]

_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(quot|amp|lt|gt|apos));")
_NAMED = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'"}
_STRAY = re.compile(r"&(?!(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|quot|amp|lt|gt|apos);)")
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded text.

    Args:
        text: the text without character references.
        offsets: for each character, and one past the end, its offset in the source; None when nothing was decoded.
    """

    text: str
    offsets: tuple[int, ...] | None


def decode(text: str, start: int, end: int) -> Decoded:
    """Decode `text[start:end]`; what is no known reference stays as it stands."""
    if text.find("&", start, end) < 0:
        return Decoded(text[start:end], None)
    pieces: list[str] = []
    offsets: list[int] = []
    position = start
    for match in _ENTITY.finditer(text, start, end):
        character = _character(match)
        if character is None:
            continue
        pieces.append(text[position : match.start()])
        offsets.extend(range(position, match.start()))
        pieces.append(character)
        offsets.append(match.start())
        position = match.end()
    pieces.append(text[position:end])
    offsets.extend(range(position, end + 1))
    decoded = "".join(pieces)
    return Decoded(decoded, None if len(decoded) == end - start else tuple(offsets))


def stray_ampersand(text: str, start: int, end: int) -> int | None:
    """Return the offset of the first `&` that begins no character reference."""
    match = _STRAY.search(text, start, end)
    return None if match is None else match.start()


def encode_text(text: str) -> str:
    """Encode character data for the `xml` format."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def encode_attribute(text: str) -> str:
    """Encode a double-quoted attribute value for the `xml` format, line breaks included."""
    encoded = encode_text(text).replace('"', "&quot;")
    return encoded.replace("\r", "&#xD;").replace("\n", "&#xA;").replace("\t", "&#x9;")


def _character(match: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = match.groups()
    if name is not None:
        return _NAMED[name]
    number = int(decimal) if decimal is not None else int(hexadecimal, 16)
    if number == 0 or number > _LAST_CHARACTER or number in _SURROGATES:
        return None
    return chr(number)
