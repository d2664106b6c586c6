"""Positions in texts as .NET counts them, in UTF-16 units; texts themselves are Python's, in code points.

Only texts with characters beyond the Basic Multilingual Plane differ, and only they pay for it.
"""

from __future__ import annotations

__all__ = ["find_units", "is_wide", "length", "narrow", "slice_units", "unit_at", "units", "whole"]

_LAST_OF_PLANE = "\uffff"


def is_wide(text: str) -> bool:
    """Whether some character takes two units."""
    return not text.isascii() and max(text) > _LAST_OF_PLANE


def narrow(text: str) -> str:
    """Return the text with each UTF-16 unit as a character of its own, so that places in it are .NET's."""
    return "".join(units(text)) if is_wide(text) else text


def whole(text: str) -> str:
    """Return the text with its pairs of surrogates joined into characters: the reverse of `narrow`."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def units(text: str) -> list[str]:
    """Return the UTF-16 units, surrogates one by one."""
    if not text or not is_wide(text):
        return list(text)
    raw = text.encode("utf-16-le", "surrogatepass")
    return [chr(raw[index] | raw[index + 1] << 8) for index in range(0, len(raw), 2)]


def length(text: str) -> int:
    """Return `Length`."""
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for character in text if character > _LAST_OF_PLANE)


def unit_at(text: str, index: int) -> str | None:
    """Return one unit, or None beyond the ends."""
    if index < 0:
        return None
    if text.isascii() or not is_wide(text):
        return text[index] if index < len(text) else None
    found = units(text)
    return found[index] if index < len(found) else None


def slice_units(text: str, start: int, end: int) -> str:
    """Return the units from `start` to `end` as a text."""
    if text.isascii() or not is_wide(text):
        return text[start:end]
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[start * 2 : end * 2].decode("utf-16-le", "surrogatepass")


def find_units(text: str, wanted: str, start: int) -> int:
    """Return the unit at which a text occurs first, or -1."""
    if text.isascii() or not is_wide(text):
        return text.find(wanted, start)
    place = text.find(wanted, len(slice_units(text, 0, start)))
    return -1 if place < 0 else length(text[:place])
