"""Reads the texts of GUIDs: each form, with .NET's complaint about what is wrong."""

from __future__ import annotations

import re
import uuid
from typing import NoReturn

from apim_ai.expression.exceptions import format_error, overflow

__all__ = ["parse_guid", "parse_guid_exact"]

_LENGTH = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
_DIGITS = "Guid string should only contain hexadecimal characters."
_COMMA = "Could not find a comma, or the length between the previous token and the comma was zero (i.e., '0x,'etc.)."
_BRACE = "Could not find a brace, or the length between the previous token and the brace was zero (i.e., '0x,'etc.)."
_HEX = re.compile(r"[0-9a-fA-F]+")
_PREFIXED = re.compile(r"\+?(?:0[xX])?([0-9a-fA-F]*)")
_DASHES = (8, 13, 18, 23)
_BARE, _DASHED, _ENCLOSED = 32, 36, 38
_LONGEST = 8
_BYTE = 255


def parse_guid(text: str) -> uuid.UUID:
    """Return the GUID that a text of any form is.

    Raises:
        ClrException: FormatException, OverflowException.
    """
    text = text.strip()
    if not text:
        format_error("Unrecognized Guid format.")
    has_dash = "-" in text
    if text[0] == "(":
        return _enclosed(text, "(", ")")
    if text[0] == "{":
        return _enclosed(text, "{", "}") if has_dash else _fields(text)
    return _dashed(text) if has_dash else _bare(text)


def parse_guid_exact(text: str, letter: str) -> uuid.UUID:
    """Return the GUID that a text in the form D, N, B, P or X is."""
    text = text.strip()
    if letter in "BP":
        return _enclosed(text, *("{}" if letter == "B" else "()"))
    return {"D": _dashed, "N": _bare, "X": _fields}[letter](text)


def _enclosed(text: str, first: str, last: str) -> uuid.UUID:
    if len(text) != _ENCLOSED or text[0] != first or text[-1] != last:
        format_error(_LENGTH)
    return _dashed(text[1:-1])


def _bare(text: str) -> uuid.UUID:
    if len(text) != _BARE:
        format_error(_LENGTH)
    if not _HEX.fullmatch(text):
        format_error(_DIGITS)
    return uuid.UUID(hex=text)


def _dashed(text: str) -> uuid.UUID:
    if len(text) != _DASHED:
        format_error(_LENGTH)
    if any(text[place] != "-" for place in _DASHES):
        format_error("Dashes are in the wrong position for GUID parsing.")
    parts = [_part(text[start:end], end - start) for start, end in ((0, 8), (9, 13), (14, 18), (19, 23), (24, 28))]
    if not _HEX.fullmatch(text[28:]):
        format_error(_DIGITS)
    return uuid.UUID(hex="".join(parts) + text[28:])


def _part(text: str, size: int) -> str:
    """Return the digits of a part, which .NET lets begin with `+` or `0x`."""
    found = _PREFIXED.fullmatch(text)
    if found is None:
        format_error(_DIGITS)
    return found[1].rjust(size, "0")


class _Fields:
    """The form `{0x…,0x…,0x…,{0x…,…}}` as it is read."""

    def __init__(self, text: str) -> None:
        self.text = "".join(text.split())
        self.place = 0

    def expect(self, character: str, words: str) -> None:
        """Go past a character."""
        if self.text[self.place : self.place + 1] != character:
            format_error(words)
        self.place += 1

    def number(self, last: str, words: str) -> int:
        """Read a number up to the character that ends it."""
        if self.text[self.place : self.place + 2].lower() != "0x":
            format_error("Expected 0x prefix.")
        end = self.text.find(last, self.place + 2)
        if end <= self.place + 2:
            format_error(words)
        found = _PREFIXED.fullmatch(self.text[self.place + 2 : end])
        digits = "" if found is None else found[1].lstrip("0")
        if len(digits) > _LONGEST:
            overflow("Value was either too large or too small for a UInt32.")
        if found is None:
            format_error(_DIGITS)
        self.place = end + 1
        return int(digits or "0", 16)


def _fields(text: str) -> uuid.UUID:
    reader = _Fields(text)
    reader.expect("{", "Expected {0xdddddddd, etc}.")
    head = [reader.number(",", _COMMA) for _ in range(3)]
    reader.expect("{", "Expected {0xdddddddd, etc}.")
    tail = [reader.number("," if index < 7 else "}", _COMMA if index < 7 else _BRACE) for index in range(8)]  # noqa: PLR2004 - the last of eight
    if any(each > _BYTE for each in tail):
        _too_large()
    reader.expect("}", "Could not find the ending brace.")
    if reader.place != len(reader.text):
        format_error("Additional non-parsable characters are at the end of the string.")
    first, second, third = head[0], head[1] & 0xFFFF, head[2] & 0xFFFF
    return uuid.UUID(hex=f"{first:08x}{second:04x}{third:04x}{bytes(tail).hex()}")


def _too_large() -> NoReturn:
    format_error("Value was either too large or too small for an unsigned byte.")
