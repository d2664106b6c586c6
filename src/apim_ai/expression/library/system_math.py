"""System.Math and System.Random."""

from __future__ import annotations

import math
import random
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, out_of_range, overflow
from apim_ai.expression.library.declare import clr_class, clr_enum, clr_static
from apim_ai.expression.library.relations import boxer
from apim_ai.expression.library.system_real import round_decimal
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

MATH = clr_static("System.Math")
clr_enum("System.MidpointRounding", {"ToEven": 0, "AwayFromZero": 1})
MATH.constant("double PI", math.pi)
MATH.constant("double E", math.e)
_NUMBERS = ("sbyte", "byte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal")


def _largest(left: float, right: float) -> float:
    if left != left or right != right:  # noqa: PLR0124 - NaN wins
        return math.nan
    return max(left, right)


def _smallest(left: float, right: float) -> float:
    if left != left or right != right:  # noqa: PLR0124 - NaN wins
        return math.nan
    return min(left, right)


for _alias in _NUMBERS:
    MATH.member(f"static {_alias} Max({_alias} val1, {_alias} val2)")(_largest)
    MATH.member(f"static {_alias} Min({_alias} val1, {_alias} val2)")(_smallest)


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
    if not math.isfinite(value) or abs(value) >= 1e16:  # noqa: PLR2004 - no places left
        return value
    power = 10.0**digits
    scaled = value * power
    if mode == 1:
        fraction, whole = math.modf(scaled)
        result = whole + math.copysign(1.0, fraction) if abs(fraction) >= 0.5 else whole  # noqa: PLR2004 - half
    else:
        result = float(round(scaled))
    return math.copysign(result / power, value) if result == 0 else result / power


@MATH.member("static decimal Round(decimal d, int decimals)")
def round_decimal_digits(value: Decimal, digits: int) -> Decimal:
    """Round half to even at a number of places."""
    return round_decimal_mode(value, digits, 0)


@MATH.member("static decimal Round(decimal d, System.MidpointRounding mode)")
def round_decimal_whole(value: Decimal, mode: int) -> Decimal:
    """Round in a mode."""
    return round_decimal(value, 0, ROUND_HALF_UP if mode == 1 else ROUND_HALF_EVEN)


@MATH.member("static decimal Round(decimal d, int decimals, System.MidpointRounding mode)")
def round_decimal_mode(value: Decimal, digits: int, mode: int) -> Decimal:
    """Round in a mode at a number of places."""
    if not 0 <= digits <= 28:  # noqa: PLR2004 - a bound of .NET
        out_of_range("decimals", "Decimal can only round to between 0 and 28 digits of precision.")
    return round_decimal(value, digits, ROUND_HALF_UP if mode == 1 else ROUND_HALF_EVEN)


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
    if base in (0, 1) or base < 0 or math.isnan(value):
        return math.nan
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
    return int(generator.fraction() * (maximum - minimum)) + minimum


@RANDOM.member("void NextBytes(byte[] buffer)")
def next_bytes(generator: Random, buffer: bytearray) -> None:
    """Fill an array."""
    for index in range(len(buffer)):
        buffer[index] = generator.sample() % 256
