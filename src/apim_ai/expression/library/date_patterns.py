"""Reading dates in one given format: `ParseExact`."""

from __future__ import annotations

import re

from apim_ai.expression.library.calendar_text import DAYS, MONTHS, TICKS_PER_DAY, days_of

__all__ = ["read_exact"]

_STANDARD = {
    "o": "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK", "s": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "u": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'", "r": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", "d": "MM/dd/yyyy",
    "G": "MM/dd/yyyy HH:mm:ss", "g": "MM/dd/yyyy HH:mm",
}  # fmt: skip
_PIECE = re.compile(r"""\\(.)|'([^']*)'|"([^"]*)"|%?(d+|M+|y+|H+|h+|m+|s+|f+|F+|t+|z+|K)|(.)""", re.DOTALL)
_SECOND = 10_000_000
_DAY_NAMES = "|".join(DAYS)
_MONTH_NAMES = "|".join(MONTHS)


def read_exact(text: str, shape: str) -> tuple[int, int | None] | None:
    """Return (ticks as written, offset in minutes or None) of a text in a format, or None where it is not in it."""
    shape = _STANDARD.get(shape if shape in ("d", "G", "g") else shape.lower() if len(shape) == 1 else shape, shape)
    pattern = "".join(_pattern(match) for match in _PIECE.finditer(shape))
    found = re.match(f"^{pattern}$", text, re.IGNORECASE)
    return None if found is None else _ticks(found.groupdict())


def _pattern(match: re.Match[str]) -> str:
    escaped, single, double, field, other = match.groups()
    if field is None:
        literal = (
            other if other is not None else escaped if escaped is not None else single if single is not None else double
        )
        return re.escape(literal or "")
    letter, width = field[0], len(field)
    if letter == "y":
        return r"(?P<year>\d{4})" if width > 2 else r"(?P<year>\d{2})"  # noqa: PLR2004 - yyyy
    if letter == "M" and width > 2:  # noqa: PLR2004 - MMM
        return f"(?P<name>{_MONTH_NAMES if width > 3 else '|'.join(m[:3] for m in MONTHS)})"  # noqa: PLR2004 - .NET: `MMM` is short, `MMMM` long
    if letter == "d" and width > 2:  # noqa: PLR2004 - ddd
        return f"(?:{_DAY_NAMES if width > 3 else '|'.join(d[:3] for d in DAYS)})"  # noqa: PLR2004 - .NET: `MMM` is short, `MMMM` long
    if letter in "fF":
        return rf"(?P<fraction>\d{{{width}}})" if letter == "f" else rf"(?P<fraction>\d{{0,{width}}})"
    if letter in "zK":
        return r"(?P<zone>Z|[+-]\d{1,2}(?::?\d{2})?)" + ("?" if letter == "K" else "")
    if letter == "t":
        return "(?P<half>AM|PM)" if width > 1 else "(?P<half>A|P)"
    name = {"M": "month", "d": "day", "H": "hour", "h": "half_hour", "m": "minute", "s": "second"}[letter]
    return rf"(?P<{name}>\d{{{2 if width > 1 else '1,2'}}})"


def _ticks(parts: dict[str, str | None]) -> tuple[int, int | None] | None:
    name = parts.get("name")
    month = int(parts.get("month") or 1)
    if name:
        month = next(number for number, each in enumerate(MONTHS, 1) if each.lower().startswith(name.lower()[:3]))
    year = int(parts.get("year") or 1)
    if len(parts.get("year") or "0000") == 2:  # noqa: PLR2004 - two digits
        year += 2000 if year < 30 else 1900  # noqa: PLR2004 - .NET's pivot
    try:
        days = days_of(year, month, int(parts.get("day") or 1))
    except ValueError:
        return None
    hour = int(parts.get("hour") or 0)
    if parts.get("half_hour"):
        hour = int(parts["half_hour"] or 0) % 12 + (12 if (parts.get("half") or "A")[0] in "pP" else 0)
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - parts of a day
        return None
    fraction = int((parts.get("fraction") or "0").ljust(7, "0"))
    return days * TICKS_PER_DAY + (hour * 3600 + minute * 60 + second) * _SECOND + fraction, _offset(parts.get("zone"))


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone in "Zz":
        return 0
    digits = zone[1:].replace(":", "")
    total = int(digits) * 60 if len(digits) <= 2 else int(digits[:-2]) * 60 + int(digits[-2:])  # noqa: PLR2004 - hours
    return -total if zone[0] == "-" else total
