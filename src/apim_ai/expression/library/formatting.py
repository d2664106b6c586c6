"""Composite formatting: `string.Format`, interpolation holes with alignment and format, `ToString(format)`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.expression.exceptions import argument_null, format_error
from apim_ai.expression.library import boxes
from apim_ai.expression.library.number_text import format_number
from apim_ai.expression.library.relations import type_of
from apim_ai.expression.library.text import enum_text, to_text
from apim_ai.expression.library.utf16 import length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["composite", "format_item", "format_value"]


class _Formattable(Protocol):
    def clr_format(self, shape: str, settings: ExpressionSettings) -> str: ...


def format_value(value: object, shape: str | None, settings: ExpressionSettings) -> str:
    """Return a boxed value in a format; types without formats ignore it, and null is empty."""
    if value is None:
        return ""
    if not shape:
        return to_text(value, settings) or ""
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return format_number(value, shape, type_of(value).name, settings)
    if isinstance(value, boxes.EnumValue):
        return _enum(value, shape)
    if hasattr(value, "clr_format"):
        return cast("_Formattable", value).clr_format(shape, settings)
    return to_text(value, settings) or ""


def _enum(value: boxes.EnumValue, shape: str) -> str:  # noqa: RET503 - ends in a call that never returns
    if shape in "dD":
        return str(value.value)
    if shape in "xX":
        return f"{value.value:08X}"
    if shape in "gGfF":
        return enum_text(value)
    format_error('Format string can be only "G", "g", "X", "x", "F", "f", "D" or "d".')


def format_item(value: object, width: int, shape: str | None, settings: ExpressionSettings) -> str:
    """Return one item of a composite format."""
    text = format_value(value, shape, settings)
    if not text.isascii():
        wide = length(text) - len(text)
        width = width + wide if width < 0 else width - wide
    return text.ljust(-width) if width < 0 else text.rjust(width)


_ITEM = re.compile(r"\{\{|\}\}|\{(?P<index>\d+)\s*(?:,\s*(?P<width>-?\d+)\s*)?(?::(?P<shape>[^{}]*))?\}|[{}]")


def composite(template: str | None, items: Sequence[object], settings: ExpressionSettings) -> str:
    """Return `string.Format(template, items)`.

    Raises:
        ClrException: ArgumentNullException, FormatException.
    """
    if template is None:
        argument_null("format")

    def replace(found: re.Match[str]) -> str:
        text = found.group()
        if text in ("{{", "}}"):
            return text[0]
        if found["index"] is None:
            format_error()
        index = int(found["index"])
        if index >= len(items):
            format_error(
                "Index (zero based) must be greater than or equal to zero and less than the size of the argument list."
            )
        return format_item(items[index], int(found["width"] or 0), found["shape"], settings)

    return _ITEM.sub(replace, template)
