"""Conversions between Decimal and the floating-point types, with the digits that .NET keeps and those it loses."""

from __future__ import annotations

import math
from decimal import Decimal

from apim_ai.expression.exceptions import overflow
from apim_ai.expression.library.arithmetic import single

__all__ = ["decimal_of", "decimal_of_single", "decimal_to_double", "decimal_to_single"]

_MOST_PLACES = 28
_SMALLEST, _LARGEST = -94, 96
_LOG_OF_TWO = 19728  # times 2 to the power of 16
_WORD = 2**64


def decimal_of(value: float) -> Decimal:
    """Cast a double to a decimal: 15 significant digits, as .NET does."""
    return _cast(value, 15)


def decimal_of_single(value: float) -> Decimal:
    """Cast a Single to a decimal: 7 significant digits, as .NET does."""
    return _cast(value, 7)


def _cast(value: float, digits: int) -> Decimal:
    if not math.isfinite(value):
        overflow("Value was either too large or too small for a Decimal.")
    exponent = math.frexp(value)[1]
    if value == 0 or exponent < _SMALLEST:
        return Decimal(0)
    if exponent > _LARGEST:
        overflow("Value was either too large or too small for a Decimal.")
    scaled, power = _scale(abs(value), digits - 1 - (exponent * _LOG_OF_TWO >> 16), digits)
    number = round(scaled)
    if number == 0:
        return Decimal(0)
    if power < 0:
        number, power = number * 10**-power, 0
        if number >= 2**96:
            overflow("Value was either too large or too small for a Decimal.")
    else:
        number, power = _without_zeros(number, power, min(power, digits - 1))
    return Decimal((int(value < 0), tuple(map(int, str(number))), -power))


def _scale(value: float, power: int, digits: int) -> tuple[float, int]:
    """Return the value times ten to the power that makes it an integer of so many digits, and that power."""
    if power >= 0:
        power = min(power, _MOST_PLACES)
        value *= float(10**power)
    elif power != -1 or value >= float(10**digits):
        value /= float(10**-power)
    else:
        power = 0
    if value < float(10 ** (digits - 1)) and power < _MOST_PLACES:
        return value * 10, power + 1
    return value, power


def _without_zeros(number: int, power: int, most: int) -> tuple[int, int]:
    """Leave out some of the zeros at the end: .NET looks for 8, 4, 2 and one in turn, and so keeps a few."""
    for count in (8, 4, 2, 1):
        if most >= count and number % 10**count == 0:
            number //= 10**count
            power -= count
            most -= count
    return number, power


def decimal_to_double(value: Decimal) -> float:
    """Cast a decimal to a double as .NET does, which is not always the nearest one."""
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits)))
    places = -exponent if isinstance(exponent, int) else 0
    made = (float(number % _WORD) + float(number // _WORD) * float(_WORD)) / float(10**places)
    return -made if sign else made


def decimal_to_single(value: Decimal) -> float:
    """Cast a decimal to a Single."""
    return single(decimal_to_double(value))
