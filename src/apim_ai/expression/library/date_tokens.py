"""Cuts the text of a date into numbers, names and what parts them, as `DateTime.Parse` does in the invariant culture."""

from __future__ import annotations

import re

from apim_ai.expression.library.calendar_text import DAYS, MONTHS
from apim_ai.expression.library.date_result import DateProblem

__all__ = ["Tokens", "read_offset"]

_MOST_DIGITS = 8
_YEAR_DIGITS = 3
_NUMBER = re.compile(r"[0-9]+")
_SPACE = re.compile(r"\s*")
_OFFSET = re.compile(r"([+-])(?:([0-9]{3,4})(?![0-9])|([0-9]{1,2})(?![0-9])(?::([0-9]{1,2})(?![0-9])|(?!:)))")
_WORD = re.compile(r"a\.d\.|[^\W\d_]+", re.IGNORECASE)
_NAMES: dict[str, tuple[str, int]] = {
    **{name.lower(): ("month", number) for number, name in enumerate(MONTHS, 1)},
    **{name[:3].lower(): ("month", number) for number, name in enumerate(MONTHS, 1)},
    **{name.lower(): ("day", number) for number, name in enumerate(DAYS)},
    **{name[:3].lower(): ("day", number) for number, name in enumerate(DAYS)},
    "am": ("half", 0), "pm": ("half", 1), "gmt": ("zone", 0), "z": ("zone", 0), "a.d.": ("era", 1), "ad": ("era", 1),
}  # fmt: skip
_SEPARATORS = {
    "/": "date", ":": "time", "-": "date or offset", "t": "mark", "am": "am", "pm": "pm", "\u5e74": "year", "\u6708": "month",
    "\u65e5": "day", "\u6642": "hour", "\u65f6": "hour", "\u5206": "minute", "\u79d2": "second",
}  # fmt: skip
_IGNORED = ",."


def read_offset(text: str, place: int) -> tuple[int, int] | None:
    """Return (minutes, where it ends) of an offset such as `+8`, `+0800` or `-08:30`, or None where there is none."""
    found = _OFFSET.match(text, place)
    if found is None:
        return None
    hours, minutes = divmod(int(found[2]), 100) if found[2] else (int(found[3]), int(found[4] or 0))
    if minutes > 59:  # noqa: PLR2004 - minutes of an hour
        return None
    total = hours * 60 + minutes
    return (-total if found[1] == "-" else total), found.end()


class Tokens:
    """The text, and how far it has been read."""

    __slots__ = ("place", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    @property
    def is_last(self) -> bool:
        """Whether no more than one character is left."""
        return self.place >= len(self.text) - 1

    def skip_space(self) -> bool:
        """Go past white space, and return whether something is left."""
        found = _SPACE.match(self.text, self.place)
        self.place = found.end() if found else self.place
        return self.place < len(self.text)

    def next(self) -> tuple[str, int]:
        """Return the kind of the next token, and its number: `number`, `year`, a kind of name, `ignored`, `end`, `unknown`."""
        if not self.skip_space():
            return "end", 0
        found = _NUMBER.match(self.text, self.place)
        if found is not None:
            return self._number(found.group())
        if self.text[self.place] in _IGNORED:
            self.place += 1
            return "ignored", 0
        word = _WORD.match(self.text, self.place)
        known = None if word is None else _NAMES.get(word.group().lower())
        if word is None or known is None:
            return "unknown", 0
        self.place = word.end()
        return known

    def _number(self, digits: str) -> tuple[str, int]:
        self.place += len(digits)
        if len(digits) > _MOST_DIGITS:
            raise DateProblem
        return ("number" if len(digits) < _YEAR_DIGITS else "year"), int(digits)

    def separator(self) -> str:
        """Return what parts a number or a name from what follows: `end`, `space`, `date`, `time`, `mark` and so on."""
        if not self.skip_space():
            return "end"
        character = self.text[self.place]
        word = _WORD.match(self.text, self.place)
        part = character if word is None or character not in "TtAaPp" else word.group()
        known = _SEPARATORS.get(part.lower())
        if known is None:
            return "space"
        self.place += len(part)
        return known

    def fraction(self) -> float:
        """Return the fraction that stands here after a point, which is consumed also where no digits follow."""
        found = _NUMBER.match(self.text, self.place + 1)
        self.place = self.place + 1 if found is None else found.end()
        return fraction_of("" if found is None else found.group())

    def offset(self) -> int:
        """Return the offset that stands here."""
        found = read_offset(self.text, self.place)
        if found is None:
            raise DateProblem
        self.place = found[1]
        return found[0]

    def punctuation(self) -> bool:
        """Go past a `#` of a pair around the text, or zeros behind it, and return whether there is such a thing."""
        character = self.text[self.place]
        if character == "#" and re.fullmatch(r"\s*#[^#\0]*#[\s\0]*", self.text):
            self.place += 1
            return True
        if character == "\0" and not self.text[self.place :].strip("\0"):
            self.place = len(self.text)
            return True
        return False


def fraction_of(digits: str) -> float:
    """Return the number behind a point, added up digit by digit as .NET does."""
    result, base = 0.0, 0.1
    for digit in digits:
        result += int(digit) * base
        base *= 0.1
    return result
