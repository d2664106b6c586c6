"""Where the periods of quotas begin and end, and how the time until then is said."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

__all__ = ["Period", "PeriodName", "calendar_period", "clock_text", "fixed_period", "period_since", "spoken"]

PeriodName = Literal["Hourly", "Daily", "Weekly", "Monthly", "Yearly"]
_SECONDS = {"Hourly": 3600.0, "Daily": 86_400.0, "Weekly": 604_800.0}
_MONTHS = {"Monthly": 1, "Yearly": 12}
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time, in seconds since 1970; one that never ends has an infinite end."""

    start: float
    end: float

    def wait(self, now: float) -> int | None:
        """Return the whole seconds until the end, at least 1, or None where there is none."""
        return None if math.isinf(self.end) else max(1, math.ceil(self.end - now - 1e-6))


def calendar_period(name: str, now: float) -> Period:
    """Return the period of the UTC calendar; weeks begin on Monday. A name that is none never ends (`Indefinite`)."""
    time = datetime.fromtimestamp(now, UTC)
    day = time.replace(hour=0, minute=0, second=0, microsecond=0)
    match name:
        case "Hourly":
            start = time.replace(minute=0, second=0, microsecond=0)
        case "Daily":
            start = day
        case "Weekly":
            start = day - timedelta(days=day.weekday())
        case "Monthly":
            start = day.replace(day=1)
        case "Yearly":
            start = day.replace(month=1, day=1)
        case _:
            return Period(0.0, math.inf)
    return Period(start.timestamp(), _after(start, name, 1).timestamp())


def period_since(name: str, first: float, now: float) -> Period:
    """Return the period of a row of periods that began at `first`."""
    if name in _SECONDS:
        return fixed_period(_SECONDS[name], first, now)
    if name not in _MONTHS:
        return Period(first, math.inf)
    begin = datetime.fromtimestamp(first, UTC)
    moment = datetime.fromtimestamp(now, UTC)
    number = ((moment.year - begin.year) * 12 + moment.month - begin.month) // _MONTHS[name]
    if _after(begin, name, number) > moment:
        number -= 1
    return Period(_after(begin, name, number).timestamp(), _after(begin, name, number + 1).timestamp())


def fixed_period(seconds: float, first: float, now: float) -> Period:
    """Return the period of `seconds` length in the row that began at `first`; 0 seconds never end."""
    if seconds <= 0:
        return Period(first, math.inf)
    start = first + math.floor((now - first) / seconds + 1e-9) * seconds
    return Period(start, start + seconds)


def _after(start: datetime, name: str, number: int) -> datetime:
    if name in _SECONDS:
        return start + timedelta(seconds=_SECONDS[name] * number)
    years, month = divmod(start.month - 1 + _MONTHS[name] * number, 12)
    for day in range(start.day, 27, -1):
        try:
            return start.replace(year=start.year + years, month=month + 1, day=day)
        except ValueError:  # the month is shorter
            continue
    return start.replace(year=start.year + years, month=month + 1)


def spoken(seconds: int) -> str:
    """Return a time such as `21 minutes and 33 seconds`.

    Source: body of a token quota refusal, observed.
    """
    pieces: list[str] = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            pieces.append(f"{count} {unit}{'' if count == 1 else 's'}")
    if len(pieces) <= 1:
        return pieces[0] if pieces else "0 seconds"
    return f"{', '.join(pieces[:-1])} and {pieces[-1]}"


def clock_text(seconds: int) -> str:
    """Return a time as `hh:mm:ss`, with `d.` before it from a day on, as .NET writes a TimeSpan."""
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{days}." * bool(days) + f"{hours:02}:{minutes:02}:{rest:02}"
