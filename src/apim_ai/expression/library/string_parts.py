"""System.String: parts, changes and splitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument, out_of_range, too_large
from apim_ai.expression.library.boxes import Array, string_array
from apim_ai.expression.library.comparison import capitals, check_comparison, is_ignoring_case, small_letters
from apim_ai.expression.library.utf16 import length, narrow, slice_units, whole

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

from apim_ai.expression.library.string_type import STRING, WHITE, need_text

# --- parts and changes ---


@STRING.member("string Substring(int startIndex)")
def substring_from(text: str, start: int) -> str:
    """Return the rest from a place on."""
    size = length(text)
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start > size:
        out_of_range("startIndex", "startIndex cannot be larger than length of string.")
    return slice_units(text, start, size)


@STRING.member("string Substring(int startIndex, int length)")
def substring(text: str, start: int, count: int) -> str:
    """Return a part."""
    size = length(text)
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start > size:
        out_of_range("startIndex", "startIndex cannot be larger than length of string.")
    if count < 0:
        out_of_range("length", "Length cannot be less than zero.")
    if start + count > size:
        out_of_range("length", "Index and length must refer to a location within the string.")
    return slice_units(text, start, start + count)


@STRING.member("string Remove(int startIndex)")
def remove_from(text: str, start: int) -> str:
    """Return the text without its rest from a place on."""
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start >= length(text):
        out_of_range("startIndex", "startIndex must be less than length of string.")
    return slice_units(text, 0, start)


@STRING.member("string Remove(int startIndex, int count)")
def remove(text: str, start: int, count: int) -> str:
    """Return the text without a part."""
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if count < 0:
        out_of_range("count", "Count cannot be less than zero.")
    if start + count > length(text):
        out_of_range("count", "Index and count must refer to a location within the string.")
    each = narrow(text)
    return whole(each[:start] + each[start + count :])


@STRING.member("string Insert(int startIndex, string value)")
def insert(text: str, start: int, value: str | None) -> str:
    """Return the text with another put in."""
    wanted = need_text(value, "value")
    if not 0 <= start <= length(text):
        out_of_range("startIndex")
    each = narrow(text)
    return whole(each[:start] + wanted + each[start:])


@STRING.member("string Replace(string oldValue, string newValue)", settings=True)
def replace(settings: ExpressionSettings, text: str, old: str | None, new: str | None) -> str:
    """Replace each occurrence."""
    if not need_text(old, "oldValue"):
        argument("String cannot be of zero length.", "oldValue")
    if new and len(new) > 1 and text.count(old or "") * len(new) > settings.text_length:
        too_large("the text is")
    return text.replace(old or "", new or "")


STRING.inline("string Replace(char oldChar, char newChar)", "{0}.replace({1}, {2})")


@STRING.member(
    "string Replace(string oldValue, string newValue, System.StringComparison comparisonType)", settings=True
)
def replace_comparison(
    settings: ExpressionSettings, text: str, old: str | None, new: str | None, comparison: int
) -> str:
    """Replace each occurrence, perhaps without case."""
    check_comparison(comparison)
    wanted = need_text(old, "oldValue")
    if not wanted or not is_ignoring_case(comparison):
        return replace(settings, text, wanted, new)
    return _replace_any_case(settings, text, wanted, new or "")


def _replace_any_case(settings: ExpressionSettings, text: str, wanted: str, new: str) -> str:
    look = capitals(text, by_culture=settings.is_cultured)
    pieces = look.split(capitals(wanted, by_culture=settings.is_cultured))
    if len(pieces) * len(new) > settings.text_length:
        too_large("the text is")
    parts: list[str] = []
    place = 0
    for piece in pieces:
        parts.append(text[place : place + len(piece)])
        place += len(piece) + len(wanted)
    return new.join(parts)


@STRING.member("string ToLowerInvariant()", "string ToLower()", settings=True)
def to_lower(settings: ExpressionSettings, text: str) -> str:
    """Return the text in small letters, character by character."""
    return small_letters(text, by_culture=settings.is_cultured)


@STRING.member("string ToUpperInvariant()", "string ToUpper()", settings=True)
def to_upper(settings: ExpressionSettings, text: str) -> str:
    """Return the text in capital letters, character by character."""
    return capitals(text, by_culture=settings.is_cultured)


@STRING.member("string Trim()")
def trim(text: str) -> str:
    """Return the text without white space around it."""
    return text.strip(WHITE)


@STRING.member("string Trim(char trimChar)")
def trim_char(text: str, character: str) -> str:
    """Return the text without a character around it."""
    return text.strip(character)


STRING.inline("string TrimStart(char trimChar)", "{0}.lstrip({1})")
STRING.inline("string TrimEnd(char trimChar)", "{0}.rstrip({1})")


@STRING.member("string Trim(params char[] trimChars)")
def trim_chars(text: str, characters: list[str] | None) -> str:
    """Return the text without these characters around it."""
    return text.strip("".join(characters) if characters else WHITE)


@STRING.member("string TrimStart(params char[] trimChars)")
def trim_start(text: str, characters: list[str] | None) -> str:
    """Return the text without these characters in front."""
    return text.lstrip("".join(characters) if characters else WHITE)


@STRING.member("string TrimEnd(params char[] trimChars)")
def trim_end(text: str, characters: list[str] | None) -> str:
    """Return the text without these characters behind."""
    return text.rstrip("".join(characters) if characters else WHITE)


@STRING.member("string PadLeft(int totalWidth)", "string PadLeft(int totalWidth, char paddingChar)", settings=True)
def pad_left(settings: ExpressionSettings, text: str, width: int, character: str = " ") -> str:
    """Fill up in front."""
    _check_width(settings, width)
    return text.rjust(width - length(text) + len(text), character)


@STRING.member("string PadRight(int totalWidth)", "string PadRight(int totalWidth, char paddingChar)", settings=True)
def pad_right(settings: ExpressionSettings, text: str, width: int, character: str = " ") -> str:
    """Fill up behind."""
    _check_width(settings, width)
    return text.ljust(width - length(text) + len(text), character)


def _check_width(settings: ExpressionSettings, width: int) -> None:
    if width < 0:
        out_of_range("totalWidth", "Non-negative number required.")
    if width > settings.text_length:
        too_large("the text is", width)


# --- splitting ---


def _split(text: str, separators: list[str], limit: int | None, options: int) -> Array:
    if limit is not None and limit < 0:
        out_of_range("count", "Count cannot be less than zero.")
    if options not in (0, 1):
        argument(f"Illegal enum value: {options}.")
    skips_empty = options == 1
    if limit == 0 or (skips_empty and not text):
        return string_array([])
    if limit == 1:
        return string_array([text])
    pieces = _pieces(text, [each for each in separators if each], limit, skips_empty=skips_empty)
    return string_array([piece for piece in pieces if piece] if skips_empty else pieces)


def _pieces(text: str, separators: list[str], limit: int | None, *, skips_empty: bool) -> list[str]:
    """Return the pieces between separators; the last that the limit allows is the rest of the text."""
    pieces: list[str] = []
    position = 0
    while True:
        place, size = _next_separator(text, separators, position)
        is_full = limit is not None and len(pieces) == limit - 1 and (not skips_empty or place > position)
        if place < 0 or is_full:
            return [*pieces, text[position:]]
        if not skips_empty or place > position:
            pieces.append(text[position:place])
        position = place + size


def _next_separator(text: str, separators: list[str], position: int) -> tuple[int, int]:
    best, size = -1, 0
    for separator in separators:
        place = text.find(separator, position)
        if place >= 0 and (best < 0 or place < best):
            best, size = place, len(separator)
    return best, size


def _white_pieces(text: str, separators: list[str] | None) -> list[str]:  # noqa: ARG001 - C#'s signature
    return separators or list(WHITE)


@STRING.member("string[] Split(params char[] separator)")
def split(text: str, separators: list[str] | None) -> Array:
    """Split at characters, or at white space where none is given."""
    if separators is not None and len(separators) == 1:
        return string_array(text.split(separators[0]))
    return _split(text, _white_pieces(text, separators), None, 0)


@STRING.member(
    "string[] Split(char separator, System.StringSplitOptions options = 0)",
    "string[] Split(string separator, System.StringSplitOptions options = 0)",
)
def split_one(text: str, separator: str | None, options: int) -> Array:
    """Split at one character or text."""
    return _split(text, [separator or ""], None, options)


@STRING.member(
    "string[] Split(char separator, int count, System.StringSplitOptions options = 0)",
    "string[] Split(string separator, int count, System.StringSplitOptions options = 0)",
)
def split_one_count(text: str, separator: str | None, count: int, options: int) -> Array:
    """Split at one character or text into some parts at most."""
    return _split(text, [separator or ""], count, options)


@STRING.member("string[] Split(char[] separator, int count)")
def split_count(text: str, separators: list[str] | None, count: int) -> Array:
    """Split into some parts at most."""
    return _split(text, _white_pieces(text, separators), count, 0)


@STRING.member(
    "string[] Split(char[] separator, System.StringSplitOptions options)",
    "string[] Split(string[] separator, System.StringSplitOptions options)",
)
def split_options(text: str, separators: list[str] | None, options: int) -> Array:
    """Split, perhaps without empty parts."""
    return _split(text, _white_pieces(text, separators), None, options)


@STRING.member(
    "string[] Split(char[] separator, int count, System.StringSplitOptions options)",
    "string[] Split(string[] separator, int count, System.StringSplitOptions options)",
)
def split_count_options(text: str, separators: list[str] | None, count: int, options: int) -> Array:
    """Split into some parts at most, perhaps without empty ones."""
    return _split(text, _white_pieces(text, separators), count, options)
