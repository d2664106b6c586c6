"""System.DateTime. The gateway's zone is UTC, so local time is UTC with another kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

from apim_ai.expression.exceptions import argument_null, format_error, out_of_range
from apim_ai.expression.library.calendar_text import TICKS_PER_DAY, DateParts, days_of, format_parts
from apim_ai.expression.library.date_machine import read_date
from apim_ai.expression.library.date_result import BAD, DateProblem
from apim_ai.expression.library.declare import clr_enum, clr_struct
from apim_ai.expression.library.equality import equals, folded_hash
from apim_ai.expression.library.system_timespan import TICKS_PER_SECOND, TimeSpan, declare_comparisons

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.context import Context
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["EPOCH", "DateTime", "clock", "complain", "parse_date"]

EPOCH = 621_355_968_000_000_000
_MAX = 3_155_378_975_999_999_999
UNSPECIFIED, UTC, LOCAL = 0, 1, 2
_MEMBERS = frozenset(
    [
        "(constructor)",
        "Add",
        "AddDays",
        "AddHours",
        "AddMilliseconds",
        "AddMinutes",
        "AddMonths",
        "AddSeconds",
        "AddTicks",
        "AddYears",
        "Date",
        "Day",
        "DayOfWeek",
        "DayOfYear",
        "DaysInMonth",
        "Hour",
        "IsDaylightSavingTime",
        "IsLeapYear",
        "MaxValue",
        "Millisecond",
        "Minute",
        "MinValue",
        "Month",
        "Now",
        "Parse",
        "Second",
        "Subtract",
        "Ticks",
        "TimeOfDay",
        "Today",
        "ToString",
        "UtcNow",
        "Year",
    ]
)


class DateTime:
    """A date and time of day in ticks since 0001-01-01, with its kind: 0 unspecified, 1 UTC, 2 local."""

    __slots__ = ("kind", "ticks")
    clr = "System.DateTime"

    def __init__(self, ticks: int, kind: int = UNSPECIFIED) -> None:
        self.ticks = ticks
        self.kind = kind

    @classmethod
    def of_timestamp(cls, seconds: float) -> DateTime:
        """Return the UTC date of seconds since 1970."""
        return cls(EPOCH + round(seconds * 1_000_000) * 10, UTC)

    @property
    def parts(self) -> DateParts:
        """What texts are made of."""
        return DateParts(self.ticks, 0, self.kind)

    def moved(self, ticks: int) -> DateTime:
        """Return a date later by ticks."""
        return checked(self.ticks + ticks, self.kind)

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return the general text."""
        return format_parts(self.parts, "G", settings.culture)

    def clr_format(self, shape: str, settings: ExpressionSettings) -> str:
        """Return the text in a format."""
        return format_parts(self.parts, shape, settings.culture)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTime) and other.ticks == self.ticks

    def __hash__(self) -> int:
        return hash(self.ticks)

    def clr_hash(self) -> int:
        """Return .NET's hash code."""
        return folded_hash(self.ticks)

    def __lt__(self, other: DateTime) -> bool:
        return self.ticks < other.ticks

    def __repr__(self) -> str:
        return f"DateTime({format_parts(self.parts, 'o')})"


def checked(ticks: int, kind: int, parameter: str = "value") -> DateTime:
    """Return a date that .NET can hold.

    Raises:
        ClrException: ArgumentOutOfRangeException.
    """
    if not 0 <= ticks <= _MAX:
        out_of_range(parameter, "The added or subtracted value results in an un-representable DateTime.")
    return DateTime(ticks, kind)


def clock(context: object) -> Callable[[], int]:
    """Return the clock that fills in what the text of a date does not say, in ticks."""
    return lambda: DateTime.of_timestamp(cast("Context", context).now()).ticks if context is not None else 0


def parse_date(text: str, settings: ExpressionSettings, context: object) -> DateTime:
    """Return `DateTime.Parse(text)`: with a zone in the text the result is local time.

    Raises:
        ClrException: FormatException.
    """
    try:
        return _read(text, settings, context)
    except DateProblem as problem:
        complain(problem, text, settings)


def complain(problem: DateProblem, text: str, settings: ExpressionSettings) -> NoReturn:
    """Raise FormatException for a text that is no date."""
    if settings.is_framework and problem.words == BAD:
        format_error("String was not recognized as a valid DateTime.")
    format_error(problem.message(text))


