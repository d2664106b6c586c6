"""Numbers as text: .NET's default texts and its standard and custom numeric formats, in the invariant culture."""

from __future__ import annotations

import math
import re
import struct
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import format_error
from apim_ai.expression.library.number_pattern import Digits, write_pattern

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["decimal_text", "double_text", "format_number", "single_text"]

_WIDE = Context(prec=400, rounding=ROUND_HALF_UP, Emax=9999, Emin=-9999)
_SCIENTIFIC_FROM = 15
_SINGLE_SCIENTIFIC_FROM = 7
_CORE_SCIENTIFIC_FROM, _CORE_SINGLE_SCIENTIFIC_FROM = 17, 9
_SCIENTIFIC_BELOW = -4


def double_text(value: float, settings: ExpressionSettings) -> str:
    """Return the text of a Double: shortest in .NET Core, 15 digits in the .NET Framework."""
    special = _special(value)
    if special is not None:
        return special
    if settings.is_framework:
        return _general(Decimal(value), 15, _SCIENTIFIC_FROM)
    return _shortest(repr(value), _CORE_SCIENTIFIC_FROM)


def single_text(value: float, settings: ExpressionSettings) -> str:
    """Return the text of a Single: shortest in .NET Core, 7 digits in the .NET Framework."""
    special = _special(value)
    if special is not None:
        return special
    if settings.is_framework:
        return _general(Decimal(value), 7, _SINGLE_SCIENTIFIC_FROM)
    return _shortest(shortest_single(value), _CORE_SINGLE_SCIENTIFIC_FROM)


def shortest_single(value: float) -> str:
    """Return the shortest digits that give the same Single."""
    for precision in range(1, 10):
        text = f"{value:.{precision}g}"
        if struct.pack("f", float(text)) == struct.pack("f", value):
            return text
    return repr(value)


def _special(value: float) -> str | None:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0" if math.copysign(1.0, value) < 0 else "0"
    return None


def _digits(number: Decimal) -> tuple[str, str, int]:
    """Return sign, significant digits without trailing zeros, and the exponent of the first."""
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    if not isinstance(exponent, int) or not text:
        return "", "0", 0
    first = len(text) - 1 + exponent
    return ("-" if sign else ""), text.rstrip("0") or "0", first


def _shortest(text: str, limit: int) -> str:
    sign, digits, first = _digits(Decimal(text))
    return sign + _lay_out(digits, first, limit, "E", 2)


def _general(number: Decimal, precision: int, limit: int, letter: str = "E") -> str:
    rounded = Context(prec=precision, rounding=ROUND_HALF_EVEN).create_decimal(number)
    sign, digits, first = _digits(rounded)
    if digits == "0":
        return "0"
    return sign + _lay_out(digits, first, limit, letter, 2)


def _lay_out(digits: str, first: int, limit: int, letter: str, exponent_digits: int) -> str:
    if first >= limit or first < _SCIENTIFIC_BELOW:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        sign = "-" if first < 0 else "+"
        return f"{mantissa}{letter}{sign}{abs(first):0{exponent_digits}d}"
    if first < 0:
        return "0." + "0" * (-first - 1) + digits
    whole = digits[: first + 1].ljust(first + 1, "0")
    fraction = digits[first + 1 :]
    return f"{whole}.{fraction}" if fraction else whole


def decimal_text(value: Decimal) -> str:
    """Return the text of a Decimal, its scale kept."""
    text = format(value, "f")
    if value == 0 and text.startswith("-"):
        text = text[1:]
    return text


# --- standard formats ------------------------------------------------------------------------------------------------

_STANDARD = re.compile(r"^([A-Za-z])0*?(\d{0,2})$", re.ASCII)
_WIDTHS = {
    "System.SByte": 8, "System.Byte": 8, "System.Int16": 16, "System.UInt16": 16, "System.Int32": 32,
    "System.UInt32": 32, "System.Int64": 64, "System.UInt64": 64,
}  # fmt: skip


def format_number(value: object, shape: str, type_name: str, settings: ExpressionSettings) -> str:  # noqa: RET503 - ends in a call that never returns
    """Return `value.ToString(shape)`.

    Args:
        value: an int, float or Decimal.
        shape: a standard (`N2`) or custom (`#,##0.00`) format; the empty one is `G`.
        type_name: .NET name of the value's type.
        settings: the profile.

    Raises:
        ClrException: FormatException.
    """
    if isinstance(value, float):
        special = _special(value) if not math.isfinite(value) else None
        if special is not None:
            return special
    standard = _STANDARD.match(shape or "G")
    if standard is None:
        return write_pattern(_digits_of(value, type_name, settings), shape)
    letter = standard[1]
    precision = int(standard[2]) if standard[2] else None
    if letter.upper() in "DX":
        return _integer_format(value, letter, precision, type_name)
    writer = {"F": _fixed, "N": _grouped, "C": _currency, "P": _percent, "E": _exponential}.get(letter.upper())
    if writer is not None:
        return writer(_Rounded(value, settings), precision, letter, settings)
    if letter.upper() in "GR":
        return _general_format(value, letter, precision, type_name, settings)
    format_error("Format specifier was invalid.")


