"""Reads the times and durations that cases are written with."""

from __future__ import annotations

import re
from datetime import UTC, datetime

__all__ = ["START", "parse_duration", "parse_time"]

START = "2026-01-01T00:00:00Z"
"""When a case without a clock begins."""

_LONGEST = 100 * 366 * 86400.0
_DURATION = re.compile(r"([0-9]*\.?[0-9]+)\s*(ms|s|m|h|d)?\s*")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}


def parse_time(text: str) -> float:
    """Return seconds since 1970 of an ISO 8601 text; without a zone it is UTC.

    Raises:
        ValueError: it is no time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no time such as {START}") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def parse_duration(text: object) -> float:
    """Return the seconds of a number or of a text such as `30s`, `1m30s`, `2h` or ISO 8601's `PT30S`.

    Raises:
        ValueError: it is no duration.
    """
    given = str(text).strip()
    if given.startswith("P"):  # ISO 8601, as backends have it
        given = given.removeprefix("P").replace("T", "").lower()
    seconds, position = 0.0, 0
    while match := _DURATION.match(given, position):
        seconds += float(match[1]) * _UNITS[match[2] or ""]
        position = match.end()
    if position < len(given) or not given:
        raise ValueError(f"'{text}' is no duration such as 30s, 5m or 2h")
    if seconds > _LONGEST:
        raise ValueError(f"'{text}' is longer than a century")
    return seconds
