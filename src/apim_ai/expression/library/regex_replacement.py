"""Replacement patterns of .NET's regular expressions: `$1`, `${name}`, `$&` and their kin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

    from apim_ai.expression.library.regex_groups import Slots

__all__ = ["substitute"]

_REPLACEMENT = re.compile(r"\$(?:(?P<number>[0-9]+)|\{(?P<name>\w+)\}|(?P<mark>[$&`'+_]))")


def substitute(replacement: str, match: regex.Match[str], slots: Slots) -> str:
    """Return a .NET replacement filled from a match."""
    if "$" not in replacement:
        return replacement

    def fill(found: re.Match[str]) -> str:
        name = found["number"] or found["name"]
        if name is not None:
            return _group(match, slots, name, found.group())
        mark = found["mark"]
        if mark == "$":
            return "$"
        if mark == "+":
            return (match.group(f"g{slots.numbers[-1]}") or "") if slots.numbers else match.group()
        text = match.string
        return {"&": match.group(), "`": text[: match.start()], "'": text[match.end() :], "_": text}[mark]

    return _REPLACEMENT.sub(fill, replacement)


def _group(match: regex.Match[str], slots: Slots, name: str, written: str) -> str:
    if name.isdigit() and int(name) == 0:
        return match.group()
    slot = slots.of(name)
    return written if slot is None else match.group(f"g{slot}") or ""
