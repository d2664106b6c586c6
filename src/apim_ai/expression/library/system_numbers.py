"""The integer types: SByte to UInt64, declared alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, format_error, overflow
from apim_ai.expression.library import boxes
from apim_ai.expression.library.arithmetic import RANGES
from apim_ai.expression.library.declare import clr_struct
from apim_ai.expression.library.number_text import format_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["parse_integer", "read_integer"]

_INTEGER = re.compile(r"^[\t-\r ]*([+-]?[0-9]+)[\t-\r ]*\0*$", re.ASCII)
_OVERFLOWS = {
    "System.SByte": "Value was either too large or too small for a signed byte.",
    "System.Byte": "Value was either too large or too small for an unsigned byte.",
    "System.Int16": "Value was either too large or too small for an Int16.",
    "System.UInt16": "Value was either too large or too small for a UInt16.",
    "System.Int32": "Value was either too large or too small for an Int32.",
    "System.UInt32": "Value was either too large or too small for a UInt32.",
    "System.Int64": "Value was either too large or too small for an Int64.",
    "System.UInt64": "Value was either too large or too small for a UInt64.",
}
_LONGEST = 4096


def read_integer(text: str) -> int | None:
    """Return the integer that a text is, or None."""
    found = _INTEGER.match(text)
    return None if found is None or len(found[1]) > _LONGEST else int(found[1])


def parse_integer(text: str | None, name: str) -> int:
    """Return `T.Parse(text)`.

    Raises:
        ClrException: ArgumentNullException, FormatException, OverflowException.
    """
    if text is None:
        argument_null("s")
    value = read_integer(text)
    if value is None:
        format_error()
    low, high = RANGES[name]
    if not low <= value <= high:
        overflow(_OVERFLOWS[name])
    return value


def _declare(alias: str, name: str, python: type) -> None:
    type_ = clr_struct(
        f"System.{name}",
        python=(python,),
        interfaces=(
            "System.IComparable",
            "System.IFormattable",
            "System.IConvertible",
            f"System.IComparable<{alias}>",
            f"System.IEquatable<{alias}>",
        ),
    )
    full = type_.name
    low, high = RANGES[full]
    type_.constant(f"{alias} MaxValue", high)
    type_.constant(f"{alias} MinValue", low)
    type_.member(f"static {alias} Parse(string s)", f"static {alias} Parse(string s, System.IFormatProvider provider)")(
        _parser(full)
    )
    type_.member(f"static bool TryParse(string s, out {alias} result)")(_try_parser(low, high))
    type_.inline("string ToString()", "str({0})")
    type_.member(
        "string ToString(string format)",
        "string ToString(string format, System.IFormatProvider provider)",
        settings=True,
    )(_formatter(full))
    type_.inline(f"bool Equals({alias} obj)", "({0} == {1})")
    compare = _difference if high < 2**16 else _order
    type_.member(f"int CompareTo({alias} value)")(compare)
    type_.member("int CompareTo(object value)")(_boxed_order(python, name, compare))


def _parser(name: str) -> Callable[..., int]:
    def parse(text: str | None, _provider: object = None) -> int:
        return parse_integer(text, name)

    return parse


def _try_parser(low: int, high: int) -> Callable[[str | None], tuple[bool, int]]:
    def try_parse(text: str | None) -> tuple[bool, int]:
        value = None if text is None else read_integer(text)
        return (True, value) if value is not None and low <= value <= high else (False, 0)

    return try_parse


def _formatter(name: str) -> Callable[..., str]:
    def to_string(settings: ExpressionSettings, value: int, shape: str | None, _provider: object = None) -> str:
        return format_number(value, shape or "", name, settings)

    return to_string


def _boxed_order(python: type, name: str, compare: Callable[[int, int], int]) -> Callable[[int, object], int]:
    def order(left: int, right: object) -> int:
        if right is None:
            return 1
        if type(right) is not python:
            argument(f"Object must be of type {name}.")
        return compare(left, int(cast("int", right)))

    return order


def _order(left: int, right: int) -> int:
    return (left > right) - (left < right)


def _difference(left: int, right: int) -> int:
    return left - right


for _alias, _name, _python in (
    ("sbyte", "SByte", boxes.SByte), ("byte", "Byte", boxes.Byte), ("short", "Int16", boxes.Int16),
    ("ushort", "UInt16", boxes.UInt16), ("int", "Int32", int), ("uint", "UInt32", boxes.UInt32),
    ("long", "Int64", boxes.Int64), ("ulong", "UInt64", boxes.UInt64),
):  # fmt: skip
    _declare(_alias, _name, _python)
