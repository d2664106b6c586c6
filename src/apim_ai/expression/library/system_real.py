"""Single, Double and Decimal."""

from __future__ import annotations

import math
import re
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument_null, format_error, overflow
from apim_ai.expression.library import arithmetic, boxes
from apim_ai.expression.library.declare import ClrDeclaration, clr_struct
from apim_ai.expression.library.equality import equals
from apim_ai.expression.library.number_text import decimal_text, double_text, format_number, single_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["parse_decimal", "parse_double", "read_decimal", "read_double", "round_decimal"]

_NUMBER = re.compile(r"^[\t-\r ]*([+-]?)((?:[0-9][0-9,]*)?(?:\.[0-9]*)?)([eE][+-]?[0-9]+)?([+-]?)[\t-\r ]*$", re.ASCII)
_WORDS = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf, "\u221e": math.inf, "-\u221e": -math.inf}
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
    if plain is None:
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
    type_.member(f"bool Equals({alias} obj)")(equals)
    return type_


def _order(left: float, right: float) -> int:
    if left != left or right != right:  # noqa: PLR0124 - NaN comes first
        return int(right != right) - int(left != left)  # noqa: PLR0124 - only NaN differs from itself
    return (left > right) - (left < right)


DOUBLE = _declare("double", "Double", float)
SINGLE = _declare("float", "Single", boxes.Single)
DECIMAL = _declare("decimal", "Decimal", Decimal)

for _type, _alias, _largest, _least in (
    (DOUBLE, "double", 1.7976931348623157e308, 5e-324),
    (SINGLE, "float", 3.4028234663852886e38, 1.401298464324817e-45),
):
    _type.constant(f"{_alias} MaxValue", _largest)
    _type.constant(f"{_alias} MinValue", -_largest)
    _type.constant(f"{_alias} Epsilon", _least)
    _type.constant(f"{_alias} NaN", math.nan)
    _type.constant(f"{_alias} PositiveInfinity", math.inf)
    _type.constant(f"{_alias} NegativeInfinity", -math.inf)
    _type.member(f"static bool IsNaN({_alias} d)")(math.isnan)
    _type.member(f"static bool IsInfinity({_alias} d)")(math.isinf)


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


@SINGLE.member("static float Parse(string s)", settings=True)
def single_parse(settings: ExpressionSettings, text: str | None) -> float:
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
DECIMAL.constant("decimal MaxValue", _LARGEST)
DECIMAL.constant("decimal MinValue", -_LARGEST)
DECIMAL.constant("decimal Zero", Decimal(0))
DECIMAL.constant("decimal One", Decimal(1))
DECIMAL.constant("decimal MinusOne", Decimal(-1))
DECIMAL.member("string ToString()")(decimal_text)
DECIMAL.member("static decimal Add(decimal d1, decimal d2)")(arithmetic.decimal_add)
DECIMAL.member("static decimal Subtract(decimal d1, decimal d2)")(arithmetic.decimal_subtract)
DECIMAL.member("static decimal Multiply(decimal d1, decimal d2)")(arithmetic.decimal_multiply)
DECIMAL.member("static decimal Divide(decimal d1, decimal d2)")(arithmetic.decimal_divide)
DECIMAL.member("static decimal Remainder(decimal d1, decimal d2)")(arithmetic.decimal_remainder)
DECIMAL.inline("static decimal Negate(decimal d)", "(-{0})")


@DECIMAL.member("static decimal Parse(string s)", "static decimal Parse(string s, System.IFormatProvider provider)")
def decimal_parse(text: str | None, _provider: object = None) -> Decimal:
    """Parse a decimal."""
    return parse_decimal(text)


@DECIMAL.member("static bool TryParse(string s, out decimal result)")
def decimal_try_parse(text: str | None) -> tuple[bool, Decimal]:
    """Parse a decimal without throwing."""
    value = None if text is None else read_decimal(text)
    if value is None or abs(value) > _LARGEST:
        return False, Decimal(0)
    return True, arithmetic.fit(value)


def round_decimal(value: Decimal, places: int, mode: str) -> Decimal:
    """Round a decimal to a number of places at most."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return value
    return value.quantize(Decimal(1).scaleb(-places), rounding=mode)


def _rounder(mode: str) -> Callable[[Decimal], Decimal]:
    def apply(value: Decimal) -> Decimal:
        return round_decimal(value, 0, mode)

    return apply


DECIMAL.member("static decimal Floor(decimal d)")(_rounder(ROUND_FLOOR))
DECIMAL.member("static decimal Ceiling(decimal d)")(_rounder(ROUND_CEILING))
DECIMAL.member("static decimal Truncate(decimal d)")(_rounder(ROUND_DOWN))
DECIMAL.member("static decimal Round(decimal d)")(_rounder(ROUND_HALF_EVEN))


@DECIMAL.member("static decimal Round(decimal d, int decimals)")
def decimal_round(value: Decimal, places: int) -> Decimal:
    """Round half to even."""
    return round_decimal(value, places, ROUND_HALF_EVEN)


@DECIMAL.member("static decimal Round(decimal d, int decimals, System.MidpointRounding mode)")
def decimal_round_mode(value: Decimal, places: int, mode: int) -> Decimal:
    """Round in a mode."""
    return round_decimal(value, places, ROUND_HALF_UP if mode == 1 else ROUND_HALF_EVEN)


@DECIMAL.member("static int ToInt32(decimal d)")
def decimal_to_int32(value: Decimal) -> int:
    """Cut to an Int32."""
    return arithmetic.decimal_to_integer(value, -(2**31), 2**31 - 1, "an Int32")


@DECIMAL.member("static double ToDouble(decimal d)")
def decimal_to_double(value: Decimal) -> float:
    """Return the nearest double."""
    return float(value)


def decimal_default() -> Decimal:
    """Return zero."""
    return Decimal(0)


DECIMAL.member("static decimal default()")(decimal_default)
