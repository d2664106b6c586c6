"""System.Math and System.Random."""

from __future__ import annotations

import math
import random
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, out_of_range, overflow
from apim_ai.expression.library.declare import clr_class, clr_enum, clr_static
from apim_ai.expression.library.relations import boxer
from apim_ai.expression.library.system_real import (
    check_mode,
    round_decimal,
    round_decimal_digits,
    round_decimal_mode,
    round_decimal_whole,
)
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

MATH = clr_static("System.Math")
clr_enum(
    "System.MidpointRounding",
    {"ToEven": 0, "AwayFromZero": 1, "ToZero": 2, "ToNegativeInfinity": 3, "ToPositiveInfinity": 4},
)
MATH.constant("double PI", math.pi)
MATH.constant("double E", math.e)
_NUMBERS = ("sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal")


def _largest(left: float, right: float) -> float:
    if left != left or right != right:  # noqa: PLR0124 - NaN wins
        return math.nan
    if left == 0 == right:
        return right if math.copysign(1.0, left) < 0 else left
    return max(left, right)


def _smallest(left: float, right: float) -> float:
    if left != left or right != right:  # noqa: PLR0124 - NaN wins
        return math.nan
    if left == 0 == right:
        return left if math.copysign(1.0, left) < 0 else right
    return min(left, right)


def _smallest_decimal(left: Decimal, right: Decimal) -> Decimal:
    return min(right, left)


for _alias in _NUMBERS:
    _is_real = _alias in ("float", "double")
    MATH.member(f"static {_alias} Max({_alias} val1, {_alias} val2)")(_largest if _is_real else max)
    _least = _smallest if _is_real else _smallest_decimal if _alias == "decimal" else min
    MATH.member(f"static {_alias} Min({_alias} val1, {_alias} val2)")(_least)


def _absolute(bits: int) -> Callable[[int], int]:
    def apply(value: int) -> int:
        if value == -(2 ** (bits - 1)):
            overflow("Negating the minimum value of a twos complement number is invalid.")
        return abs(value)

    return apply


for _alias, _bits in (("sbyte", 8), ("short", 16), ("int", 32), ("long", 64)):
    MATH.member(f"static {_alias} Abs({_alias} value)")(_absolute(_bits))
for _alias in ("float", "double"):
    MATH.member(f"static {_alias} Abs({_alias} value)")(abs)
MATH.member("static decimal Abs(decimal value)")(Decimal.copy_abs)


def _sign(value: float) -> int:
    if value != value:  # noqa: PLR0124 - NaN
        raise ClrException("System.ArithmeticException", "Function does not accept floating point Not-a-Number values.")
    return (value > 0) - (value < 0)


for _alias in ("sbyte", "short", "int", "long", "float", "double", "decimal"):
    MATH.member(f"static int Sign({_alias} value)")(_sign)


def _whole(function: Callable[[float], int]) -> Callable[[float], float]:
    def apply(value: float) -> float:
        if not math.isfinite(value):
            return value
        result = float(function(value))
        return math.copysign(result, value) if result == 0 else result

    return apply


MATH.member("static double Floor(double d)")(_whole(math.floor))
MATH.member("static double Ceiling(double a)")(_whole(math.ceil))
MATH.member("static double Truncate(double d)")(_whole(math.trunc))
MATH.member("static double Round(double a)")(_whole(round))


def _decimal_whole(name: str) -> Callable[[Decimal], Decimal]:
    def apply(value: Decimal) -> Decimal:
        return round_decimal(value, 0, name)

    return apply


MATH.member("static decimal Floor(decimal d)")(_decimal_whole("ROUND_FLOOR"))
MATH.member("static decimal Ceiling(decimal d)")(_decimal_whole("ROUND_CEILING"))
MATH.member("static decimal Truncate(decimal d)")(_decimal_whole("ROUND_DOWN"))
MATH.member("static decimal Round(decimal d)")(_decimal_whole(ROUND_HALF_EVEN))


@MATH.member("static double Round(double value, int digits)")
def round_digits(value: float, digits: int) -> float:
    """Round half to even at a number of places."""
    return round_mode(value, digits, 0)


@MATH.member("static double Round(double value, System.MidpointRounding mode)")
def round_whole_mode(value: float, mode: int) -> float:
    """Round in a mode."""
    return round_mode(value, 0, mode)


@MATH.member("static double Round(double value, int digits, System.MidpointRounding mode)")
def round_mode(value: float, digits: int, mode: int) -> float:
    """Round in a mode at a number of places, by scaling as .NET does."""
    if not 0 <= digits <= 15:  # noqa: PLR2004 - .NET's limit
        out_of_range("digits", "Rounding digits must be between 0 and 15, inclusive.")
    check_mode(mode)
    if not math.isfinite(value) or abs(value) >= 1e16:  # noqa: PLR2004 - no places left
        return value
    power = 10.0**digits
    scaled = value * power
    if not math.isfinite(scaled):
        return scaled / power
    result = _WAYS[mode](scaled) / power
    return math.copysign(result, value) if result == 0 else result


