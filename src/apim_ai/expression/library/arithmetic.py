"""C#'s arithmetic as small functions that compiled code calls: wrapping, truncating division, decimals, casts."""

from __future__ import annotations

import math
import struct
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation

from apim_ai.expression.exceptions import ClrException, overflow

__all__ = [
    "RANGES",
    "check",
    "decimal_add",
    "decimal_divide",
    "decimal_multiply",
    "decimal_remainder",
    "decimal_subtract",
    "divide",
    "real_divide",
    "real_remainder",
    "real_to_integer",
    "remainder",
    "shift_left",
    "shift_right",
    "single",
    "wrap",
]

RANGES: dict[str, tuple[int, int]] = {
    "System.SByte": (-(2**7), 2**7 - 1), "System.Byte": (0, 2**8 - 1), "System.Int16": (-(2**15), 2**15 - 1),
    "System.UInt16": (0, 2**16 - 1), "System.Char": (0, 2**16 - 1), "System.Int32": (-(2**31), 2**31 - 1),
    "System.UInt32": (0, 2**32 - 1), "System.Int64": (-(2**63), 2**63 - 1), "System.UInt64": (0, 2**64 - 1),
}  # fmt: skip
_INT64_MIN = -(2**63)
_DECIMAL_MAX = Decimal(2**96 - 1)
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_PLACES = 28
_DIGITS = 29


def wrap(value: int, low: int, high: int) -> int:
    """Return an integer wrapped into a range, as unchecked arithmetic does."""
    return ((value - low) & (high - low)) + low


def check(value: int, low: int, high: int) -> int:
    """Return an integer that lies in a range, as checked arithmetic does."""
    if not low <= value <= high:
        overflow()
    return value


def divide(left: int, right: int, low: int) -> int:
    """Return the quotient, cut towards zero."""
    if right == 0:
        raise ClrException("System.DivideByZeroException", "Attempted to divide by zero.")
    if right == -1 and left == low:
        overflow()
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def remainder(left: int, right: int, low: int) -> int:
    """Return the remainder, with the sign of the dividend."""
    if right == 0:
        raise ClrException("System.DivideByZeroException", "Attempted to divide by zero.")
    if right == -1 and left == low:
        overflow()
    result = abs(left) % abs(right)
    return -result if left < 0 else result


def shift_left(left: int, count: int, bits: int, low: int, high: int) -> int:
    """Shift left within the width of the type; the count is taken modulo that width."""
    return wrap(left << (count & (bits - 1)), low, high)


def shift_right(left: int, count: int, bits: int) -> int:
    """Shift right, keeping the sign of signed types."""
    return left >> (count & (bits - 1))


def real_divide(left: float, right: float) -> float:
    """Divide doubles; dividing by zero gives an infinity or NaN."""
    if right == 0:
        if left == 0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def real_remainder(left: float, right: float) -> float:
    """Return the remainder of doubles, with the sign of the dividend."""
    if right == 0 or math.isinf(left) or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.fmod(left, right)


def single(value: float) -> float:
    """Round a double to the nearest Single."""
    try:
        return struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        return math.copysign(math.inf, value)


def real_to_integer(value: float, low: int, high: int, is_checked: int) -> int:
    """Cast a double to an integer type; unchecked results outside of the range are those of x64."""
    if math.isnan(value) or math.isinf(value):
        if is_checked:
            overflow()
        return _out_of_range(low, high)
    whole = math.trunc(value)
    if low <= whole <= high:
        return whole
    if is_checked:
        overflow()
    if high - low < 2**32 - 1:
        inner = whole if RANGES["System.Int32"][0] <= whole <= RANGES["System.Int32"][1] else RANGES["System.Int32"][0]
        return wrap(inner, low, high)
    if low == 0 and RANGES["System.Int64"][0] <= whole <= RANGES["System.Int64"][1]:
        return wrap(whole, low, high)
    return _out_of_range(low, high)


def _out_of_range(low: int, high: int) -> int:
    if low == 0:
        return 2**63 if high > 2**32 else 0
    return low if high >= 2**31 - 1 else 0


# --- decimal ---------------------------------------------------------------------------------------------------------


def fit(value: Decimal) -> Decimal:
    """Round to what a System.Decimal can hold: 28 places and 96 bits.

    Raises:
        ClrException: OverflowException.
    """
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        overflow("Value was either too large or too small for a Decimal.")
    if exponent > 0:
        value = value.quantize(Decimal(1), context=_WIDE)
        exponent = 0
    if exponent < -_PLACES:
        value = value.quantize(Decimal(1).scaleb(-_PLACES), context=_WIDE)
        exponent = -_PLACES
    while value.copy_abs().scaleb(-exponent, context=_WIDE) > _DECIMAL_MAX:
        if exponent == 0:
            overflow("Value was either too large or too small for a Decimal.")
        exponent += 1
        value = value.quantize(Decimal(1).scaleb(exponent), context=_WIDE)
    return value


def decimal_add(left: Decimal, right: Decimal) -> Decimal:
    """Add, keeping the larger scale."""
    return fit(_WIDE.add(left, right))


def decimal_subtract(left: Decimal, right: Decimal) -> Decimal:
    """Subtract, keeping the larger scale."""
    return fit(_WIDE.subtract(left, right))


def decimal_multiply(left: Decimal, right: Decimal) -> Decimal:
    """Multiply, adding the scales."""
    product = _WIDE.multiply(left, right)
    if not product and (_coefficient(left) | _coefficient(right)) >> 32:
        return Decimal(0)  # .NET keeps the places of a zero only where both factors are small
    return fit(product)


def _coefficient(value: Decimal) -> int:
    return int("".join(map(str, value.as_tuple().digits)))


def decimal_divide(left: Decimal, right: Decimal) -> Decimal:
    """Divide; an exact quotient has as few places as it needs."""
    if right == 0:
        raise ClrException("System.DivideByZeroException", "Attempted to divide by zero.")
    context = _WIDE.copy()
    context.clear_flags()
    quotient = context.divide(left, right)
    return _trimmed(fit(quotient)) if context.flags[Inexact] else fit(quotient)


def _trimmed(value: Decimal) -> Decimal:
    """Return a value without zeros at the end of its places."""
    exponent = value.normalize(_WIDE).as_tuple().exponent
    return value.quantize(
        Decimal(1).scaleb(min(exponent, 0) if value and isinstance(exponent, int) else 0), context=_WIDE
    )


def decimal_remainder(left: Decimal, right: Decimal) -> Decimal:
    """Return the remainder, with the sign of the dividend."""
    if right == 0:
        raise ClrException("System.DivideByZeroException", "Attempted to divide by zero.")
    try:
        if left.copy_abs() < right.copy_abs():
            return left
        return fit(_WIDE.remainder(left, right))
    except InvalidOperation:
        overflow("Value was either too large or too small for a Decimal.")


def decimal_to_integer(value: Decimal, low: int, high: int, name: str) -> int:
    """Cast a decimal to an integer type; out of range always throws."""
    whole = int(value)
    if not low <= whole <= high:
        overflow(f"Value was either too large or too small for {name}.")
    return whole
