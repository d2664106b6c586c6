"""Marks that travel through Jinja inside its output: values on their way to a place, and where each line came from.

A template's output is text, so a value is written as a mark, which the last pass replaces by the value escaped for the
place the mark has reached; and each piece of template text begins with a mark of its template and line. The marks are
private-use characters, which neither templates nor values may hold.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

__all__ = [
    "FORBIDDEN",
    "MARK",
    "Mark",
    "Opaque",
    "Scalar",
    "line_mark",
    "read_line",
    "read_mark",
    "value_mark",
    "without_marks",
]

_OPEN, _CLOSE = "\ue0a0", "\ue0a1"
FORBIDDEN = re.compile(f"[{_OPEN}{_CLOSE}]")
MARK = re.compile(f"{_OPEN}([vol])([^{_CLOSE}]*){_CLOSE}")

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that nobody knows, by its name in the template."""

    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was read: a value, or the place of what follows."""

    value: Scalar | Opaque = None
    line: tuple[int, int] | None = None


def value_mark(value: Scalar | Opaque) -> str:
    """Return the mark of a value."""
    if isinstance(value, Opaque):
        return f"{_OPEN}o{value.name}{_CLOSE}"
    return f"{_OPEN}v{json.dumps(value)}{_CLOSE}"


def line_mark(template: int, line: int) -> str:
    """Return the mark that says which template (by number) and line the text behind it comes from."""
    return f"{_OPEN}l{template}:{line}{_CLOSE}"


def read_line(match: re.Match[str]) -> tuple[int, int] | None:
    """Return the template and line that a match of `MARK` stands for, or None for a value's."""
    kind, text = match.groups()
    if kind != "l":
        return None
    template, _, line = text.partition(":")
    return int(template), int(line)


def read_mark(match: re.Match[str]) -> Mark:
    """Return what a match of `MARK` stands for."""
    line = read_line(match)
    if line is not None:
        return Mark(line=line)
    kind, text = match.groups()
    return Mark(value=Opaque(text) if kind == "o" else json.loads(text))


def without_marks(text: str) -> str:
    """Return a text with its marks replaced by their plain values, for messages and comparisons."""

    def plain(match: re.Match[str]) -> str:
        mark = read_mark(match)
        if mark.line is not None:
            return ""
        return mark.value.name if isinstance(mark.value, Opaque) else str(mark.value)

    return MARK.sub(plain, text)
