"""Dates as text: .NET's standard and custom formats."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apim_ai.expression.exceptions import format_error

__all__ = ["DAYS", "MONTHS", "DateParts", "civil", "days_of", "format_parts", "patterns"]

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
TICKS_PER_DAY = 864_000_000_000
_SECOND = 10_000_000


def days_of(year: int, month: int, day: int) -> int:
    """Return days since 0001-01-01 of a date of the Gregorian calendar."""
    import datetime as dt  # noqa: PLC0415 - rare

    return dt.date(year, month, day).toordinal() - 1


def civil(days: int) -> tuple[int, int, int]:
    """Return (year, month, day) of days since 0001-01-01."""
    import datetime as dt  # noqa: PLC0415 - rare

    date = dt.date.fromordinal(days + 1)
    return date.year, date.month, date.day


@dataclass(frozen=True, slots=True)
class DateParts:
    """What a date's text is made of. `offset` is in minutes, None where the date has none to show."""

    ticks: int
    offset: int | None
    kind: int
    is_offset: bool = False

    @property
    def date(self) -> tuple[int, int, int]:
        """Year, month, day."""
        return civil(self.ticks // TICKS_PER_DAY)

    @property
    def seconds(self) -> int:
        """Seconds of the day."""
        return self.ticks % TICKS_PER_DAY // _SECOND

    @property
    def fraction(self) -> int:
        """Ticks of the second."""
        return self.ticks % _SECOND


_INVARIANT = {
    "d": "MM/dd/yyyy", "D": "dddd, dd MMMM yyyy", "f": "dddd, dd MMMM yyyy HH:mm", "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm", "G": "MM/dd/yyyy HH:mm:ss", "m": "MMMM dd", "M": "MMMM dd",
    "o": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK", "O": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
    "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", "R": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss", "t": "HH:mm", "T": "HH:mm:ss", "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
    "U": "dddd, dd MMMM yyyy HH:mm:ss", "y": "yyyy MMMM", "Y": "yyyy MMMM",
}  # fmt: skip
_AMERICAN = {
    **_INVARIANT, "d": "M/d/yyyy", "D": "dddd, MMMM d, yyyy", "f": "dddd, MMMM d, yyyy h:mm tt",
    "F": "dddd, MMMM d, yyyy h:mm:ss tt", "g": "M/d/yyyy h:mm tt", "G": "M/d/yyyy h:mm:ss tt", "m": "MMMM d",
    "M": "MMMM d", "t": "h:mm tt", "T": "h:mm:ss tt", "U": "dddd, MMMM d, yyyy h:mm:ss tt", "y": "MMMM yyyy",
    "Y": "MMMM yyyy",
}  # fmt: skip


def patterns(culture: str) -> dict[str, str]:
    """Return the custom format of each letter that is a standard one, in a culture."""
    return _AMERICAN if culture == "en-US" else _INVARIANT


_PIECE = re.compile(
    r"""\\(?P<escaped>.?)|(?P<quote>['"])(?P<quoted>(?:\\.|(?!\\|(?P=quote)).)*)(?P<end>(?P=quote)?)|%(?P<single>[^%])"""
    r"""|(?P<percent>%)|(?P<field>d+|M+|y+|H+|h+|m+|s+|f+|F+|t+|z+|K|g+)|(?P<other>.)""",
    re.DOTALL,
)
_FIELDS = "dMyHhmsfFtzKg"


def format_parts(parts: DateParts, shape: str | None, culture: str = "invariant") -> str:
    """Return a date in a standard or custom format.

    Raises:
        ClrException: FormatException.
    """
    shape = shape or "G"
    table = patterns(culture)
    if len(shape) == 1:
        if shape not in table or (shape == "U" and parts.is_offset):
            format_error()
        is_universal = shape in "rRuU" and parts.offset is not None and parts.is_offset
        if is_universal and parts.offset is not None:
            parts = DateParts(parts.ticks - parts.offset * 60 * _SECOND, 0, 1)
        shape = table[shape]
    written: list[str] = []
    for match in _PIECE.finditer(shape):
        written.append(_piece(match, parts, written))
    return "".join(written)


def _piece(match: re.Match[str], parts: DateParts, written: list[str]) -> str:
    """Return what one piece of a format writes."""
    field = match["field"] or match["single"]
    if field is not None:
        return _field(field, parts, written) if field[0] in _FIELDS else field
    if match["other"] is not None:
        return match["other"]
    if match["quote"] is not None:
        if not match["end"]:
            format_error(f"Cannot find a matching quote character for the character '{match['quote']}'.")
        return re.sub(r"\\(.)", r"\1", match["quoted"])
    if not match["escaped"]:  # a backslash or a per cent sign at the end
        format_error()
    return match["escaped"]


def _field(field: str, parts: DateParts, written: list[str]) -> str:
    letter, width = field[0], len(field)
    if letter in "dMy":
        return _date_field(letter, width, parts)
    if letter in "Hhms":
        hours, rest = divmod(parts.seconds, 3600)
        number = {"H": hours, "h": hours % 12 or 12, "m": rest // 60, "s": rest % 60}[letter]
        return str(number).rjust(min(width, 2), "0")
    if letter == "t":
        return ("AM" if parts.seconds < 12 * 3600 else "PM")[: min(width, 2)]
    if letter in "fF":
        return _fraction_field(letter, width, parts, written)
    if letter == "g":
        return "A.D."
    return _zone_field(letter, width, parts)


def _date_field(letter: str, width: int, parts: DateParts) -> str:
    year, month, day = parts.date
    if letter == "y":
        return str(year % 100).rjust(width, "0") if width <= 2 else str(year).rjust(width, "0")  # noqa: PLR2004 - yy
    if letter == "M":
        name = MONTHS[month - 1]
        return str(month).rjust(width, "0") if width <= 2 else name[:3] if width == 3 else name  # noqa: PLR2004 - MM, MMM
    name = DAYS[(parts.ticks // TICKS_PER_DAY + 1) % 7]
    return str(day).rjust(width, "0") if width <= 2 else name[:3] if width == 3 else name  # noqa: PLR2004 - dd, ddd


def _fraction_field(letter: str, width: int, parts: DateParts, written: list[str]) -> str:
    if width > 7:  # noqa: PLR2004 - a tick is the seventh place
        format_error()
    text = f"{parts.fraction:07d}"[:width]
    if letter == "F":
        text = text.rstrip("0")
        if not text and written and written[-1] == ".":
            written.pop()
    return text


def _zone_field(letter: str, width: int, parts: DateParts) -> str:
    if letter == "K":
        if not parts.is_offset and parts.kind != 2:  # noqa: PLR2004 - Local
            return "Z" if parts.kind == 1 else ""
        width = 3
    minutes = parts.offset or 0
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    if width == 1:
        return f"{sign}{hours}"
    return f"{sign}{hours:02d}" if width == 2 else f"{sign}{hours:02d}:{rest:02d}"  # noqa: PLR2004 - zz
