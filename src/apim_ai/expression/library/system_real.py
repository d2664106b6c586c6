"""Single, Double and Decimal."""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, format_error, out_of_range, overflow
from apim_ai.expression.library import arithmetic, boxes, decimal_casts
from apim_ai.expression.library.declare import ClrDeclaration, clr_struct
from apim_ai.expression.library.equality import equals
from apim_ai.expression.library.number_text import decimal_text, double_text, format_number, single_text
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = [
    "check_mode",
    "parse_decimal",
    "parse_double",
    "read_decimal",
    "read_double",
    "round_decimal",
    "round_decimal_digits",
    "round_decimal_mode",
    "round_decimal_whole",
]

_NUMBER = re.compile(
    r"^[\t-\r ]*([+-]?)((?:[0-9][0-9,]*)?(?:\.[0-9]*)?)([eE][+-]?[0-9]+)?[\t-\r ]*([+-]?)[\t-\r ]*\0*$", re.ASCII
)
_WORDS = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf}
_CORE_WORDS = {**_WORDS, "+infinity": math.inf, "-nan": math.nan, "+nan": math.nan}
_LONGEST = 4096


def _read(text: str) -> str | None:
    found = _NUMBER.match(text)
    if found is None or len(text) > _LONGEST or not any(each.isdigit() for each in found[2]):
        return None
    if found[1] and found[4]:
        return None
    return (found[1] or found[4]) + found[2].replace(",", "") + (found[3] or "")


def read_double(text: str) -> float | None:
    """Return the double that a text is, or None."""
    plain = _read(text)
    if plain is None or text.rstrip("\t\n\v\f\r \0")[-1:] in ("+", "-"):
        return _CORE_WORDS.get(text.strip().lower())
    return float(plain)


def parse_double(text: str | None, settings: ExpressionSettings) -> float:
    """Return `double.Parse(text)`.

    Raises:
        ClrException: ArgumentNullException, FormatException; OverflowException in the .NET Framework.
    """
    if text is None:
        argument_null("s")
    value = read_double(text)
    if value is None:
        format_error()
    if math.isinf(value) and settings.is_framework and _read(text) is not None:
        overflow("Value was either too large or too small for a Double.")
    return value


def read_decimal(text: str) -> Decimal | None:
    """Return the decimal that a text is, or None; its scale is kept."""
    plain = _read(text)
    if plain is None or "e" in plain.lower():
        return None
    return Decimal(plain)


def parse_decimal(text: str | None) -> Decimal:
    """Return `decimal.Parse(text)`.

    Raises:
        ClrException: ArgumentNullException, FormatException, OverflowException.
    """
    if text is None:
        argument_null("s")
    value = read_decimal(text)
    if value is None:
        format_error()
    return arithmetic.fit(value)


def _declare(alias: str, name: str, python: type) -> ClrDeclaration:
    type_ = clr_struct(
        f"System.{name}",
        python=(python,),
        interfaces=("System.IComparable", "System.IFormattable", "System.IConvertible", f"System.IComparable<{alias}>"),
    )
    full = type_.name

    def formatter(settings: ExpressionSettings, value: object, shape: str | None, _provider: object = None) -> str:
        return format_number(value, shape or "", full, settings)

    type_.member(
        "string ToString(string format)",
        "string ToString(string format, System.IFormatProvider provider)",
        settings=True,
    )(formatter)
    type_.member(f"int CompareTo({alias} value)")(_order)
    type_.member("int CompareTo(object value)")(_boxed_order(python, name))
    type_.member(f"bool Equals({alias} obj)")(equals)
    return type_


def _boxed_order(python: type, name: str) -> Callable[[float, object], int]:
    def order(left: float, right: object) -> int:
        if right is None:
            return 1
        if type(right) is not python:
            argument(f"Object must be of type {name}.")
        return _order(left, cast("float", right))

    return order


def _order(left: float, right: float) -> int:
    if left != left or right != right:  # noqa: PLR0124 - NaN comes first
        return int(right != right) - int(left != left)  # noqa: PLR0124 - only NaN differs from itself
    return (left > right) - (left < right)


