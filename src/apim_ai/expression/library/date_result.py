"""What reading a date yields, and why it fails: shared by the free and the exact readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.expression.library.calendar_text import TICKS_PER_DAY, days_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BAD", "DateProblem", "Found", "Reading", "settle"]

BAD = "String '{0}' was not recognized as a valid DateTime."
_BAD_DAY_OF_WEEK = BAD.removesuffix(".") + " because the day of week was incorrect."
_BAD_CALENDAR = "The DateTime represented by the string '{0}' is not supported in calendar 'System.Globalization.GregorianCalendar'."
_BAD_OFFSET = "The time zone offset of string '{0}' must be within plus or minus 14 hours."
_BAD_UTC = "The UTC representation of the date '{0}' falls outside the year range 1-9999."
_NO_YEAR = "There must be at least a partial date with a year present in the input string '{0}'."
_SECOND = 10_000_000
_MOST_OFFSET = 14 * 60
_LAST_DAY = 3_652_059
_PIVOT = 29


class DateProblem(Exception):  # noqa: N818 - it never leaves the readers of dates
    """A text that is no date.

    Args:
        words: .NET's complaint, with `{0}` for the text.
    """

    def __init__(self, words: str = BAD) -> None:
        super().__init__(words)
        self.words = words

    def message(self, text: str) -> str:
        """Return .NET's complaint about the text."""
        return self.words.replace("{0}", text)


@dataclass(frozen=True, slots=True)
class Reading:
    """A date that was read: ticks as written, and the offset in minutes where the text names one."""

    ticks: int
    offset: int | None


@dataclass(slots=True)
class Found:
    """What has been found in a text so far; None is what it does not say."""

    now: Callable[[], int]
    keeps_offset: bool
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int = 0
    minute: int = 0
    second: int = 0
    fraction: float = 0.0
    day_of_week: int | None = None
    offset: int | None = None
    has_default_year: bool = False
    suffixes: set[str] = field(default_factory=set[str])

    def take_offset(self, minutes: int) -> None:
        """Note the offset; a second one is an error."""
        if self.offset is not None:
            raise DateProblem
        self.offset = minutes

    def this_year(self) -> int:
        """Return the current year, where the text has none."""
        self.has_default_year = True
        return self.today()[0]

    def today(self) -> tuple[int, int, int]:
        """Return the current date: that of the text's own offset where a moment is read."""
        from apim_ai.expression.library.calendar_text import civil  # noqa: PLC0415 - rare

        shift = (self.offset or 0) * 60 * _SECOND if self.keeps_offset else 0
        return civil((self.now() + shift) // TICKS_PER_DAY)

    def set_date(self, year: int, month: int, day: int) -> None:
        """Set the date; one that the calendar does not have is an error."""
        if not is_day(year, month, day):
            raise DateProblem
        self.year, self.month, self.day = year, month, day


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the calendar has this day."""
    try:
        days_of(year, month, day)
    except ValueError:
        return False
    return True


def four_digits(year: int) -> int:
    """Return a year of two digits as one of four."""
    return year if year > 99 else year + (1900 if year > _PIVOT else 2000)  # noqa: PLR2004 - two digits


def settle(found: Found) -> Reading:
    """Return the date that was found, today filling what the text does not say.

    Raises:
        DateProblem: there is no such date or time.
    """
    _fill(found)
    year, month, day = found.year or 0, found.month or 0, found.day or 0
    is_time = found.hour < 24 and found.minute < 60 and found.second < 60  # noqa: PLR2004 - parts of a day
    if not is_time or not is_day(year, month, day):
        raise DateProblem(_BAD_CALENDAR)
    days = days_of(year, month, day)
    ticks = days * TICKS_PER_DAY + (found.hour * 3600 + found.minute * 60 + found.second) * _SECOND
    ticks += round(found.fraction * _SECOND)
    if found.day_of_week is not None and found.day_of_week != (ticks // TICKS_PER_DAY + 1) % 7:
        raise DateProblem(_BAD_DAY_OF_WEEK)
    _check_offset(found, ticks)
    return Reading(ticks, found.offset)


def _fill(found: Found) -> None:
    is_partial = found.month is not None or found.day is not None
    has_no_year = found.year is None or found.has_default_year
    if found.keeps_offset and is_partial and has_no_year and found.offset is not None:
        raise DateProblem(_NO_YEAR)
    if found.year is None and not is_partial:
        found.year, found.month, found.day = found.today()
    found.year = found.today()[0] if found.year is None else found.year
    found.month = 1 if found.month is None else found.month
    found.day = 1 if found.day is None else found.day


def _check_offset(found: Found, ticks: int) -> None:
    minutes = found.offset or 0
    if found.keeps_offset and not 0 <= ticks - minutes * 60 * _SECOND < _LAST_DAY * TICKS_PER_DAY:
        raise DateProblem(_BAD_UTC)
    if abs(minutes) > _MOST_OFFSET:
        raise DateProblem(_BAD_OFFSET)