def _half_away(value: float) -> float:
    fraction, whole = math.modf(value)
    return whole + math.copysign(1.0, fraction) if abs(fraction) >= 0.5 else whole  # noqa: PLR2004 - half


_WAYS: tuple[Callable[[float], float], ...] = (round, _half_away, math.trunc, math.floor, math.ceil)
MATH.member("static decimal Round(decimal d, int decimals)")(round_decimal_digits)
MATH.member("static decimal Round(decimal d, System.MidpointRounding mode)")(round_decimal_whole)
MATH.member("static decimal Round(decimal d, int decimals, System.MidpointRounding mode)")(round_decimal_mode)


def _safely(function: Callable[..., float]) -> Callable[..., float]:
    """Return a function that gives NaN or an infinity where Python raises."""

    def apply(*values: float) -> float:
        try:
            return float(function(*values))
        except ValueError:
            return math.nan
        except OverflowError:
            return -math.inf if function is math.sinh and values[0] < 0 else math.inf

    return apply


def _arc_tangent(value: float) -> float:
    return math.copysign(math.inf, value) if abs(value) == 1 else math.atanh(value)


for _name, _function in (
    ("Sqrt", math.sqrt), ("Exp", math.exp), ("Sin", math.sin), ("Cos", math.cos), ("Tan", math.tan),
    ("Asin", math.asin), ("Acos", math.acos), ("Atan", math.atan), ("Sinh", math.sinh), ("Cosh", math.cosh),
    ("Tanh", math.tanh), ("Cbrt", math.cbrt),
    ("Asinh", math.asinh), ("Acosh", math.acosh), ("Atanh", _arc_tangent),
):  # fmt: skip
    MATH.member(f"static double {_name}(double d)")(_safely(_function))
MATH.member("static double Atan2(double y, double x)")(math.atan2)
MATH.member("static double IEEERemainder(double x, double y)")(_safely(math.remainder))


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    def apply(value: float) -> float:
        if value == 0:
            return -math.inf
        return math.nan if value < 0 else function(value)

    return apply


MATH.member("static double Log(double d)")(_logarithm(math.log))
MATH.member("static double Log10(double d)")(_logarithm(math.log10))
MATH.member("static double Log2(double d)")(_logarithm(math.log2))


@MATH.member("static double Log(double a, double newBase)")
def log_base(value: float, base: float) -> float:
    """Return the logarithm to a base."""
    if math.isnan(value) or math.isnan(base) or base == 1 or (value != 1 and base in (0, math.inf)):
        return math.nan
    if base <= 0:
        return -0.0 if base == 0 else math.nan
    return math.log(value) / math.log(base) if value > 0 else (-math.inf if value == 0 else math.nan)


@MATH.member("static double Pow(double x, double y)")
def power(base: float, exponent: float) -> float:
    """Return a power; where there is none, NaN or an infinity."""
    try:
        return math.pow(base, exponent)
    except OverflowError:
        is_negative = base < 0 and exponent % 2 == 1
        return -math.inf if is_negative else math.inf
    except ValueError:
        if base == 0:
            return -math.inf if math.copysign(1, base) < 0 and exponent % 2 == 1 else math.inf
        return math.nan


@MATH.member("static int DivRem(int a, int b, out int result)", "static long DivRem(long a, long b, out long result)")
def div_rem(left: int, right: int) -> tuple[int, int]:
    """Return quotient and remainder."""
    quotient = abs(left) // abs(right)
    quotient = quotient if (left < 0) == (right < 0) else -quotient
    if quotient == 2**63:
        overflow()
    return quotient, left - quotient * right


# --- single bits of doubles ---


def _scale_binary(value: float, exponent: int) -> float:
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(math.inf, value)


def _binary_exponent(value: float) -> int:
    if value == 0:
        return -(2**31)
    return math.frexp(value)[1] - 1 if math.isfinite(value) else 2**31 - 1


def _larger_magnitude(left: float, right: float) -> float:
    if abs(left) == abs(right):
        return _largest(left, right)
    return left if abs(left) > abs(right) or left != left else right  # noqa: PLR0124 - NaN wins


def _smaller_magnitude(left: float, right: float) -> float:
    if abs(left) == abs(right):
        return _smallest(left, right)
    return left if abs(left) < abs(right) or left != left else right  # noqa: PLR0124 - NaN wins


def _multiply_add(left: float, right: float, more: float) -> float:
    if not (math.isfinite(left) and math.isfinite(right) and math.isfinite(more)):
        return left * right + more
    exact = Fraction(left) * Fraction(right) + Fraction(more)
    try:
        return float(exact) if exact else left * right + more
    except OverflowError:
        return math.copysign(math.inf, exact)


