"""Texts of XML as values: what casts of XElement and XAttribute accept, as XmlConvert reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import format_error
from apim_ai.expression.library.json_convert import convert_value
from apim_ai.expression.library.system_timespan import TimeSpan
from apim_ai.expression.library.text import to_text
from apim_ai.expression.settings import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["convert_text", "scalar_text"]


def scalar_text(value: object) -> str:
    """Return a value as XML has it: booleans small, dates in ISO 8601."""
    from apim_ai.expression.library.json_dates import iso_text  # noqa: PLC0415 - rare
    from apim_ai.expression.library.system_datetime import DateTime  # noqa: PLC0415 - when first needed
    from apim_ai.expression.library.system_datetimeoffset import DateTimeOffset  # noqa: PLC0415 - likewise

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, DateTime):
        return iso_text(value)
    if isinstance(value, DateTimeOffset):
        return value.clr_format("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", DEFAULT).replace("+00:00", "Z")
    if isinstance(value, TimeSpan):
        return duration_text(value)
    if isinstance(value, float) and value in _NAMES:
        return _NAMES[value]
    return to_text(value) or ""


def duration_text(span: TimeSpan) -> str:
    """Return a time span as XML's duration."""
    ticks = abs(span.ticks)
    seconds, fraction = divmod(ticks, 10_000_000)
    days, seconds = divmod(seconds, 86_400)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    small = f"{rest}.{fraction:07}".rstrip("0") if fraction else str(rest)
    day = f"{days}D" if days else ""
    time = "".join(
        f"{value}{unit}" for value, unit in ((str(hours), "H"), (str(minutes), "M"), (small, "S")) if value != "0"
    )
    if not day and not time:
        return "PT0S"
    return ("-" if span.ticks < 0 else "") + "P" + day + (f"T{time}" if time else "")


def convert_text(text: str, target: str) -> object:
    """Return a text as a value of a type by its simple .NET name.

    Raises:
        ClrException: FormatException, OverflowException.
    """
    special = _SPECIAL.get(target)
    return special(text) if special is not None else convert_value(text, target, DEFAULT)


def _boolean(text: str) -> bool:
    if text not in ("true", "false", "1", "0") and text.lower() not in ("true", "false"):
        format_error(f"The string '{text}' is not a valid Boolean value.")
    return text.lower() in ("true", "1")


def _real(text: str) -> object:
    return _INFINITE[text] if text in _INFINITE else convert_value(text, "Double", DEFAULT)


_DURATION = re.compile(r"(-)?P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,7}))?S)?)?", re.ASCII)
_INFINITE = {"INF": float("inf"), "-INF": float("-inf"), "NaN": float("nan")}
_NAMES = {float("inf"): "INF", float("-inf"): "-INF"}


def _span(text: str) -> TimeSpan:
    found = _DURATION.fullmatch(text)
    if found is None:
        format_error(f"The string '{text}' is not a valid TimeSpan value.")
    days, hours, minutes, seconds = (int(each or 0) for each in found.groups()[1:5])
    ticks = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    ticks = ticks * 10_000_000 + int((found[6] or "0").ljust(7, "0"))
    return TimeSpan(-ticks if found[1] else ticks)


_SPECIAL: dict[str, Callable[[str], object]] = {
    "Boolean": _boolean, "Double": _real, "Single": _real, "TimeSpan": _span,
}  # fmt: skip
