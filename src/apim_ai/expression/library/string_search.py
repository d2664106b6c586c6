"""System.String: searching."""

from __future__ import annotations

from apim_ai.expression.exceptions import argument_null, out_of_range
from apim_ai.expression.library.comparison import casing
from apim_ai.expression.library.string_type import STRING, need_text
from apim_ai.expression.library.utf16 import find_units, length, slice_units, units

_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_COUNT = "Count must be positive and count must refer to a location within the string/array/collection."

# --- searching ---


@STRING.member("bool Contains(string value)")
def contains(text: str, value: str | None) -> bool:
    """Whether a text occurs."""
    return need_text(value, "value") in text


STRING.inline("bool Contains(char value)", "({1} in {0})")


@STRING.member(
    "bool Contains(string value, System.StringComparison comparisonType)",
    "bool Contains(char value, System.StringComparison comparisonType)",
)
def contains_with(text: str, value: str | None, comparison: int) -> bool:
    """Whether a text occurs, perhaps without case."""
    return casing(need_text(value, "value"), comparison) in casing(text, comparison)


@STRING.member("bool StartsWith(string value)", "bool StartsWith(char value)")
def starts_with(text: str, value: str | None) -> bool:
    """Whether it begins so."""
    return text.startswith(need_text(value, "value"))


@STRING.member("bool StartsWith(string value, System.StringComparison comparisonType)")
def starts_with_comparison(text: str, value: str | None, comparison: int) -> bool:
    """Whether it begins so, perhaps without case."""
    return casing(text, comparison).startswith(casing(need_text(value, "value"), comparison))


@STRING.member("bool EndsWith(string value)", "bool EndsWith(char value)")
def ends_with(text: str, value: str | None) -> bool:
    """Whether it ends so."""
    return text.endswith(need_text(value, "value"))


@STRING.member("bool EndsWith(string value, System.StringComparison comparisonType)")
def ends_with_comparison(text: str, value: str | None, comparison: int) -> bool:
    """Whether it ends so, perhaps without case."""
    return casing(text, comparison).endswith(casing(need_text(value, "value"), comparison))


@STRING.member(
    "int IndexOf(string value)",
    "int IndexOf(char value)",
    "int IndexOf(string value, int startIndex)",
    "int IndexOf(char value, int startIndex)",
)
def index_of(text: str, value: str | None, start: int = 0) -> int:
    """Return where a text occurs first, or -1."""
    if not 0 <= start <= length(text):
        out_of_range("startIndex", _INDEX)
    return find_units(text, need_text(value, "value"), start)


@STRING.member(
    "int IndexOf(string value, int startIndex, int count)", "int IndexOf(char value, int startIndex, int count)"
)
def index_of_part(text: str, value: str | None, start: int, count: int) -> int:
    """Return where a text occurs first within a part, or -1."""
    if not 0 <= start <= len(text):
        out_of_range("startIndex", _INDEX)
    if count < 0 or start + count > len(text):
        out_of_range("count", _COUNT)
    return text.find(need_text(value, "value"), start, start + count)


@STRING.member(
    "int IndexOf(string value, System.StringComparison comparisonType)",
    "int IndexOf(char value, System.StringComparison comparisonType)",
)
def index_of_comparison(text: str, value: str | None, comparison: int) -> int:
    """Return where a text occurs first, perhaps without case."""
    return find_units(casing(text, comparison), casing(need_text(value, "value"), comparison), 0)


@STRING.member("int IndexOf(string value, int startIndex, System.StringComparison comparisonType)")
def index_of_from(text: str, value: str | None, start: int, comparison: int) -> int:
    """Return where a text occurs first from a place on, perhaps without case."""
    return index_of(casing(text, comparison), casing(need_text(value, "value"), comparison), start)


@STRING.member("int IndexOf(string value, int startIndex, int count, System.StringComparison comparisonType)")
def index_of_part_comparison(text: str, value: str | None, start: int, count: int, comparison: int) -> int:
    """Return where a text occurs first within a part, perhaps without case."""
    return index_of_part(casing(text, comparison), casing(need_text(value, "value"), comparison), start, count)


# --- backwards ---


@STRING.member(
    "int LastIndexOf(string value)",
    "int LastIndexOf(string value, int startIndex)",
    "int LastIndexOf(string value, int startIndex, int count)",
)
def last_index_of(text: str, value: str | None, start: int | None = None, count: int | None = None) -> int:
    """Return where a text occurs last, searching backwards from a place, or -1."""
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
        if room > 0:
            room -= 1
    if room < 0 or begin - room + 1 < 0:
        out_of_range("count", _COUNT)
    if not wanted:
        return begin
    return _find_backwards(text, wanted, begin, room)


def _find_backwards(text: str, wanted: str, begin: int, room: int) -> int:
    first = begin - room + 1
    part = slice_units(text, first, begin + 1)
    place = part.rfind(wanted)
    return -1 if place < 0 else first + length(part[:place])


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


@STRING.member("int LastIndexOf(string value, System.StringComparison comparisonType)")
def last_index_of_comparison(text: str, value: str | None, comparison: int) -> int:
    """Return where a text occurs last, perhaps without case."""
    return last_index_of(casing(text, comparison), casing(need_text(value, "value"), comparison))


@STRING.member("int LastIndexOf(string value, int startIndex, System.StringComparison comparisonType)")
def last_index_of_from(text: str, value: str | None, start: int, comparison: int) -> int:
    """Return where a text occurs last up to a place, perhaps without case."""
    return last_index_of(casing(text, comparison), casing(need_text(value, "value"), comparison), start)


@STRING.member("int LastIndexOf(string value, int startIndex, int count, System.StringComparison comparisonType)")
def last_index_of_part(text: str, value: str | None, start: int, count: int, comparison: int) -> int:
    """Return where a text occurs last within a part, perhaps without case."""
    return last_index_of(casing(text, comparison), casing(need_text(value, "value"), comparison), start, count)


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
