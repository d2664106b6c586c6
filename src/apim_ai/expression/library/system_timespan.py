"""System.TimeSpan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, argument_null, format_error, overflow
from apim_ai.expression.library.declare import ClrDeclaration, clr_struct
from apim_ai.expression.library.equality import equals, folded_hash
from apim_ai.expression.library.span_text import constant_text, format_span, read_span, read_span_exact

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["TICKS_PER_SECOND", "TimeSpan"]

TICKS_PER_SECOND = 10_000_000
_DAY, _HOUR, _MINUTE, _MILLI = 864_000_000_000, 36_000_000_000, 600_000_000, 10_000
_MAX, _MIN = 2**63 - 1, -(2**63)
_TOO_LONG = "TimeSpan overflowed because the duration is too long."


class TimeSpan:
    """A duration in ticks of 100 ns."""

    __slots__ = ("ticks",)
    clr = "System.TimeSpan"

    def __init__(self, ticks: int) -> None:
        self.ticks = ticks

    @classmethod
    def of_seconds(cls, seconds: float) -> TimeSpan:
        """Return the duration of so many seconds."""
        return cls(round(seconds * TICKS_PER_SECOND))

    def part(self, unit: int, modulus: int) -> int:
        """Return one part of the duration, with its sign."""
        value = abs(self.ticks) // unit % modulus
        return -value if self.ticks < 0 else value

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return `[-][d.]hh:mm:ss[.fffffff]`."""
        return constant_text(self.ticks)

    def clr_format(self, shape: str, _settings: ExpressionSettings) -> str:
        """Return the duration in a format."""
        return format_span(self.ticks, shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeSpan) and other.ticks == self.ticks

    def __hash__(self) -> int:
        return hash(self.ticks)

    def clr_hash(self) -> int:
        """Return .NET's hash code."""
        return folded_hash(self.ticks)

    def __lt__(self, other: TimeSpan) -> bool:
        return self.ticks < other.ticks

    def __repr__(self) -> str:
        return f"TimeSpan({constant_text(self.ticks)})"


def _checked(ticks: int) -> TimeSpan:
    if not _MIN <= ticks <= _MAX:
        overflow(_TOO_LONG)
    return TimeSpan(ticks)


SPAN = clr_struct(
    "System.TimeSpan",
    python=(TimeSpan,),
    interfaces=("System.IComparable", "System.IFormattable", "System.IComparable<System.TimeSpan>"),
)
SPAN.constant("System.TimeSpan Zero", TimeSpan(0))
SPAN.constant("System.TimeSpan MaxValue", TimeSpan(_MAX))
SPAN.constant("System.TimeSpan MinValue", TimeSpan(_MIN))
for _name, _ticks in (
    ("Day", _DAY),
    ("Hour", _HOUR),
    ("Minute", _MINUTE),
    ("Second", TICKS_PER_SECOND),
    ("Millisecond", _MILLI),
):
    SPAN.constant(f"long TicksPer{_name}", _ticks)


def span_default() -> TimeSpan:
    """Return zero."""
    return TimeSpan(0)


SPAN.member("static System.TimeSpan default()")(span_default)
SPAN.member("(long ticks)")(TimeSpan)


@SPAN.member("(int hours, int minutes, int seconds)")
def of_time(hours: int, minutes: int, seconds: int) -> TimeSpan:
    """Return a duration of hours, minutes and seconds."""
    return _of_parts((hours * 3600 + minutes * 60 + seconds) * TICKS_PER_SECOND)


@SPAN.member(
    "(int days, int hours, int minutes, int seconds)",
    "(int days, int hours, int minutes, int seconds, int milliseconds)",
)
def of_parts(days: int, hours: int, minutes: int, seconds: int, milliseconds: int = 0) -> TimeSpan:
    """Return a duration of days, hours, minutes, seconds and milliseconds."""
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return _of_parts(whole * TICKS_PER_SECOND + milliseconds * _MILLI)


def _of_parts(ticks: int) -> TimeSpan:
    if not _MIN <= ticks <= _MAX:
        raise ClrException("System.ArgumentOutOfRangeException", _TOO_LONG)
    return TimeSpan(ticks)


