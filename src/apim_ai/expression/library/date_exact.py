"""Reads moments in one given format, field by field: `DateTimeOffset.ParseExact`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import format_error
from apim_ai.expression.library.calendar_text import DAYS, MONTHS, patterns
from apim_ai.expression.library.date_result import DateProblem, Found, Reading, four_digits, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["read_exact"]

_FIELD = re.compile(
    r"""(?P<field>d+|M+|y+|H+|h+|m+|s+|f+|F+|t+|z+|g+|Z|K)|(?P<quote>['"])|(?P<percent>%)|(?P<escape>\\)"""
)
_NAMED = 3
_NOON = 12
_MOST_PLACES = 7
_MINUTES = 60


def read_exact(text: str, shape: str, now: Callable[[], int], culture: str) -> Reading:
    """Read a moment in a standard or custom format.

    Raises:
        DateProblem: the text is not in the format.
        ClrException: FormatException, the letter is no standard format.
    """
    if not text:
        raise DateProblem
    if not shape:
        raise DateProblem("Format specifier '' was invalid.")
    if len(shape) > 1:
        return _Exact(text, shape, now).run()
    if shape == "U":
        raise DateProblem("Format specifier 'U' was invalid.")
    expanded = patterns(culture).get(shape)
    if expanded is None:
        format_error()
    reader = _Exact(text, expanded, now)
    reader.is_universal = shape in "rRu"
    return reader.run()


class _Exact:
    """The text and the format, and how far each has been read."""

    def __init__(self, text: str, shape: str, now: Callable[[], int]) -> None:
        self.text = text
        self.shape = shape
        self.place = self.at = 0
        self.found = Found(now, keeps_offset=True)
        self.seen: dict[str, object] = {}
        self.is_universal = False
        self.has_half_hours = self.has_short_year = False

    def run(self) -> Reading:
        """Read both to their ends."""
        while self.at < len(self.shape):
            self._step()
        if self.place < len(self.text):
            raise DateProblem
        found, seen = self.found, self.seen
        for name in ("year", "month", "day", "minute", "second", "fraction", "day_of_week"):
            if name in seen:
                setattr(found, name, seen[name])
        if self.has_short_year and found.year is not None:
            found.year = four_digits(found.year)
        self._set_hour()
        return settle(found)

    def _set_hour(self) -> None:
        hour, half = self.seen.get("hour", 0), self.seen.get("half")
        if not isinstance(hour, int):
            return
        if self.has_half_hours:
            if hour > _NOON:
                raise DateProblem
            hour = hour % _NOON + (_NOON if half == "P" else 0)
        elif (half == "A" and hour >= _NOON) or (half == "P" and hour < _NOON):
            raise DateProblem
        self.found.hour = hour

    def _step(self) -> None:
        """Read one piece of the format."""
        match = _FIELD.match(self.shape, self.at)
        kind = match.lastgroup if match is not None else None
        if match is not None and kind == "field":
            self.at = match.end()
            self._field(match.group())
        elif kind == "quote":
            self._quoted()
        elif kind == "percent":
            if self.shape[self.at + 1 : self.at + 2] in ("", "%"):
                raise DateProblem(f"Format specifier '{self.shape}' was invalid.")
            self.at += 1
        elif kind == "escape":
            if self.at + 1 >= len(self.shape):
                raise DateProblem(f"Format specifier '{self.shape}' was invalid.")
            self._literal(self.shape[self.at + 1])
            self.at += 2
        else:
            self._plain()

    def _plain(self) -> None:
        if self.shape.startswith("GMT", self.at) and not self.shape[self.at + 3 : self.at + 4].isalpha():
            self._literal("GMT")
            self.found.offset = 0
            self.at += 3
            return
        character = self.shape[self.at]
        self.at += 1
        if character == "." and self.shape.startswith("F", self.at) and not self.text.startswith(".", self.place):
            self.at += len(self.shape[self.at :]) - len(self.shape[self.at :].lstrip("F"))
            return
        self._literal(character)

    def _quoted(self) -> None:
        mark = self.shape[self.at]
        end = re.compile(rf"(?:\\.|[^\\{mark}])*{mark}", re.DOTALL).match(self.shape, self.at + 1)
        if end is None:
            raise DateProblem(f"Cannot find a matching quote character for the character '{mark}'.")
        literal = re.sub(r"\\(.)", r"\1", end.group()[:-1])
        self._literal(literal)
        self.at = end.end()
        if self.is_universal and literal in ("GMT", "Z"):
            self.found.offset = 0

    def _literal(self, literal: str) -> None:
        if not self.text.startswith(literal, self.place):
            raise DateProblem
        self.place += len(literal)

    # --- fields ---

    def _field(self, field: str) -> None:
        letter, width = field[0], len(field)
        if letter in "dM" and width >= _NAMED:
            self._name(letter, width)
        elif letter == "y":
            self.has_short_year = self.has_short_year or width <= len("yy")
            self._keep("year", self._digits(width), "y")
        elif letter in "dMHhms":
            self.has_half_hours = self.has_half_hours or letter == "h"
            name = {"d": "day", "M": "month", "H": "hour", "h": "hour", "m": "minute", "s": "second"}[letter]
            self._keep(name, self._digits(min(width, 2)), letter)
        elif letter in "fF":
            self._fraction(letter, width)
        elif letter == "t":
            self._half(width)
        elif letter == "g":
            self._era()
        else:
            self._zone(letter, width)

    def _keep(self, name: str, value: object, letter: str) -> None:
        if self.seen.setdefault(name, value) != value:
            raise DateProblem(f"DateTime pattern '{letter}' appears more than once with different values.")

    def _digits(self, width: int) -> int:
        """Return a number of so many digits, or of one or two."""
        pattern = "[0-9]{1,2}" if width == 1 else f"[0-9]{{{width}}}"
        match = re.compile(pattern).match(self.text, self.place)
        if match is None:
            raise DateProblem
        self.place = match.end()
        return int(match.group())

    def _name(self, letter: str, width: int) -> None:
        names: Sequence[str] = DAYS if letter == "d" else MONTHS
        for number, name in enumerate(names):
            wanted = name[:_NAMED] if width == _NAMED else name
            end = self.place + len(wanted)
            if self.text[self.place : end].lower() == wanted.lower() and not self.text[end : end + 1].isalpha():
                self.place = end
                self._keep("day_of_week" if letter == "d" else "month", number if letter == "d" else number + 1, letter)
                return
        raise DateProblem

    def _fraction(self, letter: str, width: int) -> None:
        match = re.compile(f"[0-9]{{0,{width}}}").match(self.text, self.place)
        digits = "" if match is None else match.group()
        if width > _MOST_PLACES or (letter == "f" and len(digits) < width):
            raise DateProblem
        self.place += len(digits)
        self._keep("fraction", int(digits) / 10 ** len(digits) if digits else 0.0, letter)

    def _half(self, width: int) -> None:
        mark = self.text[self.place : self.place + min(width, 2)]
        is_known = mark in ("A", "P") if width == 1 else mark.upper() in ("AM", "PM")
        if not is_known:
            raise DateProblem
        self.place += len(mark)
        self._keep("half", mark[0].upper(), "t")

    def _era(self) -> None:
        match = re.compile(r"A\.D\.|AD", re.IGNORECASE).match(self.text, self.place)
        if match is None:
            raise DateProblem
        self.place = match.end()

    def _zone(self, letter: str, width: int) -> None:
        if letter == "Z":
            match = re.compile(r"(?:GMT|Z)(?![^\W\d_])", re.IGNORECASE).match(self.text, self.place)
            if match is None:
                raise DateProblem
            self.place = match.end()
            self._keep_offset(0, letter)
        elif letter == "z":
            self._keep_offset(self._offset(width), letter)
        elif self.text.startswith("Z", self.place):
            self.place += 1
            self._keep_offset(0, letter)
        elif self.text[self.place : self.place + 1] in ("+", "-"):
            self._keep_offset(self._offset(_NAMED), letter)

    def _keep_offset(self, minutes: int, letter: str) -> None:
        self._keep("offset", minutes, letter)
        self.found.offset = minutes

    def _offset(self, width: int) -> int:
        pattern = {1: "([+-])([0-9]{1,2})()", 2: "([+-])([0-9]{2})()"}.get(width, "([+-])([0-9]{1,2}):?([0-9]{2})")
        match = re.compile(pattern).match(self.text, self.place)
        if match is None or int(match[3] or 0) >= _MINUTES:
            raise DateProblem
        self.place = match.end()
        total = int(match[2]) * _MINUTES + int(match[3] or 0)
        return -total if match[1] == "-" else total