DOUBLE = _declare("double", "Double", float)
SINGLE = _declare("float", "Single", boxes.Single)
DECIMAL = _declare("decimal", "Decimal", Decimal)


def _is_negative(value: float) -> bool:
    return math.copysign(1.0, value) < 0


def _normal_test(least: float) -> Callable[[float], bool]:
    return lambda value: math.isfinite(value) and abs(value) >= least


def _subnormal_test(least: float) -> Callable[[float], bool]:
    return lambda value: 0 < abs(value) < least


for _type, _alias, _largest, _least, _smallest_normal in (
    (DOUBLE, "double", 1.7976931348623157e308, 5e-324, 2.2250738585072014e-308),
    (SINGLE, "float", 3.4028234663852886e38, 1.401298464324817e-45, 1.1754943508222875e-38),
):
    _type.constant(f"{_alias} MaxValue", _largest)
    _type.constant(f"{_alias} MinValue", -_largest)
    _type.constant(f"{_alias} Epsilon", _least)
    _type.constant(f"{_alias} NaN", math.nan)
    _type.constant(f"{_alias} PositiveInfinity", math.inf)
    _type.constant(f"{_alias} NegativeInfinity", -math.inf)
    _type.member(f"static bool IsNaN({_alias} d)")(math.isnan)
    _type.member(f"static bool IsInfinity({_alias} d)")(math.isinf)
    _type.member(f"static bool IsFinite({_alias} d)")(math.isfinite)
    _type.inline(f"static bool IsPositiveInfinity({_alias} d)", "({0} == float('inf'))")
    _type.inline(f"static bool IsNegativeInfinity({_alias} d)", "({0} == -float('inf'))")
    _type.member(f"static bool IsNegative({_alias} d)")(_is_negative)
    _type.member(f"static bool IsNormal({_alias} d)")(_normal_test(_smallest_normal))
    _type.member(f"static bool IsSubnormal({_alias} d)")(_subnormal_test(_smallest_normal))


@DOUBLE.member(
    "static double Parse(string s)", "static double Parse(string s, System.IFormatProvider provider)", settings=True
)
def double_parse(settings: ExpressionSettings, text: str | None, _provider: object = None) -> float:
    """Parse a double."""
    return parse_double(text, settings)


@DOUBLE.member("static bool TryParse(string s, out double result)")
def double_try_parse(text: str | None) -> tuple[bool, float]:
    """Parse a double without throwing."""
    value = None if text is None else read_double(text)
    return value is not None, value if value is not None else 0.0


@SINGLE.member(
    "static float Parse(string s)", "static float Parse(string s, System.IFormatProvider provider)", settings=True
)
def single_parse(settings: ExpressionSettings, text: str | None, _provider: object = None) -> float:
    """Parse a Single."""
    return arithmetic.single(parse_double(text, settings))


@SINGLE.member("static bool TryParse(string s, out float result)")
def single_try_parse(text: str | None) -> tuple[bool, float]:
    """Parse a Single without throwing."""
    found, value = double_try_parse(text)
    return found, arithmetic.single(value)


@DOUBLE.member("string ToString()", settings=True)
def double_to_string(settings: ExpressionSettings, value: float) -> str:
    """Return the text."""
    return double_text(value, settings)


@SINGLE.member("string ToString()", settings=True)
def single_to_string(settings: ExpressionSettings, value: float) -> str:
    """Return the text."""
    return single_text(value, settings)


# --- Decimal ---------------------------------------------------------------------------------------------------------