def _read(text: str, settings: ExpressionSettings, context: object) -> DateTime:
    is_american = settings.culture == "en-US"
    found = read_date(text, clock(context), keeps_offset=False, is_month_first=is_american)
    if found.offset is None:
        return DateTime(found.ticks)
    ticks = found.ticks - found.offset * 60 * TICKS_PER_SECOND
    if ticks < 0 and found.ticks < TICKS_PER_DAY:
        ticks += TICKS_PER_DAY
    if not 0 <= ticks <= _MAX:
        raise DateProblem("The DateTime represented by the string '{0}' is out of range.")
    return DateTime(ticks, LOCAL)


def try_parse(text: str, settings: ExpressionSettings, context: object) -> DateTime | None:
    """Return the date that a text means, or None."""
    try:
        return _read(text, settings, context)
    except DateProblem:
        return None


DATE = clr_struct(
    "System.DateTime",
    python=(DateTime,),
    interfaces=(
        "System.IComparable",
        "System.IFormattable",
        "System.IConvertible",
        "System.IComparable<System.DateTime>",
    ),
    allowed=_MEMBERS,
)
clr_enum("System.DateTimeKind", {"Unspecified": 0, "Utc": 1, "Local": 2}, allowed=frozenset(["Utc"]))
clr_enum(
    "System.DayOfWeek",
    {"Sunday": 0, "Monday": 1, "Tuesday": 2, "Wednesday": 3, "Thursday": 4, "Friday": 5, "Saturday": 6},
)
DATE.constant("System.DateTime MinValue", DateTime(0))
DATE.constant("System.DateTime MaxValue", DateTime(_MAX))


def date_default() -> DateTime:
    """Return the first moment of year 1."""
    return DateTime(0)


DATE.member("static System.DateTime default()")(date_default)


@DATE.member("(long ticks)", "(long ticks, System.DateTimeKind kind)")
def of_ticks(ticks: int, kind: int = UNSPECIFIED) -> DateTime:
    """Return the date of so many ticks."""
    if not 0 <= ticks <= _MAX:
        out_of_range("ticks", "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.")
    return DateTime(ticks, kind)


