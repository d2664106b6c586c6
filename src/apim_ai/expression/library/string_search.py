"""System.String: searching."""

from __future__ import annotations

from apim_ai.expression.exceptions import argument_null, out_of_range
from apim_ai.expression.library.comparison import casing
from apim_ai.expression.library.string_type import STRING, need_text
from apim_ai.expression.library.utf16 import find_units, length, units

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
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    return find_units(text, need_text(value, "value"), start)


@STRING.member(
    "int IndexOf(string value, int startIndex, int count)", "int IndexOf(char value, int startIndex, int count)"
)
def index_of_part(text: str, value: str | None, start: int, count: int) -> int:
    """Return where a text occurs first within a part, or -1."""
    if not 0 <= start <= len(text):
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    if count < 0 or start + count > len(text):
        out_of_range(
            "count", "Count must be positive and count must refer to a location within the string/array/collection."
        )
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


@STRING.member("int LastIndexOf(string value)", "int LastIndexOf(char value)")
def last_index_of(text: str, value: str | None) -> int:
    """Return where a text occurs last, or -1."""
    wanted = need_text(value, "value")
    if not wanted:
        return max(len(text) - 1, 0)  # .NET Core 3.1 and the .NET Framework; 5.0 and later give the length
    return len(units(text[: text.rfind(wanted)])) if wanted in text else -1


@STRING.member("int LastIndexOf(string value, int startIndex)", "int LastIndexOf(char value, int startIndex)")
def last_index_of_from(text: str, value: str | None, start: int) -> int:
    """Return where a text occurs last, searching backwards from a place."""
    wanted = need_text(value, "value")
    if not text:
        return -1
    if not 0 <= start < len(text) + 1:
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    return text.rfind(wanted, 0, start + 1)


@STRING.member("int LastIndexOf(string value, System.StringComparison comparisonType)")
def last_index_of_comparison(text: str, value: str | None, comparison: int) -> int:
    """Return where a text occurs last, perhaps without case."""
    return last_index_of(casing(text, comparison), casing(need_text(value, "value"), comparison))


@STRING.member("int IndexOfAny(char[] anyOf)", "int IndexOfAny(char[] anyOf, int startIndex)")
def index_of_any(text: str, characters: list[str] | None, start: int = 0) -> int:
    """Return where one of several characters occurs first, or -1."""
    if characters is None:
        argument_null("anyOf")
    return next((index for index in range(start, len(text)) if text[index] in characters), -1)


@STRING.member("int LastIndexOfAny(char[] anyOf)")
def last_index_of_any(text: str, characters: list[str] | None) -> int:
    """Return where one of several characters occurs last, or -1."""
    if characters is None:
        argument_null("anyOf")
    return next((index for index in range(len(text) - 1, -1, -1) if text[index] in characters), -1)