_LARGEST = Decimal(2**96 - 1)
_WIDE = Context(prec=60)
DECIMAL.constant("decimal MaxValue", _LARGEST)
DECIMAL.constant("decimal MinValue", _LARGEST.copy_negate())
DECIMAL.constant("decimal Zero", Decimal(0))
DECIMAL.constant("decimal One", Decimal(1))
DECIMAL.constant("decimal MinusOne", Decimal(-1))
DECIMAL.member("string ToString()")(decimal_text)
DECIMAL.member("static decimal Add(decimal d1, decimal d2)")(arithmetic.decimal_add)
DECIMAL.member("static decimal Subtract(decimal d1, decimal d2)")(arithmetic.decimal_subtract)
DECIMAL.member("static decimal Multiply(decimal d1, decimal d2)")(arithmetic.decimal_multiply)
DECIMAL.member("static decimal Divide(decimal d1, decimal d2)")(arithmetic.decimal_divide)
DECIMAL.member("static decimal Remainder(decimal d1, decimal d2)")(arithmetic.decimal_remainder)
DECIMAL.inline("static decimal Negate(decimal d)", "{0}.copy_negate()")


@DECIMAL.member("static decimal Parse(string s)", "static decimal Parse(string s, System.IFormatProvider provider)")
def decimal_parse(text: str | None, _provider: object = None) -> Decimal:
    """Parse a decimal."""
    return parse_decimal(text)


@DECIMAL.member("static bool TryParse(string s, out decimal result)")
def decimal_try_parse(text: str | None) -> tuple[bool, Decimal]:
    """Parse a decimal without throwing."""
    value = None if text is None else read_decimal(text)
    if value is None or value.copy_abs() > _LARGEST:
        return False, Decimal(0)
    return True, arithmetic.fit(value)


