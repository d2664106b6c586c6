"""How long an override holds, as people and as machines write it."""

from __future__ import annotations

import re
from datetime import timedelta

from apim_ai.errors import UsageError

__all__ = ["parse_duration"]

_PARTS = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?:in)?)?(?:(\d+(?:\.\d+)?)s)?\Z", re.IGNORECASE)
_ISO = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?\Z", re.IGNORECASE)
_LONGEST = timedelta(days=366)


def parse_duration(text: str) -> timedelta:
    """Return the time that `30m`, `1h30m`, `90s`, `2d` or `PT30M` stands for.

    Raises:
        UsageError: it is none of these, is nothing, or is longer than a year.
    """
    given = text.strip().replace(" ", "")
    match = (_ISO if given[:1] in {"P", "p"} else _PARTS).match(given)
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups()) if match else (0.0,) * 4
    if max(days, hours, minutes, seconds) > _LONGEST.total_seconds():
        raise UsageError(f'"{text}" is longer than a year')
    duration = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if not duration:
        raise UsageError(f'"{text}" is not a duration', help="write it like 30m, 1h30m, 90s or 2d")
    if duration > _LONGEST:
        raise UsageError(f'"{text}" is longer than a year')
    return duration
