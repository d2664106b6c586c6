"""Dates as text: .NET's standard and custom formats, and reading dates, in the invariant culture."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apim_ai.expression.exceptions import format_error

__all__ = ["DAYS", "MONTHS", "DateParts", "civil", "days_of", "format_parts", "read_date"]

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
_PIECE = re.compile(r"""\\(.)|'([^']*)'|"([^"]*)"|%?(d+|M+|y+|H+|h+|m+|s+|f+|F+|t+|z+|K|g+)|(.)""", re.DOTALL)


def format_parts(parts: DateParts, shape: str | None, culture: str = "invariant") -> str:
    """Return a date in a standard or custom format.

    Raises:
        ClrException: FormatException.
    """
    shape = shape or "G"
    table = _AMERICAN if culture == "en-US" else _INVARIANT
    if len(shape) == 1:
        if shape not in table:
            format_error()
        is_universal = shape in "rRuU" and parts.offset is not None and parts.is_offset
        if is_universal and parts.offset is not None:
            parts = DateParts(parts.ticks - parts.offset * 60 * _SECOND, 0, 1)
        shape = table[shape]
    written: list[str] = []
    for match in _PIECE.finditer(shape):
        escaped, single, double, field, other = match.groups()
        if field is not None:
            written.append(_field(field, parts, written))
        elif other is not None:
            written.append(other)
        else:
            written.append(escaped if escaped is not None else single if single is not None else double or "")
    return "".join(written)


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


# --- reading ---------------------------------------------------------------------------------------------------------

_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:[.,](?P<fraction>\d{1,15}))?)?\s*(?P<half>[AaPp]\.?[Mm]\.?|[AaPp])?"
_ZONE = r"\s*(?P<zone>[Zz]|GMT|UTC|[+-]\d{1,2}(?::?\d{2})?)?"
_NAMES = "|".join(month[:3] for month in MONTHS)
_SHAPES = tuple(
    rf"^\s*{date}(?:(?:[T,]?\s*|\s+){_TIME}{_ZONE})?\s*$"
    for date in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[-/.](?P<year>\d{4}|\d{2})",
        rf"(?:(?:{'|'.join(day[:3] for day in DAYS)})[a-z]*,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<name>{_NAMES})[a-z]*\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})",
        rf"(?:(?:{'|'.join(day[:3] for day in DAYS)})[a-z]*,?\s+)?(?P<name>{_NAMES})[a-z]*\.?\s+(?P<day>\d{{1,2}})(?:,\s*|\s+)(?P<year>\d{{4}})",
        r"(?P<year>\d{4})-(?P<month>\d{1,2})",
        rf"(?P<name>{_NAMES})[a-z]*\s+(?P<year>\d{{4}})",
    )
)
_ONLY_TIME = rf"^\s*{_TIME}{_ZONE}\s*$"
_PIVOT = 30


def read_date(text: str, today: int) -> tuple[int, int | None] | None:
    """Return (ticks as written, offset in minutes or None) of a text, or None where it is no date.

    Args:
        text: in one of the forms that .NET reads in the invariant culture.
        today: days since 0001-01-01, for a text that is only a time.
    """
    for shape in _SHAPES:
        found = re.match(shape, text, re.IGNORECASE)  # compiled and kept by `re` when first used
        if found is not None:
            return _ticks(found.groupdict(), None)
    found = re.match(_ONLY_TIME, text)
    return None if found is None else _ticks(found.groupdict(), today)


def _ticks(parts: dict[str, str | None], today: int | None) -> tuple[int, int | None] | None:
    try:
        days = today if today is not None else _days(parts)
    except ValueError:
        return None
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = parts.get("half")
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a half day
            return None
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - parts of a day
        return None
    fraction = parts.get("fraction") or ""
    tail = round(int(fraction.ljust(8, "0")[:8]) / 10) if fraction else 0
    ticks = days * TICKS_PER_DAY + (hour * 3600 + minute * 60 + second) * _SECOND + tail
    return ticks, _offset(parts.get("zone"))


def _days(parts: dict[str, str | None]) -> int:
    year = int(parts["year"] or 0)
    if year < 100:  # noqa: PLR2004 - two digits
        year += 2000 if year < _PIVOT else 1900
    name = parts.get("name")
    month = (
        next(i for i, m in enumerate(MONTHS, 1) if m.lower().startswith(name.lower()))
        if name
        else int(parts["month"] or 1)
    )
    return days_of(year, month, int(parts.get("day") or 1))


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone.upper() in ("Z", "GMT", "UTC"):
        return 0
    digits = zone[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))  # noqa: PLR2004 - hours alone
    total = hours * 60 + minutes
    return -total if zone[0] == "-" else total
