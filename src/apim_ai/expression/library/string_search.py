"""System.String: searching."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument_null, out_of_range
from apim_ai.expression.library.comparison import casing
from apim_ai.expression.library.string_type import CULTURE, STRING, need_text
from apim_ai.expression.library.utf16 import find_units, length, narrow, units

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_COUNT = "Count must be positive and count must refer to a location within the string/array/collection."

# --- whether it occurs ---


@STRING.member("bool Contains(string value)")
def contains(text: str, value: str | None) -> bool:
    """Whether a text occurs."""
    return need_text(value, "value") in text


STRING.inline("bool Contains(char value)", "({1} in {0})")


@STRING.member("bool Contains(string value, System.StringComparison comparisonType)", settings=True)
@STRING.member("bool Contains(char value, System.StringComparison comparisonType)", settings=True)
def contains_with(settings: ExpressionSettings, text: str, value: str | None, comparison: int) -> bool:
    """Whether a text occurs, perhaps without case."""
    return index_of_comparison(settings, text, value, comparison) >= 0


@STRING.member("bool StartsWith(string value)", "bool StartsWith(char value)")
def starts_with(text: str, value: str | None) -> bool:
    """Whether it begins so."""
    return text.startswith(need_text(value, "value"))


@STRING.member("bool StartsWith(string value, System.StringComparison comparisonType)", settings=True)
def starts_with_comparison(settings: ExpressionSettings, text: str, value: str | None, comparison: int) -> bool:
    """Whether it begins so, perhaps without case."""
    wanted = _cased(settings, need_text(value, "value"), comparison)
    return _cased(settings, text, comparison).startswith(wanted)


@STRING.member("bool EndsWith(string value)", "bool EndsWith(char value)")
def ends_with(text: str, value: str | None) -> bool:
    """Whether it ends so."""
    return text.endswith(need_text(value, "value"))


@STRING.member("bool EndsWith(string value, System.StringComparison comparisonType)", settings=True)
def ends_with_comparison(settings: ExpressionSettings, text: str, value: str | None, comparison: int) -> bool:
    """Whether it ends so, perhaps without case."""
    wanted = _cased(settings, need_text(value, "value"), comparison)
    return _cased(settings, text, comparison).endswith(wanted)


def _cased(settings: ExpressionSettings, text: str, comparison: int) -> str:
    return casing(text, comparison, by_culture=settings.is_cultured)


# --- forwards ---


@STRING.member("int IndexOf(string value)", "int IndexOf(char value)")
def index_of(text: str, value: str | None) -> int:
    """Return where a text occurs first, or -1."""
    return find_units(text, need_text(value, "value"), 0)


@STRING.member("int IndexOf(string value, int startIndex)", "int IndexOf(char value, int startIndex)", settings=True)
def index_of_start(settings: ExpressionSettings, text: str, value: str | None, start: int) -> int:
    """Return where a text occurs first from a place on, or -1."""
    return index_of_part(settings, text, value, start, None)


@STRING.member(
    "int IndexOf(string value, int startIndex, int count)",
    "int IndexOf(char value, int startIndex, int count)",
    settings=True,
)
def index_of_room(settings: ExpressionSettings, text: str, value: str | None, start: int, count: int) -> int:
    """Return where a text occurs first within a part, or -1."""
    _check_room(text, start, count)
    return index_of_part(settings, text, value, start, count)


def _check_room(text: str, start: int, count: int | None) -> None:
    size = length(text)
    if not 0 <= start <= size:
        out_of_range("startIndex", _INDEX)
    if count is not None and (count < 0 or start > size - count):
        out_of_range("count", _COUNT)


@STRING.member(
    "int IndexOf(string value, int startIndex, int count, System.StringComparison comparisonType)", settings=True
)
def index_of_part(
    settings: ExpressionSettings, text: str, value: str | None, start: int, count: int | None, comparison: int = CULTURE
) -> int:
    """Return where a text occurs first within a part, perhaps without case, or -1."""
    wanted = need_text(value, "value")
    _check_room(text, start, count)
    part = narrow(text)[start : None if count is None else start + count]
    place = _cased(settings, part, comparison).find(_cased(settings, narrow(wanted), comparison))
    return place if place < 0 else start + place


@STRING.member(
    "int IndexOf(string value, System.StringComparison comparisonType)",
    "int IndexOf(char value, System.StringComparison comparisonType)",
    settings=True,
)
def index_of_comparison(settings: ExpressionSettings, text: str, value: str | None, comparison: int) -> int:
    """Return where a text occurs first, perhaps without case."""
    wanted = _cased(settings, need_text(value, "value"), comparison)
    return find_units(_cased(settings, text, comparison), wanted, 0)


@STRING.member("int IndexOf(string value, int startIndex, System.StringComparison comparisonType)", settings=True)
def index_of_from(settings: ExpressionSettings, text: str, value: str | None, start: int, comparison: int) -> int:
    """Return where a text occurs first from a place on, perhaps without case."""
    return index_of_part(settings, text, value, start, None, comparison)


# --- backwards ---


@STRING.member("int LastIndexOf(string value)", "int LastIndexOf(string value, int startIndex)", settings=True)
def last_index_of(settings: ExpressionSettings, text: str, value: str | None, start: int | None = None) -> int:
    """Return where a text occurs last, perhaps searching backwards from a place, or -1."""
    return _last_index(settings, text, value, start, None, CULTURE)


@STRING.member("int LastIndexOf(string value, int startIndex, int count)", settings=True)
def last_index_of_room(settings: ExpressionSettings, text: str, value: str | None, start: int, count: int) -> int:
    """Return where a text occurs last within a part, searching backwards, or -1."""
    if count < 0:
        out_of_range("count", _COUNT)
    return _last_index(settings, text, value, start, count, CULTURE)


@STRING.member("int LastIndexOf(string value, System.StringComparison comparisonType)", settings=True)
def last_index_of_comparison(settings: ExpressionSettings, text: str, value: str | None, comparison: int) -> int:
    """Return where a text occurs last, perhaps without case."""
    return _last_index(settings, text, value, None, None, comparison)


@STRING.member("int LastIndexOf(string value, int startIndex, System.StringComparison comparisonType)", settings=True)
def last_index_of_from(settings: ExpressionSettings, text: str, value: str | None, start: int, comparison: int) -> int:
    """Return where a text occurs last up to a place, perhaps without case."""
    return _last_index(settings, text, value, start, None, comparison)


@STRING.member(
    "int LastIndexOf(string value, int startIndex, int count, System.StringComparison comparisonType)", settings=True
)
def last_index_of_part(
    settings: ExpressionSettings, text: str, value: str | None, start: int, count: int, comparison: int
) -> int:
    """Return where a text occurs last within a part, perhaps without case."""
    return _last_index(settings, text, value, start, count, comparison)


def _last_index(
    settings: ExpressionSettings, text: str, value: str | None, start: int | None, count: int | None, comparison: int
) -> int:
    wanted = need_text(value, "value")
    size = length(text)
    begin = size - 1 if start is None else start
    room = begin + 1 if count is None else count
    if size == 0 and begin in (-1, 0):
        return -1 if wanted else 0
    if not 0 <= begin <= size:
        out_of_range("startIndex", _INDEX)
    if begin == size:
        begin -= 1
        room -= room > 0
    if room < 0 or begin - room + 1 < 0:
        out_of_range("count", _COUNT)
    if not wanted:
        return begin
    return _find_backwards(_cased(settings, text, comparison), _cased(settings, wanted, comparison), begin, room)


def _find_backwards(text: str, wanted: str, begin: int, room: int) -> int:
    first = begin - room + 1
    place = narrow(text)[first : begin + 1].rfind(narrow(wanted))
    return place if place < 0 else first + place


@STRING.member(
    "int LastIndexOf(char value)",
    "int LastIndexOf(char value, int startIndex)",
    "int LastIndexOf(char value, int startIndex, int count)",
)
def last_index_of_char(text: str, value: str, start: int | None = None, count: int | None = None) -> int:
    """Return where a character occurs last, searching backwards from a place, or -1."""
    size = length(text)
    if size == 0:
        return -1
    begin = size - 1 if start is None else start
    room = begin + 1 if count is None else count
    if not 0 <= begin < size:
        out_of_range("startIndex", _INDEX)
    if room < 0 or begin - room + 1 < 0:
        out_of_range("count", _COUNT)
    return _find_backwards(text, value, begin, room)


# --- one of several ---


@STRING.member(
    "int IndexOfAny(char[] anyOf)",
    "int IndexOfAny(char[] anyOf, int startIndex)",
    "int IndexOfAny(char[] anyOf, int startIndex, int count)",
)
def index_of_any(text: str, characters: list[str] | None, start: int = 0, count: int | None = None) -> int:
    """Return where one of several characters occurs first, or -1."""
    if characters is None:
        argument_null("anyOf")
    size = length(text)
    if not 0 <= start <= size:
        out_of_range("startIndex", _INDEX)
    room = size - start if count is None else count
    if room < 0 or room > size - start:
        out_of_range("count", _COUNT)
    found = units(text)
    return next((index for index in range(start, start + room) if found[index] in characters), -1)


@STRING.member(
    "int LastIndexOfAny(char[] anyOf)",
    "int LastIndexOfAny(char[] anyOf, int startIndex)",
    "int LastIndexOfAny(char[] anyOf, int startIndex, int count)",
)
def last_index_of_any(
    text: str, characters: list[str] | None, start: int | None = None, count: int | None = None
) -> int:
    """Return where one of several characters occurs last, or -1."""
    if characters is None:
        argument_null("anyOf")
    size = length(text)
    if size == 0:
        return -1
    begin = size - 1 if start is None else start
    if not 0 <= begin < size:
        out_of_range("startIndex", _INDEX)
    room = begin + 1 if count is None else count
    if room < 0 or begin - room + 1 < 0:
        out_of_range("count", _COUNT)
    found = units(text)
    return next((index for index in range(begin, begin - room, -1) if found[index] in characters), -1)