def _from(name: str, unit: int) -> None:
    @SPAN.member(f"static System.TimeSpan From{name}(double value)", settings=True)
    def make(settings: ExpressionSettings, value: float) -> TimeSpan:
        if value != value:  # noqa: PLR0124 - NaN
            argument(_NOT_A_NUMBER)
        if abs(value) * unit > _MAX:
            overflow(_TOO_LONG)
        if settings.is_framework:
            # the .NET Framework and .NET Core before 3.0 round to whole milliseconds
            millis = value * (unit / _MILLI)
            return _checked(int(millis + (0.5 if millis >= 0 else -0.5)) * _MILLI)
        return _checked(int(value * unit))

    _ = make


for _name, _unit in (
    ("Days", _DAY),
    ("Hours", _HOUR),
    ("Minutes", _MINUTE),
    ("Seconds", TICKS_PER_SECOND),
    ("Milliseconds", _MILLI),
):
    _from(_name, _unit)
SPAN.member("static System.TimeSpan FromTicks(long value)")(TimeSpan)


@SPAN.member(
    "static System.TimeSpan Parse(string s)", "static System.TimeSpan Parse(string s, System.IFormatProvider provider)"
)
def span_parse(text: str | None, _provider: object = None) -> TimeSpan:
    """Parse a duration."""
    if text is None:
        argument_null("input")
    ticks = read_span(text)
    if ticks is None:
        format_error(f"String '{text}' was not recognized as a valid TimeSpan.")
    return TimeSpan(ticks)


@SPAN.member("static bool TryParse(string s, out System.TimeSpan result)")
def span_try_parse(text: str | None) -> tuple[bool, TimeSpan]:
    """Parse a duration without throwing."""
    try:
        ticks = None if text is None else read_span(text)
    except ClrException:
        ticks = None
    return ticks is not None, TimeSpan(ticks or 0)


@SPAN.member("static System.TimeSpan ParseExact(string input, string format, System.IFormatProvider formatProvider)")
def span_parse_exact(text: str | None, shape: str | None, _provider: object) -> TimeSpan:
    """Parse a duration in one format."""
    if text is None or shape is None:
        argument_null("input" if text is None else "format")
    ticks = read_span_exact(text, shape)
    if ticks is None:
        format_error(f"String '{text}' was not recognized as a valid TimeSpan.")
    return TimeSpan(ticks)


@SPAN.member(
    "static bool TryParseExact(string input, string format, System.IFormatProvider formatProvider, "
    "out System.TimeSpan result)"
)
def span_try_parse_exact(text: str | None, shape: str | None, _provider: object) -> tuple[bool, TimeSpan]:
    """Parse a duration in one format without throwing."""
    try:
        ticks = None if text is None or shape is None else read_span_exact(text, shape)
    except ClrException:
        ticks = None
    return ticks is not None, TimeSpan(ticks or 0)


SPAN.inline("long Ticks", "{0}.ticks")