def round_decimal(value: Decimal, places: int, mode: str) -> Decimal:
    """Round a decimal to a number of places at most."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return value
    return value.quantize(Decimal(1).scaleb(-places), rounding=mode, context=_WIDE)


def _rounder(mode: str) -> Callable[[Decimal], Decimal]:
    def apply(value: Decimal) -> Decimal:
        return round_decimal(value, 0, mode)

    return apply


DECIMAL.member("static decimal Floor(decimal d)")(_rounder(ROUND_FLOOR))
DECIMAL.member("static decimal Ceiling(decimal d)")(_rounder(ROUND_CEILING))
DECIMAL.member("static decimal Truncate(decimal d)")(_rounder(ROUND_DOWN))
DECIMAL.member("static decimal Round(decimal d)")(_rounder(ROUND_HALF_EVEN))


_MODES = (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN, ROUND_FLOOR, ROUND_CEILING)


def check_mode(mode: int) -> str:
    """Return Python's name of a MidpointRounding.

    Raises:
        ClrException: ArgumentException where the number is none.
    """
    if not 0 <= mode < len(_MODES):
        argument(f"The value '{mode}' is not valid for this usage of the type MidpointRounding.", "mode")
    return _MODES[mode]


def round_decimal_mode(value: Decimal, places: int, mode: int) -> Decimal:
    """Round in a mode at a number of places."""
    if not 0 <= places <= 28:  # noqa: PLR2004 - a bound of .NET
        out_of_range("decimals", "Decimal can only round to between 0 and 28 digits of precision.")
    return round_decimal(value, places, check_mode(mode))


def round_decimal_whole(value: Decimal, mode: int) -> Decimal:
    """Round to a whole number in a mode."""
    return round_decimal_mode(value, 0, mode)


def round_decimal_digits(value: Decimal, places: int) -> Decimal:
    """Round half to even at a number of places."""
    return round_decimal_mode(value, places, 0)


DECIMAL.member("static decimal Round(decimal d, System.MidpointRounding mode)")(round_decimal_whole)
DECIMAL.member("static decimal Round(decimal d, int decimals)")(round_decimal_digits)
DECIMAL.member("static decimal Round(decimal d, int decimals, System.MidpointRounding mode)")(round_decimal_mode)


@DECIMAL.member("static decimal FromOACurrency(long cy)")
def from_currency(amount: int) -> Decimal:
    """Return a currency value of OLE, in ten-thousandths."""
    return arithmetic.fit(Decimal(amount).scaleb(-4).normalize(_WIDE)) if amount else Decimal("0.0000")


@DECIMAL.member("static long ToOACurrency(decimal value)")
def to_currency(value: Decimal) -> int:
    """Return a value in ten-thousandths, as OLE keeps currency."""
    amount = int(round_decimal(value, 4, ROUND_HALF_EVEN).scaleb(4, context=_WIDE))
    return arithmetic.decimal_to_integer(Decimal(amount), -(2**63), 2**63 - 1, "a Currency")


def _integer(low: int, high: int, word: str) -> Callable[[Decimal], int]:
    def convert(value: Decimal) -> int:
        return arithmetic.decimal_to_integer(value, low, high, word)

    return convert


for _alias, _name, _low, _high, _word in (
    ("sbyte", "SByte", -128, 127, "a signed byte"), ("byte", "Byte", 0, 255, "an unsigned byte"),
    ("short", "Int16", -(2**15), 2**15 - 1, "an Int16"), ("ushort", "UInt16", 0, 2**16 - 1, "a UInt16"),
    ("int", "Int32", -(2**31), 2**31 - 1, "an Int32"), ("uint", "UInt32", 0, 2**32 - 1, "a UInt32"),
    ("long", "Int64", -(2**63), 2**63 - 1, "an Int64"), ("ulong", "UInt64", 0, 2**64 - 1, "a UInt64"),
):  # fmt: skip
    DECIMAL.member(f"static {_alias} To{_name}(decimal d)")(_integer(_low, _high, _word))
DECIMAL.member("static int Compare(decimal d1, decimal d2)")(_order)
DECIMAL.inline("static bool Equals(decimal d1, decimal d2)", "({0} == {1})")


@DECIMAL.member("static int[] GetBits(decimal d)")
def decimal_bits(value: Decimal) -> boxes.Array:
    """Return the four words of the value."""
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits)))
    scale = -exponent if isinstance(exponent, int) else 0
    words = [number >> shift & 0xFFFFFFFF for shift in (0, 32, 64)]
    words.append(scale << 16 | (0x80000000 if sign else 0))
    return boxes.Array(resolve("int"), [word - 2**32 if word >= 2**31 else word for word in words])


for _alias in ("int", "uint", "long", "ulong"):
    DECIMAL.member(f"({_alias} value)")(Decimal)
DECIMAL.member("(float value)")(decimal_casts.decimal_of_single)
DECIMAL.member("(double value)")(decimal_casts.decimal_of)
DECIMAL.member("static float ToSingle(decimal d)")(decimal_casts.decimal_to_single)
DECIMAL.member("static double ToDouble(decimal d)")(decimal_casts.decimal_to_double)


@DECIMAL.member("(int lo, int mid, int hi, bool isNegative, byte scale)")
def decimal_of_words(low: int, middle: int, high: int, is_negative: bool, scale: int) -> Decimal:  # noqa: FBT001 - C#'s signature
    """Return the decimal of its words."""
    if scale > 28:  # noqa: PLR2004 - a bound of .NET
        out_of_range("scale", "Decimal's scale value must be between 0 and 28, inclusive.")
    number = (low & 0xFFFFFFFF) | (middle & 0xFFFFFFFF) << 32 | (high & 0xFFFFFFFF) << 64
    return Decimal((int(is_negative), tuple(map(int, str(number))), -scale))


@DECIMAL.member("(int[] bits)")
def decimal_of_bits(bits: list[int] | None) -> Decimal:
    """Return the decimal of its four words."""
    if bits is None:
        argument_null("bits")
    if len(bits) != 4 or bits[3] & 0x7F00FFFF or (bits[3] >> 16 & 0xFF) > 28:  # noqa: PLR2004 - a bound of .NET
        argument("Decimal byte array constructor requires an array of length four containing valid decimal bytes.")
    return decimal_of_words(bits[0], bits[1], bits[2], bits[3] < 0, bits[3] >> 16 & 0xFF)


def decimal_default() -> Decimal:
    """Return zero."""
    return Decimal(0)


DECIMAL.member("static decimal default()")(decimal_default)
