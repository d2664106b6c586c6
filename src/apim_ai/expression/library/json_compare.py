"""Compares the scalars of tokens as Newtonsoft does: by the kind of the first, doubles about equal are equal."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument
from apim_ai.expression.library.comparison import compare_units
from apim_ai.expression.library.json_convert import boxed_scalar, convert_value
from apim_ai.expression.settings import DEFAULT

if TYPE_CHECKING:
    from apim_ai.expression.library.json_value import JValue

__all__ = ["compare_scalars", "compare_values", "equal_values"]

_EPSILON = 2.2204460492503131e-16
_INT64 = 2**63


def equal_values(left: JValue, right: JValue) -> bool:
    """Whether two scalars are of one kind and equal."""
    return left is right or (left.type == right.type and compare_scalars(left.type, left.value, right.value) == 0)


def compare_values(left: JValue, right: JValue) -> int:
    """Return `left.CompareTo(right)`; a text is taken for what it is compared with."""
    kind = right.type if left.type == "String" and right.type != "String" else left.type
    return compare_scalars(kind, left.value, right.value)


def compare_scalars(kind: str, left: object, right: object) -> int:
    """Order two scalars as values of a JTokenType.

    Raises:
        ClrException: one of them cannot be converted to the kind.
    """
    if left is right or right is None or left is None:
        return 0 if left is right else 1 if right is None else -1
    if kind in ("Integer", "Float"):
        return _numbers(kind, left, right)
    if kind in ("String", "Comment", "Raw"):
        mine, theirs = (cast("str", convert_value(each, "String", DEFAULT)) for each in (left, right))
        return compare_units(mine, theirs)
    if kind in _NAMES:
        return _of_type(kind, left, right)
    return _order(convert_value(left, "Boolean", DEFAULT), convert_value(right, "Boolean", DEFAULT))


_NAMES = {"Date": "DateTime", "Guid": "Guid", "TimeSpan": "TimeSpan", "Uri": "Uri", "Bytes": "Byte[]"}


def _of_type(kind: str, left: object, right: object) -> int:
    from apim_ai.expression.library.ordering import compare  # noqa: PLC0415 - rare

    if kind != "Date" and type(left) is not type(right):
        argument(f"Object must be of type {'byte[]' if kind == 'Bytes' else _NAMES[kind]}.")
    if kind == "Uri":
        return compare_units(str(getattr(left, "original", "")), str(getattr(right, "original", "")))
    if kind == "Bytes":
        return _order(left, right)
    return compare(left, convert_value(boxed_scalar(right), _NAMES[kind], DEFAULT) if kind == "Date" else right)


def _numbers(kind: str, left: object, right: object) -> int:
    both = (left, right)
    if any(isinstance(each, Decimal) or (isinstance(each, int) and each >= _INT64) for each in both):
        return _order(*(convert_value(each, "Decimal", DEFAULT) for each in both))
    if kind == "Float" or any(isinstance(each, float) for each in both):
        return _floats(*(cast("float", convert_value(each, "Double", DEFAULT)) for each in both))
    return _order(*(convert_value(each, "Int64", DEFAULT) for each in both))


def _floats(left: float, right: float) -> int:
    if math.isnan(left) or math.isnan(right):
        return math.isnan(right) - math.isnan(left)
    difference = left - right if left != right else 0.0
    tolerance = (abs(left) + abs(right) + 10.0) * _EPSILON
    return 0 if -tolerance < difference < tolerance else _order(left, right)


def _order(left: object, right: object) -> int:
    return (cast("int", left) > cast("int", right)) - (cast("int", left) < cast("int", right))
