"""Writes JSON as Newtonsoft does: indented with two blanks, doubles with a point, dates in ISO 8601."""

from __future__ import annotations

import base64
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.boxes import EnumValue, Single
from apim_ai.expression.library.json_dates import iso_text
from apim_ai.expression.library.json_parts import may_be_date
from apim_ai.expression.library.json_quick import quick_write
from apim_ai.expression.library.json_token import JProperty, wrap
from apim_ai.expression.library.json_value import JContainer, JRaw, JToken, JValue, kind_of
from apim_ai.expression.library.number_text import decimal_text, double_text, single_text
from apim_ai.expression.library.system_datetime import DateTime
from apim_ai.expression.library.system_datetimeoffset import DateTimeOffset
from apim_ai.expression.library.text import to_text

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["quote", "scalar_text", "write"]

_ESCAPED = re.compile('["\\\\\x00-\x1f\x85\u2028\u2029]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quote(text: str) -> str:
    """Return a text as a JSON string."""
    if _ESCAPED.search(text) is None:
        return f'"{text}"'
    return '"' + _ESCAPED.sub(lambda found: _SHORT.get(found.group()) or f"\\u{ord(found.group()):04x}", text) + '"'


def scalar_text(value: object, settings: ExpressionSettings) -> str:  # noqa: PLR0911 - one guard a case
    """Return a scalar as JSON."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, EnumValue)):
        return str(value.value if isinstance(value, EnumValue) else int(value))
    if isinstance(value, Single) and math.isfinite(value):
        text = single_text(value, settings)
        return text if any(each in text for each in ".Ee") else text + ".0"
    if isinstance(value, float):
        return _double(value, settings)
    if isinstance(value, Decimal):
        text = decimal_text(value)
        return text if "." in text else text + ".0"
    if isinstance(value, DateTime):
        return f'"{iso_text(value)}"'
    if isinstance(value, DateTimeOffset):
        return f'"{value.clr_format("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", settings)}"'
    if isinstance(value, (bytes, bytearray)):
        return f'"{base64.b64encode(value).decode("ascii")}"'
    if kind_of(value) == "Uri":
        return quote(str(getattr(value, "original", "")))
    return quote(to_text(value, settings) or "")


def _double(value: float, settings: ExpressionSettings) -> str:
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN
        return '"NaN"' if value != value else ('"Infinity"' if value > 0 else '"-Infinity"')  # noqa: PLR0124 - only NaN differs from itself
    text = double_text(value, settings)
    return text if any(each in text for each in ".Ee") else text + ".0"


def write(token: object, settings: ExpressionSettings, *, indented: bool) -> str:
    """Return a token, or what a JSON parser made, as JSON text.

    Raises:
        ClrException: JsonReaderException where it is nested more deeply than this can walk.
    """
    try:
        if isinstance(token, JContainer) and not settings.is_framework:
            quick = quick_write(token, indented=indented)
            if quick is not None:
                return quick
        parts: list[str] = []
        _Writer(parts, settings, indented=indented).write(token, 0)
    except RecursionError:
        raise ClrException(
            "Newtonsoft.Json.JsonReaderException", "The reader's MaxDepth of 400 has been exceeded."
        ) from None
    return "".join(parts)


def _value_text(token: JValue, settings: ExpressionSettings) -> str:
    if token.type == "Undefined":
        return "undefined"
    return f"/*{token.value}*/" if token.type == "Comment" else scalar_text(token.value, settings)


class _Writer:
    """Appends JSON to a list of texts."""

    def __init__(self, parts: list[str], settings: ExpressionSettings, *, indented: bool) -> None:
        self.parts = parts
        self.settings = settings
        self.indented = indented

    def write(self, value: object, depth: int) -> None:
        """Write any value."""
        if isinstance(value, JProperty):
            self.parts.append(quote(value.property_name) + (": " if self.indented else ":"))
            self.write(value.value, depth)
            return
        if isinstance(value, JToken):
            if isinstance(value, JRaw):
                self.parts.append(str(value.value))
                return
            if isinstance(value, JValue):
                self.parts.append(_value_text(value, self.settings))
                return
            value = value.plain()
        if isinstance(value, dict):
            self._object(cast("dict[str, object]", value), depth)
        elif isinstance(value, list):
            self._array(cast("list[object]", value), depth)
        elif isinstance(value, str) and may_be_date(value):
            self.write(wrap(value), depth)
        else:
            self.parts.append(scalar_text(value, self.settings))

    def _line(self, depth: int) -> None:
        if self.indented:
            self.parts.append("\n" + "  " * depth)

    def _object(self, members: dict[str, object], depth: int) -> None:
        if not members:
            self.parts.append("{}")
            return
        self.parts.append("{")
        separator = '": ' if self.indented else '":'
        for number, (name, value) in enumerate(members.items()):
            if number:
                self.parts.append(",")
            self._line(depth + 1)
            self.parts.append(quote(name)[:-1] + separator)
            self.write(value, depth + 1)
        self._line(depth)
        self.parts.append("}")

    def _array(self, items: list[object], depth: int) -> None:
        if not items:
            self.parts.append("[]")
            return
        self.parts.append("[")
        for number, value in enumerate(items):
            if number:
                self.parts.append(",")
            self._line(depth + 1)
            self.write(value, depth + 1)
        self._line(depth)
        self.parts.append("]")
