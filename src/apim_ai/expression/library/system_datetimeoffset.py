"""System.DateTimeOffset."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument, argument_null, out_of_range
from apim_ai.expression.library.calendar_text import DateParts, format_parts
from apim_ai.expression.library.date_exact import read_exact
from apim_ai.expression.library.date_machine import read_date
from apim_ai.expression.library.date_result import DateProblem
from apim_ai.expression.library.declare import clr_struct
from apim_ai.expression.library.equality import equals, folded_hash
from apim_ai.expression.library.system_datetime import EPOCH, DateTime, add_months, clock, complain, of_parts
from apim_ai.expression.library.system_timespan import TICKS_PER_SECOND, TimeSpan, declare_comparisons

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.context import Context
    from apim_ai.expression.library.date_result import Reading
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["DateTimeOffset", "offset_of"]

_MAX = 3_155_378_975_999_999_999
_MINUTE = 60 * TICKS_PER_SECOND


class DateTimeOffset:
    """A moment, shown with an offset in minutes; `ticks` are those of the clock that shows it."""

    __slots__ = ("offset", "ticks")
    clr = "System.DateTimeOffset"

    def __init__(self, ticks: int, offset: int = 0) -> None:
        self.ticks = ticks
        self.offset = offset

    @property
    def utc(self) -> int:
        """Ticks in UTC."""
        return self.ticks - self.offset * _MINUTE

    @property
    def parts(self) -> DateParts:
        """What texts are made of."""
        return DateParts(self.ticks, self.offset, 0, is_offset=True)

    @property
    def date(self) -> DateTime:
        """The date that is shown."""
        return DateTime(self.ticks, 0)

    def moved(self, ticks: int) -> DateTimeOffset:
        """Return a later moment."""
        if not 0 <= self.ticks + ticks <= _MAX:
            out_of_range("value", "The added or subtracted value results in an un-representable DateTime.")
        return DateTimeOffset(self.ticks + ticks, self.offset)

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return the general text with the offset."""
        return offset_text(settings, self)

    def clr_format(self, shape: str, settings: ExpressionSettings) -> str:
        """Return the text in a format."""
        return format_parts(self.parts, shape, settings.culture)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTimeOffset) and other.utc == self.utc

    def __hash__(self) -> int:
        return hash(self.utc)

    def clr_hash(self) -> int:
        """Return .NET's hash code."""
        return folded_hash(self.utc)

    def __lt__(self, other: DateTimeOffset) -> bool:
        return self.utc < other.utc


def offset_text(settings: ExpressionSettings, moment: DateTimeOffset) -> str:
    """Return `ToString()`."""
    return format_parts(moment.parts, "G", settings.culture) + format_parts(moment.parts, " zzz", settings.culture)


def offset_of(value: object, settings: ExpressionSettings) -> DateTimeOffset:
    """Return the moment of a date or text of a JSON token."""
    if isinstance(value, DateTime):
        return DateTimeOffset(value.ticks)
    return parse(None, settings, str(value))


OFFSET = clr_struct(
    "System.DateTimeOffset",
    python=(DateTimeOffset,),
    interfaces=("System.IComparable", "System.IFormattable", "System.IComparable<System.DateTimeOffset>"),
)
OFFSET.constant("System.DateTimeOffset MinValue", DateTimeOffset(0))
OFFSET.constant("System.DateTimeOffset MaxValue", DateTimeOffset(_MAX))
OFFSET.constant("System.DateTimeOffset UnixEpoch", DateTimeOffset(EPOCH))


@OFFSET.member("static System.DateTimeOffset default()", "()")
def offset_default() -> DateTimeOffset:
    """Return the first moment of year 1."""
    return DateTimeOffset(0)


@OFFSET.member("(System.DateTime dateTime)", "implicit operator System.DateTimeOffset(System.DateTime dateTime)")
def of_date(date: DateTime) -> DateTimeOffset:
    """Return a date as a moment; local time is UTC."""
    return DateTimeOffset(date.ticks)


@OFFSET.member("(System.DateTime dateTime, System.TimeSpan offset)")
def of_date_offset(date: DateTime, offset: TimeSpan) -> DateTimeOffset:
    """Return a date with an offset."""
    if date.kind == 1 and offset.ticks:
        argument("The UTC Offset for Utc DateTime instances must be 0.", "offset")
    return _made(date.ticks, offset)


