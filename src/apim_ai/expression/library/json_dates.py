"""Dates in JSON: reading ISO 8601 as Newtonsoft does, and writing them."""

from __future__ import annotations

import re

from apim_ai.expression.library.calendar_text import TICKS_PER_DAY, days_of
from apim_ai.expression.library.system_datetime import DateTime
from apim_ai.expression.library.system_timespan import TICKS_PER_SECOND

__all__ = ["iso_text", "read_iso"]

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?([Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII)
_MICROSOFT = re.compile(r"/Date\((-?\d{1,16})(?:[+-](?:\d\d|\d{4}))?\)/", re.ASCII)
_EPOCH = 621_355_968_000_000_000
_TICKS_PER_MILLISECOND = 10_000
_LAST_TICK = 3_155_378_975_999_999_999
_HOURS, _SIXTY = 24, 60


def read_iso(text: str) -> DateTime | None:
    """Return the date that a text is, or None. A text with an offset is local time, which is UTC here.

    Besides ISO 8601 Newtonsoft reads `/Date(1577934245000)/`, and takes 24:00:00 for the next day's beginning.
    """
    if text[0] == "/":
        return _read_microsoft(text)
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        days = days_of(int(year), int(month), int(day))
    except ValueError:
        return None
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    if int(hour) > _HOURS or int(minute) >= _SIXTY or int(second) >= _SIXTY or seconds > _HOURS * 3600:
        return None
    ticks = days * TICKS_PER_DAY + seconds * TICKS_PER_SECOND + int((fraction or "0").ljust(7, "0"))
    if zone is None:
        return DateTime(ticks, 0)
    if zone in ("Z", "z"):
        return DateTime(ticks, 1)
    offset = int(zone[1:3]) * 60 + int(zone[3:].removeprefix(":") or "0")
    ticks -= (offset if zone[0] == "+" else -offset) * 60 * TICKS_PER_SECOND
    return DateTime(min(max(ticks, 0), _LAST_TICK), 2)


def _read_microsoft(text: str) -> DateTime | None:
    found = _MICROSOFT.fullmatch(text)
    if found is None:
        return None
    ticks = _EPOCH + int(found[1]) * _TICKS_PER_MILLISECOND
    return DateTime(ticks, 2 if "+" in text or "-" in text[7:] else 1)


def iso_text(date: DateTime) -> str:
    """Return a date as JSON has it: no trailing zeros, `Z` for UTC, `+00:00` for local time."""
    from apim_ai.expression.library.calendar_text import format_parts  # noqa: PLC0415 - next to its use

    text = format_parts(date.parts, "yyyy'-'MM'-'dd'T'HH':'mm':'ss.FFFFFFF")
    return text + ("Z" if date.kind == 1 else "+00:00" if date.kind else "")
