"""Dates in JSON: reading ISO 8601 as Newtonsoft does, and writing them."""

from __future__ import annotations

import re

from apim_ai.expression.library.calendar_text import TICKS_PER_DAY, days_of
from apim_ai.expression.library.system_datetime import DateTime
from apim_ai.expression.library.system_timespan import TICKS_PER_SECOND

__all__ = ["iso_text", "read_iso"]

_ISO = re.compile(r"^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7})\d*)?(Z|[+-]\d\d:?\d\d)?$", re.ASCII)


def read_iso(text: str) -> DateTime | None:
    """Return the date that a text is, or None. A text with an offset is local time, which is UTC here."""
    found = _ISO.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        days = days_of(int(year), int(month), int(day))
    except ValueError:
        return None
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:  # noqa: PLR2004 - parts of a day
        return None
    ticks = days * TICKS_PER_DAY + (int(hour) * 3600 + int(minute) * 60 + int(second)) * TICKS_PER_SECOND
    ticks += int((fraction or "0").ljust(7, "0"))
    if zone is None:
        return DateTime(ticks, 0)
    if zone == "Z":
        return DateTime(ticks, 1)
    offset = int(zone[1:3]) * 60 + int(zone[-2:])
    return DateTime(ticks - (offset if zone[0] == "+" else -offset) * 60 * TICKS_PER_SECOND, 2)


def iso_text(date: DateTime) -> str:
    """Return a date as JSON has it: no trailing zeros, `Z` for UTC, `+00:00` for local time."""
    from apim_ai.expression.library.calendar_text import format_parts  # noqa: PLC0415 - next to its use

    text = format_parts(date.parts, "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFF")
    return text + ("Z" if date.kind == 1 else "+00:00" if date.kind else "")
