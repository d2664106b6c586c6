"""Numbers as text: .NET's default texts and its standard and custom numeric formats, in the invariant culture."""

from __future__ import annotations

import math
import re
import struct
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import format_error

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

_STANDARD = re.compile(r"^([A-Za-z])(\d{0,2})$")
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
        keeps_sign = isinstance(value, float) and not settings.is_framework
        return custom(
            _fifteen_digits(value) if isinstance(value, float) else _exact(value), shape, keeps_sign=keeps_sign
        )
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


def rounded(number: Decimal, places: int) -> Decimal:
    """Round half away from zero, as formats do."""
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_WIDE)


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
    if not precision or letter in "Rr":
        if isinstance(value, float):
            text = single_text(value, settings) if type_name == "System.Single" else double_text(value, settings)
            if letter in "Rr" and settings.is_framework and type_name != "System.Single":
                text = _shortest(repr(value), _SCIENTIFIC_FROM)
            return text.replace("E", "e") if letter == "g" else text
        return decimal_text(value) if isinstance(value, Decimal) else str(value)
    number = Decimal(value) if isinstance(value, float) else _exact(value)
    mark = "e" if letter == "g" else "E"
    return _general(number, precision, precision, mark)


# --- custom formats --------------------------------------------------------------------------------------------------

_PIECE = re.compile(r"""\\(.)|'([^']*)'|"([^"]*)"|([eE][+-]?0+)|(.)""", re.DOTALL)


def custom(number: Decimal, shape: str, *, keeps_sign: bool = False) -> str:
    """Return a number in a custom format; .NET Core keeps the sign of a double that rounds to zero."""
    sections = _sections(shape)
    is_negative = number < 0
    chosen = sections[0]
    sign = "-" if is_negative else ""
    if len(sections) > 1 and is_negative and sections[1]:
        chosen, sign = sections[1], ""
    if number == 0 and len(sections) > 2 and sections[2]:  # noqa: PLR2004 - the third section is for zero
        return _Custom(sections[2]).write(Decimal(0), "")
    text, is_zero = _Custom(chosen).write_checked(abs(number), sign)
    if is_zero and number != 0:
        if len(sections) > 2 and sections[2]:  # noqa: PLR2004 - the third section is for zero
            return _Custom(sections[2]).write(Decimal(0), "")
        zero = _Custom(sections[0]).write(Decimal(0), "")
        return "-" + zero if keeps_sign and is_negative and len(sections) == 1 else zero
    return text


def _sections(shape: str) -> list[str]:
    sections = [""]
    for match in _PIECE.finditer(shape):
        if match.group() == ";":
            sections.append("")
        else:
            sections[-1] += match.group()
    return sections


class _Custom:
    """One section of a custom format, read into its pieces."""

    def __init__(self, shape: str) -> None:
        self.whole: list[str] = []  # '0', '#' or literal text marked by a leading quote
        self.fraction: list[str] = []
        self.exponent = ""
        self.scale = 0
        self.is_grouped = False
        self._read(shape)

    def _read(self, shape: str) -> None:
        part = self.whole
        commas = 0
        for match in _PIECE.finditer(shape):
            escaped, single, double, exponent, plain = match.groups()
            literal = escaped if escaped is not None else single if single is not None else double
            if literal is not None:
                part.append("'" + literal)
            elif exponent is not None and (self._holes(self.whole) or self._holes(self.fraction)):
                self.exponent = exponent
                part.append("E")
            elif exponent is not None:
                part.append("'" + exponent)
            elif plain == "." and part is self.whole:
                self.scale -= 3 * commas
                commas = 0
                part = self.fraction
            elif plain == ",":
                commas += 1 if part is self.whole and self._holes(part) else 0
            else:
                if plain in "0#" and commas:
                    self.is_grouped, commas = True, 0
                self.scale += {"%": 2, "\u2030": 3}.get(plain, 0)
                part.append(plain if plain in "0#" else "'" + plain)
        if part is self.whole:
            self.scale -= 3 * commas

    def _holes(self, part: list[str]) -> int:
        return sum(1 for piece in part if piece in "0#")

    def write(self, number: Decimal, sign: str) -> str:
        """Return the number in this section."""
        return self.write_checked(number, sign)[0]

    def write_checked(self, number: Decimal, sign: str) -> tuple[str, bool]:
        """Return the number in this section, and whether it rounded to zero."""
        number = number.scaleb(self.scale, context=_WIDE)
        if self.exponent:
            return sign + self._scientific(number), False
        number = rounded(number, self._holes(self.fraction))
        whole, _, fraction = format(number, "f").partition(".")
        text = self._write_whole(whole.lstrip("0")) + self._write_fraction(fraction)
        return (sign if number != 0 else "") + text, number == 0

    def _write_whole(self, digits: str) -> str:
        holes = [index for index, piece in enumerate(self.whole) if piece in "0#"]
        first_zero = next((index for index in holes if self.whole[index] == "0"), None)
        least = 0 if first_zero is None else sum(1 for index in holes if index >= first_zero)
        digits = digits.rjust(least, "0")
        if not holes:
            return "".join(piece[1:] for piece in self.whole) if not digits else self._bare_whole(digits)
        written: list[str] = []
        left = len(digits)
        spare = len(digits) - len(holes)
        position = 0
        for index, piece in enumerate(self.whole):
            if piece not in "0#":
                written.append(piece[1:])
                continue
            rank = len(holes) - 1 - holes.index(index)
            take = (spare + 1 if spare > 0 else 1) if index == holes[0] else 1
            if left > rank:
                for _ in range(take):
                    written.append(digits[position])
                    position += 1
                    remaining = left - position
                    if self.is_grouped and remaining and remaining % 3 == 0:
                        written.append(",")
        return "".join(written)

    def _bare_whole(self, digits: str) -> str:
        return "".join(piece[1:] for piece in self.whole) + ("" if self.whole else digits)

    def _write_fraction(self, digits: str) -> str:
        holes = [piece for piece in self.fraction if piece in "0#"]
        last_zero = max((index for index, piece in enumerate(holes) if piece == "0"), default=-1)
        digits = digits[: len(holes)].rstrip("0").ljust(last_zero + 1, "0")
        written: list[str] = []
        position = 0
        for piece in self.fraction:
            if piece in "0#":
                if position < len(digits):
                    written.append(("." if position == 0 else "") + digits[position])
                position += 1
            else:
                written.append(piece[1:])
        return "".join(written)

    def _scientific(self, number: Decimal) -> str:
        places = max(self._holes(self.whole), 1)
        first = _digits(number)[2]
        exponent = first - places + 1 if number else 0
        mantissa = rounded(number.scaleb(-exponent, context=_WIDE), self._holes(self.fraction))
        if number and mantissa >= Decimal(10) ** places:
            exponent += 1
            mantissa = rounded(number.scaleb(-exponent, context=_WIDE), self._holes(self.fraction))
        whole, _, fraction = format(mantissa, "f").partition(".")
        sign = "-" if exponent < 0 else ("+" if "+" in self.exponent else "")
        width = self.exponent.count("0")
        text = f"{self.exponent[0]}{sign}{abs(exponent):0{width}d}"
        before = self._write_whole(whole.lstrip("0")).replace("E", "")
        self.fraction = ["'" + text if piece == "E" else piece for piece in self.fraction]
        return before + self._write_fraction(fraction) + (text if "E" in self.whole else "")