def _next_up(value: float) -> float:
    return math.nextafter(value, math.inf)


def _next_down(value: float) -> float:
    return math.nextafter(value, -math.inf)


MATH.member("static double ScaleB(double x, int n)")(_scale_binary)
MATH.member("static int ILogB(double x)")(_binary_exponent)
MATH.member("static double CopySign(double x, double y)")(math.copysign)
MATH.member("static double FusedMultiplyAdd(double x, double y, double z)")(_multiply_add)
MATH.member("static double BitIncrement(double x)")(_next_up)
MATH.member("static double BitDecrement(double x)")(_next_down)
MATH.member("static double MaxMagnitude(double x, double y)")(_larger_magnitude)
MATH.member("static double MinMagnitude(double x, double y)")(_smaller_magnitude)


def _clamp(alias: str) -> Callable[..., float]:
    box_ = boxer(resolve(alias))

    def clamp(settings: ExpressionSettings, value: float, low: float, high: float) -> float:
        if low > high:
            shown = [to_text(box_(each) if box_ else each, settings) for each in (low, high)]
            argument(f"'{shown[0]}' cannot be greater than {shown[1]}.")
        return low if value < low else min(value, high)

    return clamp


for _alias in _NUMBERS:
    MATH.member(f"static {_alias} Clamp({_alias} value, {_alias} min, {_alias} max)", settings=True)(_clamp(_alias))


@MATH.member("static long BigMul(int a, int b)")
def big_mul(left: int, right: int) -> int:
    """Multiply without overflow."""
    return left * right


# --- Random ----------------------------------------------------------------------------------------------------------

_BIG = 2**31 - 1
_SEED = 161803398


class Random:
    """System.Random: with a seed the very sequence of .NET (Knuth's subtractive generator), else Python's."""

    __slots__ = ("_numbers", "_place", "_random")
    clr = "System.Random"

    def __init__(self, seed: int | None = None) -> None:
        self._random = None if seed is not None else random.Random()  # noqa: S311 - C#'s Random is none for secrets either
        self._numbers: list[int] = []
        self._place = 0
        if seed is not None:
            self._seed(seed)

    def _seed(self, seed: int) -> None:
        magnitude = _BIG if seed == -(2**31) else abs(seed)
        numbers = [0] * 56
        last = _SEED - magnitude
        numbers[55] = last
        following = 1
        for index in range(1, 55):
            place = 21 * index % 55
            numbers[place] = following
            following = last - following
            following += _BIG if following < 0 else 0
            last = numbers[place]
        for _ in range(4):
            for index in range(1, 56):
                number = numbers[index] - numbers[1 + (index + 30) % 55]
                number = (number + 2**31) % 2**32 - 2**31
                numbers[index] = number + _BIG if number < 0 else number
        self._numbers = numbers

    def sample(self) -> int:
        """Return an integer below Int32.MaxValue."""
        if self._random is not None:
            return self._random.randrange(_BIG)
        self._place = self._place % 55 + 1
        other = (self._place + 20) % 55 + 1
        number = self._numbers[self._place] - self._numbers[other]
        if number == _BIG:
            number -= 1
        if number < 0:
            number += _BIG
        self._numbers[self._place] = number
        return number

    def fraction(self) -> float:
        """Return a number from 0 to below 1."""
        return self.sample() * (1.0 / _BIG)

    def wide_fraction(self) -> float:
        """Return a number from 0 to below 1 for a range wider than an Int32, out of two samples."""
        number = self.sample()
        if self.sample() % 2 == 0:
            number = -number
        return (number + _BIG - 1.0) / (2 * _BIG - 1)


RANDOM = clr_class("System.Random", python=(Random,))
RANDOM.member("()", "(int Seed)")(Random)
RANDOM.member("int Next()")(Random.sample)
RANDOM.member("double NextDouble()")(Random.fraction)


@RANDOM.member("int Next(int maxValue)")
def next_below(generator: Random, maximum: int) -> int:
    """Return an integer below a maximum."""
    if maximum < 0:
        out_of_range("maxValue", "'maxValue' must be greater than zero.")
    return int(generator.fraction() * maximum)


@RANDOM.member("int Next(int minValue, int maxValue)")
def next_between(generator: Random, minimum: int, maximum: int) -> int:
    """Return an integer from a minimum to below a maximum."""
    if minimum > maximum:
        out_of_range("minValue", "'minValue' cannot be greater than maxValue.")
    width = maximum - minimum
    return int((generator.fraction() if width <= _BIG else generator.wide_fraction()) * width) + minimum


@RANDOM.member("void NextBytes(byte[] buffer)")
def next_bytes(generator: Random, buffer: bytearray) -> None:
    """Fill an array."""
    for index in range(len(buffer)):
        buffer[index] = generator.sample() % 256