def _exact(value: object) -> Decimal:
    return Decimal(value)  # type: ignore[arg-type]  # an int, float or Decimal


def _fifteen_digits(value: float) -> Decimal:
    return Decimal(f"{value:.15g}")


class _Rounded:
    """A number to be rounded as its type and profile do: doubles of .NET Core exactly, ties to even."""

    def __init__(self, value: object, settings: ExpressionSettings) -> None:
        is_exact = isinstance(value, float) and not settings.is_framework
        self.mode = ROUND_HALF_EVEN if is_exact else ROUND_HALF_UP
        self.keeps_sign = is_exact  # of what rounds to zero
        is_cut = isinstance(value, float) and settings.is_framework
        self.number = _fifteen_digits(float(value)) if is_cut else _exact(value)  # type: ignore[arg-type]  # a float

    def at(self, places: int, scale: int = 0) -> Decimal:
        """Return the number times ten to the power of `scale`, rounded to places."""
        number = self.number.scaleb(scale, context=_WIDE)
        made = number.quantize(Decimal(1).scaleb(-places), rounding=self.mode, context=_WIDE)
        return made if made or self.keeps_sign else made.copy_abs()


def _integer_format(value: object, letter: str, precision: int | None, type_name: str) -> str:
    if type_name not in _WIDTHS or not isinstance(value, int):
        format_error("Format specifier was invalid.")
    if letter.upper() == "D":
        digits = str(abs(value)).rjust(precision or 0, "0")
        return ("-" if value < 0 else "") + digits
    width = _WIDTHS[type_name]
    text = format(value & ((1 << width) - 1), "x" if letter == "x" else "X")
    return text.rjust(precision or 0, "0")


def _fixed(number: _Rounded, precision: int | None, _letter: str, settings: ExpressionSettings) -> str:
    _ = settings
    return format(number.at(2 if precision is None else precision), "f")


def _grouped(number: _Rounded, precision: int | None, _letter: str, settings: ExpressionSettings) -> str:
    _ = settings
    return format(number.at(2 if precision is None else precision), ",f")


def _currency(number: _Rounded, precision: int | None, _letter: str, settings: ExpressionSettings) -> str:
    made = number.at(2 if precision is None else precision)
    text = format(made.copy_abs(), ",f")
    sign = "$" if settings.culture == "en-US" else "\u00a4"
    if not made.is_signed():
        return sign + text
    return f"-{sign}{text}" if settings.culture == "en-US" and not settings.is_framework else f"({sign}{text})"


def _percent(number: _Rounded, precision: int | None, _letter: str, settings: ExpressionSettings) -> str:
    text = format(number.at(2 if precision is None else precision, 2), ",f")
    return f"{text}%" if settings.culture == "en-US" and not settings.is_framework else f"{text} %"


def _exponential(number: _Rounded, precision: int | None, letter: str, _settings: ExpressionSettings) -> str:
    places = 6 if precision is None else precision
    sign, _, first = _digits(number.number)
    sign = "-" if number.keeps_sign and number.number.is_signed() else sign
    mantissa = abs(number.at(places, -first))
    if mantissa >= 10:  # noqa: PLR2004 - rounding carried
        first += 1
        mantissa = abs(number.at(places, -first))
    return f"{sign}{mantissa:f}{letter}{'-' if first < 0 else '+'}{abs(first):03d}"


def _general_format(
    value: object, letter: str, precision: int | None, type_name: str, settings: ExpressionSettings
) -> str:
    if letter in "Rr" and not isinstance(value, float):
        format_error("Format specifier was invalid.")
    if isinstance(value, float) and (not precision or letter in "Rr"):
        return _shortest_format(value, letter, type_name, settings)
    if not precision:
        if precision == 0 and isinstance(value, Decimal) and not settings.is_framework:
            return decimal_text(value.normalize(_WIDE)) if value else "0"
        return decimal_text(value) if isinstance(value, Decimal) else str(value)
    text = _general(_exact(value), precision, precision, "e" if letter == "g" else "E")
    keeps_sign = isinstance(value, float) and not settings.is_framework
    return "-0" if text == "0" and keeps_sign and math.copysign(1.0, cast("float", value)) < 0 else text


def _shortest_format(value: float, letter: str, type_name: str, settings: ExpressionSettings) -> str:
    is_single = type_name == "System.Single"
    text = single_text(value, settings) if is_single else double_text(value, settings)
    if letter in "Rr" and settings.is_framework and not is_single:
        text = _shortest(repr(value), _SCIENTIFIC_FROM)
    return text.replace("E", "e") if letter in "gr" else text


# --- custom formats --------------------------------------------------------------------------------------------------


def _digits_of(value: object, type_name: str, settings: ExpressionSettings) -> Digits:
    """Return the digits that a custom format writes: 15 of a Double, 7 of a Single, all of the others."""
    if isinstance(value, float):
        number = Decimal(f"{value:.{6 if type_name == 'System.Single' else 14}e}")
    else:
        number = _exact(value)
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits)).lstrip("0")
    scale = len(text) + (exponent if isinstance(exponent, int) else 0) if text else 0
    return Digits(text, scale, bool(sign), isinstance(value, float) and not settings.is_framework)
