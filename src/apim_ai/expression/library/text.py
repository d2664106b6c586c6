"""`ToString()` of every value, as the gateway and string concatenation see it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.expression.library import boxes
from apim_ai.expression.library.number_text import decimal_text, double_text, single_text
from apim_ai.expression.library.relations import type_of
from apim_ai.expression.library.utf16 import whole
from apim_ai.expression.settings import DEFAULT
from apim_ai.expression.types import ClrType
from apim_ai.message import Url

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["to_text"]


class _HasText(Protocol):
    def clr_text(self, settings: ExpressionSettings) -> str: ...


def to_text(value: object, settings: ExpressionSettings = DEFAULT) -> str | None:
    """Return the text of a boxed value: .NET's `ToString()` without arguments; None for null.

    Args:
        value: a boxed value.
        settings: the profile decides texts of doubles, the culture those of numbers and dates.
    """
    if type(value) is str and value.isascii():
        return value  # nearly every value
    writer = _WRITERS.get(type(value))
    if writer is not None:
        return writer(value, settings)
    if isinstance(value, ClrType):
        return value.name
    if hasattr(value, "clr_text"):
        return cast("_HasText", value).clr_text(settings)
    return type_of(value).name


def _bool(value: object, _settings: ExpressionSettings) -> str:
    return "True" if value else "False"


def _plain(value: object, _settings: ExpressionSettings) -> str:
    return str(value)


def _null(_value: object, _settings: ExpressionSettings) -> None:
    return None


def _double(value: object, settings: ExpressionSettings) -> str:
    return double_text(cast("float", value), settings)


def _single(value: object, settings: ExpressionSettings) -> str:
    return single_text(cast("float", value), settings)


def _decimal(value: object, _settings: ExpressionSettings) -> str:
    return decimal_text(cast("Decimal", value))


def _enum(value: object, _settings: ExpressionSettings) -> str:
    return enum_text(cast("boxes.EnumValue", value))


def enum_text(value: boxes.EnumValue) -> str:
    """Return the name of an enum's value, names joined by commas for flags, or the number."""
    names = {number: name for name, number in reversed(value.declaration.constants.items())}
    if value.value in names:
        return names[value.value]
    left = value.value
    found: list[str] = []
    for number in sorted(names, reverse=True):
        if number and left & number == number:
            found.append(names[number])
            left &= ~number
    is_flags = value.declaration.name in _FLAGS
    return ", ".join(reversed(found)) if is_flags and found and not left else str(value.value)


_FLAGS = frozenset(["System.Text.RegularExpressions.RegexOptions", "System.StringSplitOptions"])
_WRITERS: dict[type, Callable[[object, ExpressionSettings], str | None]] = {
    type(None): _null, str: lambda value, _: whole(cast("str", value)), bool: _bool, int: _plain, float: _double,
    boxes.Single: _single, Decimal: _decimal, boxes.EnumValue: _enum, boxes.Char: lambda value, _: str(value),
    Url: _plain,
    **dict.fromkeys(
        (boxes.SByte, boxes.Byte, boxes.Int16, boxes.UInt16, boxes.UInt32, boxes.Int64, boxes.UInt64), _plain
    ),
}  # fmt: skip
