"""Constant folding: C# computes constants when it compiles, and overflow there is an error of the code."""

from __future__ import annotations

import operator as python
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from apim_ai.expression.bind import numeric
from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.arithmetic import RANGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.types import ClrType

__all__ = ["fold_binary", "fold_unary"]

_OVERFLOW = "the operation overflows at compile time in checked mode"
_PLAIN: dict[str, Callable[[object, object], object]] = {
    "==": python.eq, "!=": python.ne, "<": python.lt, ">": python.gt, "<=": python.le, ">=": python.ge,  # type: ignore[dict-item]  # numbers
}  # fmt: skip
_BITS: dict[str, Callable[[int, int], int]] = {"&": int.__and__, "|": int.__or__, "^": int.__xor__}


def fold_binary(
    operator: str, type_: ClrType, left: object, right: object, *, is_unchecked: bool = False
) -> tuple[object, str | None]:
    """Return (value, None) of an operator over constants, or (None, what is wrong)."""
    if operator in _PLAIN:
        return _PLAIN[operator](left, right), None
    if operator == "%" and right == -1 and isinstance(left, int):
        return 0, None  # also of the smallest number, where the processor's own division overflows
    if operator in _BITS:
        result = _BITS[operator](cast("int", left), cast("int", right))
        return (bool(result) if isinstance(left, bool) else result), None
    made = numeric.arithmetic_template(operator, type_.name, is_checked=not is_unchecked)
    if made is None:
        return None, f"operator '{operator}' cannot be applied to operands of type '{type_.display}'"
    template, names = made
    code = template.format("left", "right", **{name: name for name in names})
    try:
        value: object = eval(code, {**names, "__builtins__": {}}, {"left": left, "right": right})  # noqa: S307 - a template of this package
    except ClrException as error:
        is_zero = error.type_name.endswith("DivideByZeroException")
        return None, "division by constant zero" if is_zero else _OVERFLOW
    except OverflowError:
        return None, _OVERFLOW
    return value, None


def fold_unary(operator: str, type_: ClrType, value: object, *, is_unchecked: bool) -> tuple[object, str | None]:
    """Return (value, None) of `+`, `-` or `~` over a constant, or (None, what is wrong)."""
    if operator == "+":
        return value, None
    number = cast("int", value)
    if operator == "~":
        low, high = RANGES[type_.name]
        return ((~number - low) & (high - low)) + low, None
    if isinstance(value, Decimal):
        return value.copy_negate(), None
    result = -number
    if type_.name in RANGES:
        low, high = RANGES[type_.name]
        if not low <= result <= high:
            if not is_unchecked:
                return None, _OVERFLOW
            result = ((result - low) & (high - low)) + low
    return result, None