def _made(ticks: int, offset: TimeSpan) -> DateTimeOffset:
    if offset.ticks % _MINUTE:
        argument("Offset must be specified in whole minutes.", "offset")
    if abs(offset.ticks) > 14 * 60 * _MINUTE:
        out_of_range("offset", "Offset must be within plus or minus 14 hours.")
    if not 0 <= ticks - offset.ticks <= _MAX:
        out_of_range("offset", "The UTC time represented when the offset is applied must be between year 0 and 10,000.")
    return DateTimeOffset(ticks, offset.ticks // _MINUTE)


@OFFSET.member("(long ticks, System.TimeSpan offset)")
def of_ticks(ticks: int, offset: TimeSpan) -> DateTimeOffset:
    """Return the moment of so many ticks with an offset."""
    if not 0 <= ticks <= _MAX:
        out_of_range("ticks", "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks.")
    return _made(ticks, offset)


@OFFSET.member(
    "(int year, int month, int day, int hour, int minute, int second, int millisecond, System.TimeSpan offset)"
)
def offset_of_parts_milli(  # noqa: PLR0917 - C#'s signature
    year: int, month: int, day: int, hour: int, minute: int, second: int, millisecond: int, offset: TimeSpan
) -> DateTimeOffset:
    """Return the moment of its parts."""
    _check(offset)
    return _made(of_parts(year, month, day, hour, minute, second, millisecond).ticks, offset)


def _check(offset: TimeSpan) -> None:
    _made(EPOCH, offset)


@OFFSET.member("(int year, int month, int day, int hour, int minute, int second, System.TimeSpan offset)")
def offset_of_parts(
    year: int, month: int, day: int, hour: int, minute: int, second: int, offset: TimeSpan
) -> DateTimeOffset:
    """Return the moment of its parts."""
    _check(offset)
    return _made(of_parts(year, month, day, hour, minute, second).ticks, offset)


@OFFSET.member("static System.DateTimeOffset UtcNow", "static System.DateTimeOffset Now", context=True)
def now(context: Context) -> DateTimeOffset:
    """Return the gateway's time."""
    return DateTimeOffset(DateTime.of_timestamp(context.now()).ticks)


@OFFSET.member("static System.DateTimeOffset FromUnixTimeSeconds(long seconds)")
def from_seconds(seconds: int) -> DateTimeOffset:
    """Return the moment of seconds since 1970."""
    if not -62_135_596_800 <= seconds <= 253_402_300_799:  # noqa: PLR2004 - a bound of .NET
        out_of_range("seconds", "Valid values are between -62135596800 and 253402300799, inclusive.")
    return DateTimeOffset(EPOCH + seconds * TICKS_PER_SECOND)


@OFFSET.member("static System.DateTimeOffset FromUnixTimeMilliseconds(long milliseconds)")
def from_milliseconds(milliseconds: int) -> DateTimeOffset:
    """Return the moment of milliseconds since 1970."""
    if not -62_135_596_800_000 <= milliseconds <= 253_402_300_799_999:  # noqa: PLR2004 - a bound of .NET
        out_of_range("milliseconds", "Valid values are between -62135596800000 and 253402300799999, inclusive.")
    return DateTimeOffset(EPOCH + milliseconds * 10_000)


@OFFSET.member("long ToUnixTimeSeconds()")
def to_seconds(moment: DateTimeOffset) -> int:
    """Return seconds since 1970."""
    return moment.utc // TICKS_PER_SECOND - EPOCH // TICKS_PER_SECOND


@OFFSET.member("long ToUnixTimeMilliseconds()")
def to_milliseconds(moment: DateTimeOffset) -> int:
    """Return milliseconds since 1970."""
    return moment.utc // 10_000 - EPOCH // 10_000


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(context: Context | None, settings: ExpressionSettings, text: str) -> DateTimeOffset:
    is_american = settings.culture == "en-US"
    return _moment(read_date(text, clock(context), keeps_offset=True, is_month_first=is_american))


def _moment(found: Reading) -> DateTimeOffset:
    return DateTimeOffset(found.ticks, found.offset or 0)


_PROVIDER = "System.IFormatProvider"


@OFFSET.member(
    "static System.DateTimeOffset Parse(string input)",
    f"static System.DateTimeOffset Parse(string input, {_PROVIDER} provider)",
    context=True,
    settings=True,
)
def parse(
    context: Context | None, settings: ExpressionSettings, text: str | None, _provider: object = None
) -> DateTimeOffset:
    """Parse a moment."""
    if text is None:
        argument_null("input")
    try:
        return _read(context, settings, text)
    except DateProblem as problem:
        complain(problem, text, settings)


@OFFSET.member("static bool TryParse(string input, out System.DateTimeOffset result)", context=True, settings=True)
def try_parse(context: Context, settings: ExpressionSettings, text: str | None) -> tuple[bool, DateTimeOffset]:
    """Parse a moment without throwing."""
    try:
        return (False, DateTimeOffset(0)) if text is None else (True, _read(context, settings, text))
    except DateProblem:
        return False, DateTimeOffset(0)


@OFFSET.member(
    f"static System.DateTimeOffset ParseExact(string input, string format, {_PROVIDER} provider)",
    context=True,
    settings=True,
)
def parse_exact(
    context: Context, settings: ExpressionSettings, text: str | None, shape: str | None, _provider: object
) -> DateTimeOffset:
    """Parse a moment in one format."""
    if text is None or shape is None:
        argument_null("input" if text is None else "format")
    try:
        return _moment(read_exact(text, shape, clock(context), settings.culture))
    except DateProblem as problem:
        complain(problem, text, settings)


# --- parts and arithmetic --------------------------------------------------------------------------------------------

OFFSET.inline("System.DateTime DateTime", "{0}.date")
OFFSET.inline("long Ticks", "{0}.ticks")


@OFFSET.member("System.DateTime UtcDateTime")
def utc_date(moment: DateTimeOffset) -> DateTime:
    """Return the date in UTC."""
    return DateTime(moment.utc, 1)


@OFFSET.member("System.DateTime LocalDateTime")
def local_date(moment: DateTimeOffset) -> DateTime:
    """Return the gateway's local date, which is UTC."""
    return DateTime(moment.utc, 2)


OFFSET.getter("long UtcTicks", lambda moment: cast("DateTimeOffset", moment).utc)


@OFFSET.member("System.TimeSpan Offset")
def offset(moment: DateTimeOffset) -> TimeSpan:
    """Return the offset."""
    return TimeSpan(moment.offset * _MINUTE)


def _borrowed(name: str) -> Callable[[DateTimeOffset], object]:
    from apim_ai.expression.library.system_datetime import DATE  # noqa: PLC0415 - the table of dates

    def read(moment: DateTimeOffset) -> object:
        function = DATE.members()[name][0].function
        return None if function is None else function(moment.date)

    return read


for _name in ("Year", "Month", "Day", "Hour", "Minute", "Second", "Millisecond", "DayOfYear"):
    OFFSET.member(f"int {_name}")(_borrowed(_name))
OFFSET.member("System.DayOfWeek DayOfWeek")(_borrowed("DayOfWeek"))
OFFSET.member("System.DateTime Date")(_borrowed("Date"))
OFFSET.member("System.TimeSpan TimeOfDay")(_borrowed("TimeOfDay"))


def _adder(name: str) -> Callable[[DateTimeOffset, float], DateTimeOffset]:
    from apim_ai.expression.library.system_datetime import DATE  # noqa: PLC0415 - the table of dates

    def add(moment: DateTimeOffset, value: float) -> DateTimeOffset:
        function = DATE.members()[name][0].function
        later = moment.date if function is None else cast("DateTime", function(moment.date, value))
        return DateTimeOffset(later.ticks, moment.offset)

    return add


for _name in ("AddDays", "AddHours", "AddMinutes", "AddSeconds", "AddMilliseconds"):
    OFFSET.member(f"System.DateTimeOffset {_name}(double value)")(_adder(_name))
OFFSET.member("System.DateTimeOffset AddYears(int value)")(_adder("AddYears"))
OFFSET.member("System.DateTimeOffset AddTicks(long value)")(DateTimeOffset.moved)


@OFFSET.member("System.DateTimeOffset AddMonths(int months)")
def offset_add_months(moment: DateTimeOffset, months: int) -> DateTimeOffset:
    """Return a moment later by months."""
    return DateTimeOffset(add_months(moment.date, months).ticks, moment.offset)


@OFFSET.member(
    "System.DateTimeOffset operator +(System.DateTimeOffset d, System.TimeSpan t)",
    "System.DateTimeOffset Add(System.TimeSpan value)",
)
def add(moment: DateTimeOffset, span: TimeSpan) -> DateTimeOffset:
    """Return a later moment."""
    return moment.moved(span.ticks)


@OFFSET.member(
    "System.DateTimeOffset operator -(System.DateTimeOffset d, System.TimeSpan t)",
    "System.DateTimeOffset Subtract(System.TimeSpan value)",
)
def subtract(moment: DateTimeOffset, span: TimeSpan) -> DateTimeOffset:
    """Return an earlier moment."""
    return moment.moved(-span.ticks)


@OFFSET.member(
    "System.TimeSpan operator -(System.DateTimeOffset a, System.DateTimeOffset b)",
    "System.TimeSpan Subtract(System.DateTimeOffset value)",
)
def difference(left: DateTimeOffset, right: DateTimeOffset) -> TimeSpan:
    """Return the time between two moments."""
    return TimeSpan(left.utc - right.utc)


declare_comparisons(OFFSET, "utc")


@OFFSET.member(
    "int CompareTo(System.DateTimeOffset other)", "static int Compare(System.DateTimeOffset a, System.DateTimeOffset b)"
)
def compare(left: DateTimeOffset, right: DateTimeOffset) -> int:
    """Order by time."""
    return (left.utc > right.utc) - (left.utc < right.utc)


OFFSET.member(
    "bool Equals(System.DateTimeOffset other)",
    "static bool Equals(System.DateTimeOffset first, System.DateTimeOffset second)",
)(equals)


@OFFSET.member("bool EqualsExact(System.DateTimeOffset other)")
def equals_exact(left: DateTimeOffset, right: DateTimeOffset) -> bool:
    """Whether moment and offset are the same."""
    return (left.ticks, left.offset) == (right.ticks, right.offset)


_FILE_TIME = 504_911_232_000_000_000


@OFFSET.member("long ToFileTime()")
def to_file_time(moment: DateTimeOffset) -> int:
    """Return the ticks since 1601."""
    if moment.utc < _FILE_TIME:
        raise ClrException("System.ArgumentOutOfRangeException", "Not a valid Win32 FileTime.")
    return moment.utc - _FILE_TIME


@OFFSET.member("static System.DateTimeOffset FromFileTime(long fileTime)")
def from_file_time(ticks: int) -> DateTimeOffset:
    """Return the moment of ticks since 1601."""
    if not 0 <= ticks <= _MAX - _FILE_TIME:
        out_of_range("fileTime", "Not a valid Win32 FileTime.")
    return DateTimeOffset(ticks + _FILE_TIME)


@OFFSET.member("System.DateTimeOffset ToOffset(System.TimeSpan offset)")
def to_offset(moment: DateTimeOffset, span: TimeSpan) -> DateTimeOffset:
    """Return the same moment shown with another offset."""
    ticks = moment.utc + span.ticks
    if not 0 <= ticks <= _MAX:
        out_of_range("t", "The added or subtracted value results in an un-representable DateTime.")
    _check(span)
    return _made(ticks, span)


@OFFSET.member("System.DateTimeOffset ToUniversalTime()", "System.DateTimeOffset ToLocalTime()")
def to_universal(moment: DateTimeOffset) -> DateTimeOffset:
    """Return the same moment shown in UTC."""
    return DateTimeOffset(moment.utc)


OFFSET.member("string ToString()", settings=True)(offset_text)


@OFFSET.member("string ToString(string format)", f"string ToString(string format, {_PROVIDER} provider)", settings=True)
def to_string_format(
    settings: ExpressionSettings, moment: DateTimeOffset, shape: str | None, _provider: object = None
) -> str:
    """Return the text in a format."""
    return format_parts(moment.parts, shape, settings.culture) if shape else offset_text(settings, moment)
