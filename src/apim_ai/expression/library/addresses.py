"""Texts of IP addresses, as System.Net reads and writes them."""

from __future__ import annotations

import ipaddress
import re

__all__ = ["read_v4", "v6_text"]

_PARTS = 4


def read_v4(text: str) -> int | None:
    """Return the address that one to four numbers give, octal and hexadecimal ones too; the last fills what is left."""
    parts = text.split(".")
    if not 1 <= len(parts) <= _PARTS:
        return None
    numbers = [_part(each) for each in parts]
    total = 0
    for place, number in enumerate(numbers):
        is_last = place == len(numbers) - 1
        room = 256 ** (_PARTS - place) if is_last else 256
        if number is None or number >= room:
            return None
        total += number if is_last else number * 256 ** (_PARTS - 1 - place)
    return total


def _part(text: str) -> int | None:
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return int(text, 16)
    if re.fullmatch(r"0[0-7]*", text):
        return int(text, 8)
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,9}", text) else None


def v6_text(address: ipaddress.IPv6Address) -> str:
    """Return the shortest text; an address that holds one of version 4 ends as that does."""
    value = int(address)
    head, tail = value >> 32, value & 0xFFFFFFFF
    if head in (0xFFFF, 0xFFFF0000) or (head == 0 and tail > 0xFFFF):  # noqa: PLR2004 - two of 16 bits
        start = {0: "::", 0xFFFF: "::ffff:", 0xFFFF0000: "::ffff:0:"}[head]
        return f"{start}{ipaddress.IPv4Address(tail)}"
    if head & 0xFFFFFFFF == 0x5EFE:  # noqa: PLR2004 - the mark of ISATAP
        return f"{str(address).rsplit(':', 2)[0]}:{ipaddress.IPv4Address(tail)}"
    return str(address)