def _part(name: str, unit: int, modulus: int) -> None:
    @SPAN.member(f"int {name}s")
    def part(span: TimeSpan) -> int:
        return span.part(unit, modulus)

    @SPAN.member(f"double Total{name}s")
    def total(span: TimeSpan) -> float:
        value = span.ticks / unit
        if unit == _MILLI:
            return min(max(value, float(-(_MAX // _MILLI))), float(_MAX // _MILLI))
        return value

    _ = part, total


for _name, _unit, _modulus in (
    ("Day", _DAY, 2**62),
    ("Hour", _HOUR, 24),
    ("Minute", _MINUTE, 60),
    ("Second", TICKS_PER_SECOND, 60),
    ("Millisecond", _MILLI, 1000),
):
    _part(_name, _unit, _modulus)


@SPAN.member(
    "System.TimeSpan operator +(System.TimeSpan a, System.TimeSpan b)", "System.TimeSpan Add(System.TimeSpan ts)"
)
def span_add(left: TimeSpan, right: TimeSpan) -> TimeSpan:
    """Add."""
    return _checked(left.ticks + right.ticks)


@SPAN.member(
    "System.TimeSpan operator -(System.TimeSpan a, System.TimeSpan b)", "System.TimeSpan Subtract(System.TimeSpan ts)"
)
def span_subtract(left: TimeSpan, right: TimeSpan) -> TimeSpan:
    """Subtract."""
    return _checked(left.ticks - right.ticks)


@SPAN.member("System.TimeSpan operator -(System.TimeSpan a)", "System.TimeSpan Negate()")
def span_negate(span: TimeSpan) -> TimeSpan:
    """Turn the sign."""
    if span.ticks == _MIN:
        overflow("Negating the minimum value of a twos complement number is invalid.")
    return TimeSpan(-span.ticks)


@SPAN.member("System.TimeSpan Duration()")
def span_duration(span: TimeSpan) -> TimeSpan:
    """Return it without sign."""
    if span.ticks == _MIN:
        overflow(
            "The duration cannot be returned for TimeSpan.MinValue because the absolute value of TimeSpan.MinValue exceeds the value of TimeSpan.MaxValue."
        )
    return TimeSpan(abs(span.ticks))


@SPAN.member("System.TimeSpan operator *(System.TimeSpan a, double b)", "System.TimeSpan Multiply(double factor)")
def span_multiply(span: TimeSpan, factor: float) -> TimeSpan:
    """Multiply."""
    if factor != factor:  # noqa: PLR0124 - NaN
        argument(_NOT_A_NUMBER, "factor")
    return _of_real(span.ticks * factor)


@SPAN.member("System.TimeSpan operator *(double factor, System.TimeSpan span)")
def span_multiplied(factor: float, span: TimeSpan) -> TimeSpan:
    """Multiply."""
    return span_multiply(span, factor)


@SPAN.member("System.TimeSpan operator /(System.TimeSpan a, double b)", "System.TimeSpan Divide(double divisor)")
def span_divide(span: TimeSpan, divisor: float) -> TimeSpan:
    """Divide by a number."""
    if divisor != divisor:  # noqa: PLR0124 - NaN
        argument(_NOT_A_NUMBER, "divisor")
    if divisor == 0:
        overflow(_TOO_LONG)
    return _of_real(span.ticks / divisor)


def _of_real(ticks: float) -> TimeSpan:
    if not _MIN <= ticks <= _MAX:
        overflow(_TOO_LONG)
    return TimeSpan(round(ticks))


_NOT_A_NUMBER = "TimeSpan does not accept floating point Not-a-Number values."


@SPAN.member("double operator /(System.TimeSpan a, System.TimeSpan b)", "double Divide(System.TimeSpan ts)")
def span_ratio(left: TimeSpan, right: TimeSpan) -> float:
    """Divide by a duration."""
    if right.ticks == 0:
        return math.nan if left.ticks == 0 else math.copysign(math.inf, left.ticks)
    return left.ticks / right.ticks


def declare_comparisons(type_: ClrDeclaration, key: str) -> None:
    """Declare `==`, `<` and their kin of a type that is ordered by an attribute."""
    for sign, compare in _COMPARISONS.items():
        type_.member(f"bool operator {sign}({type_.name} a, {type_.name} b)")(_comparer(compare, key))


def _comparer(compare: Callable[[int, int], bool], key: str) -> Callable[[object, object], bool]:
    return lambda left, right: compare(getattr(left, key), getattr(right, key))


_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "==": int.__eq__, "!=": int.__ne__, "<": int.__lt__, ">": int.__gt__, "<=": int.__le__, ">=": int.__ge__,
}  # fmt: skip
declare_comparisons(SPAN, "ticks")


@SPAN.member("int CompareTo(System.TimeSpan value)", "static int Compare(System.TimeSpan t1, System.TimeSpan t2)")
def span_compare(left: TimeSpan, right: TimeSpan) -> int:
    """Order by length."""
    return (left.ticks > right.ticks) - (left.ticks < right.ticks)


@SPAN.member("int CompareTo(object value)")
def span_compare_object(left: TimeSpan, right: object) -> int:
    """Order by length."""
    if right is None:
        return 1
    if not isinstance(right, TimeSpan):
        argument("Object must be of type TimeSpan.")
    return span_compare(left, right)


SPAN.member("bool Equals(System.TimeSpan obj)", "static bool Equals(System.TimeSpan t1, System.TimeSpan t2)")(equals)


@SPAN.member("string ToString()")
def span_to_string(span: TimeSpan) -> str:
    """Return the text."""
    return constant_text(span.ticks)


@SPAN.member("string ToString(string format)", "string ToString(string format, System.IFormatProvider provider)")
def span_to_string_format(span: TimeSpan, shape: str | None, _provider: object = None) -> str:
    """Return the text in a format."""
    return format_span(span.ticks, shape or "")