@DATE.member(
    "(int year, int month, int day)",
    "(int year, int month, int day, int hour, int minute, int second)",
    "(int year, int month, int day, int hour, int minute, int second, int millisecond)",
)
def of_parts(  # noqa: PLR0917 - C#'s signature
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, milli: int = 0, kind: int = 0
) -> DateTime:
    """Return the date of its parts."""
    if not 0 <= milli < 1000:  # noqa: PLR2004 - of a second
        out_of_range("millisecond", "Valid values are between 0 and 999, inclusive.")
    try:
        days = days_of(year, month, day)
    except ValueError:
        out_of_range_date()
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):  # noqa: PLR2004 - parts of a day
        out_of_range_date("Hour, Minute, and Second parameters describe an un-representable DateTime.")
    ticks = days * TICKS_PER_DAY + (hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND + milli * 10_000
    return DateTime(ticks, kind)


def out_of_range_date(text: str = "Year, Month, and Day parameters describe an un-representable DateTime.") -> NoReturn:
    """Raise ArgumentOutOfRangeException for parts that make no date."""
    from apim_ai.expression.exceptions import ClrException  # noqa: PLC0415 - one use

    raise ClrException("System.ArgumentOutOfRangeException", text)


@DATE.member("(int year, int month, int day, int hour, int minute, int second, System.DateTimeKind kind)")
def of_parts_kind(year: int, month: int, day: int, hour: int, minute: int, second: int, kind: int) -> DateTime:
    """Return the date of its parts, of a kind."""
    return of_parts(year, month, day, hour, minute, second, 0, kind)


@DATE.member(
    "(int year, int month, int day, int hour, int minute, int second, int millisecond, System.DateTimeKind kind)"
)
def of_all_parts(  # noqa: PLR0917 - C#'s signature
    year: int, month: int, day: int, hour: int, minute: int, second: int, milli: int, kind: int
) -> DateTime:
    """Return the date of all its parts, of a kind."""
    return of_parts(year, month, day, hour, minute, second, milli, kind)


# --- now and static members ------------------------------------------------------------------------------------------


@DATE.member("static System.DateTime UtcNow", context=True)
def utc_now(context: Context) -> DateTime:
    """Return the gateway's time."""
    return DateTime.of_timestamp(context.now())


@DATE.member("static System.DateTime Now", context=True)
def now(context: Context) -> DateTime:
    """Return the gateway's local time, which is UTC."""
    return DateTime(utc_now(context).ticks, LOCAL)


@DATE.member("static System.DateTime Today", context=True)
def today(context: Context) -> DateTime:
    """Return the beginning of the gateway's day."""
    ticks = utc_now(context).ticks
    return DateTime(ticks - ticks % TICKS_PER_DAY, LOCAL)


@DATE.member(
    "static System.DateTime Parse(string s)",
    "static System.DateTime Parse(string s, System.IFormatProvider provider)",
    context=True,
    settings=True,
)
def parse(context: Context, settings: ExpressionSettings, text: str | None, _provider: object = None) -> DateTime:
    """Parse a date."""
    if text is None:
        argument_null("s")
    return parse_date(text, settings, context)


@DATE.member("static bool TryParse(string s, out System.DateTime result)", context=True, settings=True)
def date_try_parse(context: Context, settings: ExpressionSettings, text: str | None) -> tuple[bool, DateTime]:
    """Parse a date without throwing."""
    found = None if text is None else try_parse(text, settings, context)
    return found is not None, found or DateTime(0)


@DATE.member("static bool IsLeapYear(int year)")
def is_leap_year(year: int) -> bool:
    """Whether February has 29 days."""
    if not 1 <= year <= 9999:  # noqa: PLR2004 - years
        out_of_range("year", "Year must be between 1 and 9999.")
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@DATE.member("static int DaysInMonth(int year, int month)")
def days_in_month(year: int, month: int) -> int:
    """Return the number of days of a month."""
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        out_of_range("month", "Month must be between one and twelve.")
    is_leap = is_leap_year(year)
    if month == 2:  # noqa: PLR2004 - February
        return 29 if is_leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


@DATE.member("static System.DateTime SpecifyKind(System.DateTime value, System.DateTimeKind kind)")
def specify_kind(date: DateTime, kind: int) -> DateTime:
    """Return the same time of another kind."""
    return DateTime(date.ticks, kind)


# --- parts -----------------------------------------------------------------------------------------------------------

DATE.inline("long Ticks", "{0}.ticks")
DATE.inline("System.DateTimeKind Kind", "{0}.kind")


def _part(name: str, read: Callable[[DateTime], int]) -> None:
    DATE.member(f"int {name}")(read)


_part("Year", lambda date: date.parts.date[0])
_part("Month", lambda date: date.parts.date[1])
_part("Day", lambda date: date.parts.date[2])
_part("Hour", lambda date: date.ticks // 36_000_000_000 % 24)
_part("Minute", lambda date: date.ticks // 600_000_000 % 60)
_part("Second", lambda date: date.ticks // TICKS_PER_SECOND % 60)
_part("Millisecond", lambda date: date.ticks // 10_000 % 1000)
_part("DayOfYear", lambda date: date.ticks // TICKS_PER_DAY - days_of(date.parts.date[0], 1, 1) + 1)


@DATE.member("System.DayOfWeek DayOfWeek")
def day_of_week(date: DateTime) -> int:
    """Return the day of the week, Sunday being 0."""
    return (date.ticks // TICKS_PER_DAY + 1) % 7


@DATE.member("System.DateTime Date")
def date_only(date: DateTime) -> DateTime:
    """Return the beginning of the day."""
    return DateTime(date.ticks - date.ticks % TICKS_PER_DAY, date.kind)


@DATE.member("System.TimeSpan TimeOfDay")
def time_of_day(date: DateTime) -> TimeSpan:
    """Return the time since the beginning of the day."""
    return TimeSpan(date.ticks % TICKS_PER_DAY)


# --- arithmetic ------------------------------------------------------------------------------------------------------


def _adder(name: str, unit: int) -> None:
    @DATE.member(f"System.DateTime Add{name}(double value)")
    def add(date: DateTime, value: float) -> DateTime:
        # .NET Core 3.1 and the .NET Framework round to whole milliseconds
        if value != value:  # noqa: PLR0124 - NaN, which .NET makes nothing of
            return date
        millis = value * (unit / 10_000)
        millis += 0.5 if value >= 0 else -0.5
        if not -315_537_897_600_000 < millis < 315_537_897_600_000:  # noqa: PLR2004 - a bound of .NET
            out_of_range("value", "Value to add was out of range.")
        return date.moved(int(millis) * 10_000)

    _ = add


for _name, _unit in (
    ("Days", TICKS_PER_DAY),
    ("Hours", 36_000_000_000),
    ("Minutes", 600_000_000),
    ("Seconds", TICKS_PER_SECOND),
    ("Milliseconds", 10_000),
):
    _adder(_name, _unit)
DATE.member("System.DateTime AddTicks(long value)")(DateTime.moved)


@DATE.member("System.DateTime AddMonths(int months)")
def add_months(date: DateTime, months: int) -> DateTime:
    """Return a date later by months; the day is cut to the month's last."""
    if not -120_000 <= months <= 120_000:  # noqa: PLR2004 - .NET's limit
        out_of_range("months", "Months value must be between +/-120000.")
    year, month, day = date.parts.date
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    if not 1 <= year <= 9999:  # noqa: PLR2004 - the calendar
        out_of_range("months", "The added or subtracted value results in an un-representable DateTime.")
    days = days_of(year, month, min(day, days_in_month(year, month)))
    return DateTime(days * TICKS_PER_DAY + date.ticks % TICKS_PER_DAY, date.kind)


@DATE.member("System.DateTime AddYears(int value)")
def add_years(date: DateTime, years: int) -> DateTime:
    """Return a date later by years."""
    if not -10_000 <= years <= 10_000:  # noqa: PLR2004 - .NET's limit
        out_of_range("years", "Years value must be between +/-10000.")
    return add_months(date, years * 12)


@DATE.member("System.DateTime operator +(System.DateTime d, System.TimeSpan t)")
def date_plus(date: DateTime, span: TimeSpan) -> DateTime:
    """Return a later date."""
    return checked(date.ticks + span.ticks, date.kind, "t")


@DATE.member("System.DateTime operator -(System.DateTime d, System.TimeSpan t)")
def date_minus(date: DateTime, span: TimeSpan) -> DateTime:
    """Return an earlier date."""
    return checked(date.ticks - span.ticks, date.kind, "t")


@DATE.member("System.DateTime Add(System.TimeSpan value)")
def date_add(date: DateTime, span: TimeSpan) -> DateTime:
    """Return a later date."""
    return date.moved(span.ticks)


@DATE.member("System.DateTime Subtract(System.TimeSpan value)")
def date_subtract(date: DateTime, span: TimeSpan) -> DateTime:
    """Return an earlier date."""
    return date.moved(-span.ticks)


@DATE.member(
    "System.TimeSpan operator -(System.DateTime d1, System.DateTime d2)",
    "System.TimeSpan Subtract(System.DateTime value)",
)
def date_difference(left: DateTime, right: DateTime) -> TimeSpan:
    """Return the time between two dates."""
    return TimeSpan(left.ticks - right.ticks)


declare_comparisons(DATE, "ticks")


@DATE.member("int CompareTo(System.DateTime value)", "static int Compare(System.DateTime t1, System.DateTime t2)")
def date_compare(left: DateTime, right: DateTime) -> int:
    """Order by time."""
    return (left.ticks > right.ticks) - (left.ticks < right.ticks)


DATE.member("bool Equals(System.DateTime value)")(equals)
DATE.inline("bool IsDaylightSavingTime()", "({0}, False)[1]")


@DATE.member("System.DateTime ToUniversalTime()")
def to_universal(date: DateTime) -> DateTime:
    """Return it as UTC."""
    return DateTime(date.ticks, UTC)


@DATE.member("System.DateTime ToLocalTime()")
def to_local(date: DateTime) -> DateTime:
    """Return it as local time."""
    return DateTime(date.ticks, LOCAL)


# --- texts -----------------------------------------------------------------------------------------------------------


@DATE.member("string ToString()", settings=True)
def date_to_string(settings: ExpressionSettings, date: DateTime) -> str:
    """Return the general text."""
    return date.clr_text(settings)


@DATE.member(
    "string ToString(string format)", "string ToString(string format, System.IFormatProvider provider)", settings=True
)
def date_to_string_format(
    settings: ExpressionSettings, date: DateTime, shape: str | None, _provider: object = None
) -> str:
    """Return the text in a format."""
    return format_parts(date.parts, shape, settings.culture)


for _name, _shape in (
    ("ToShortDateString", "d"),
    ("ToLongDateString", "D"),
    ("ToShortTimeString", "t"),
    ("ToLongTimeString", "T"),
):

    def _named(settings: ExpressionSettings, date: DateTime, shape: str = _shape) -> str:
        return format_parts(date.parts, shape, settings.culture)

    DATE.member(f"string {_name}()", settings=True)(_named)
