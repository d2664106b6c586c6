"""System.Text.StringBuilder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, argument_null, out_of_range, too_large
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.enumeration import boxed_items
from apim_ai.expression.library.formatting import composite
from apim_ai.expression.library.joining import joined
from apim_ai.expression.library.text import to_text
from apim_ai.expression.library.utf16 import narrow, whole

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["StringBuilder"]

_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_BLOCK = 8000
_LEAST = 16
_MOST = 0x7FFFFFFF
_TOO_SMALL = "capacity was less than the current size."
_TOO_LARGE = "Capacity exceeds maximum capacity."


class StringBuilder:
    """A text that grows."""

    __slots__ = ("limit", "most", "parts", "room", "size")
    clr = "System.Text.StringBuilder"

    def __init__(self, text: str, limit: int, room: int = _LEAST, most: int = _MOST) -> None:
        self.parts = [narrow(text)]
        self.size = len(self.parts[0])
        self.room = max(room or min(_LEAST, most), self.size)
        self.most = most
        self.limit = min(limit, most)

    def add(self, text: str) -> StringBuilder:
        """Append a text."""
        if not text.isascii():
            text = narrow(text)
        self.size += len(text)
        if self.size > self.limit:
            self.size -= len(text)
            self.check(self.size + len(text), "valueCount", "The length cannot be greater than the capacity.")
        if self.size > self.room:  # a further block, as .NET makes it
            self.room += max(self.size - self.room, min(self.room, _BLOCK))
        self.parts.append(text)
        return self

    def check(self, size: int, name: str, words: str) -> None:
        """Throw where a text of this size is too long."""
        if size > self.most:
            out_of_range(name, words)
        if size > self.limit:
            too_large("the text is")

    @property
    def text(self) -> str:
        """The text, each UTF-16 unit a character of its own."""
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0]

    @property
    def shown(self) -> str:
        """The text as it is given to others."""
        return whole(self.text)

    def replace_all(self, text: str) -> StringBuilder:
        """Put another text in its place."""
        text = text if text.isascii() else narrow(text)
        self.check(len(text), "requiredLength", _TOO_SMALL)
        self.parts = [""]
        self.size = 0
        return self.add(text)

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the text."""
        return self.shown


BUILDER = clr_class("System.Text.StringBuilder", python=(StringBuilder,))
_BUILDER = "System.Text.StringBuilder"


@BUILDER.member("()", "(string value)", "(string value, int capacity)", settings=True)
def make_builder(settings: ExpressionSettings, text: str | None = None, capacity: int = 0) -> StringBuilder:
    """Return a builder."""
    if capacity < 0:
        out_of_range("capacity", "'capacity' must be greater than zero.")
    return StringBuilder(text or "", settings.text_length, capacity)


@BUILDER.member("(string value, int startIndex, int length, int capacity)", settings=True)
def make_builder_part(
    settings: ExpressionSettings, text: str | None, start: int, count: int, capacity: int
) -> StringBuilder:
    """Return a builder with a part of a text."""
    for name, number in (("capacity", capacity), ("length", count)):
        if number < 0:
            out_of_range(
                name,
                "'capacity' must be greater than zero." if name == "capacity" else "'length' must be non-negative.",
            )
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start > len(text or "") - count:
        out_of_range("length", "Index and length must refer to a location within the string.")
    return StringBuilder((text or "")[start : start + count], settings.text_length, capacity)


@BUILDER.member("(int capacity)", settings=True)
def make_builder_capacity(settings: ExpressionSettings, capacity: int) -> StringBuilder:
    """Return an empty builder."""
    if capacity < 0:
        out_of_range("capacity", "'capacity' must be greater than zero.")
    return StringBuilder("", settings.text_length, capacity)


@BUILDER.member("(int capacity, int maxCapacity)", settings=True)
def make_builder_maximum(settings: ExpressionSettings, capacity: int, maximum: int) -> StringBuilder:
    """Return an empty builder."""
    if capacity > maximum:
        out_of_range("capacity", _TOO_LARGE)
    if maximum < 1:
        out_of_range("maxCapacity", "MaxCapacity must be one or greater.")
    if capacity < 0:
        out_of_range("capacity", "'capacity' must be greater than zero.")
    return StringBuilder("", settings.text_length, capacity, maximum)


@BUILDER.member(f"{_BUILDER} Append(string value)")
def append_text(builder: StringBuilder, text: str | None) -> StringBuilder:
    """Append a text."""
    return builder.add(text or "")


@BUILDER.member(f"{_BUILDER} Append(object value)", settings=True)
def append(settings: ExpressionSettings, builder: StringBuilder, value: object) -> StringBuilder:
    """Append the text of a value."""
    return builder.add(to_text(value, settings) or "")


@BUILDER.member(f"{_BUILDER} Append(char value)")
def append_char(builder: StringBuilder, character: str) -> StringBuilder:
    """Append a character."""
    if builder.size == builder.most:
        out_of_range("repeatCount", "The length cannot be greater than the capacity.")
    return builder.add(character)


@BUILDER.member(f"{_BUILDER} Append(char value, int repeatCount)")
def append_repeated(builder: StringBuilder, character: str, count: int) -> StringBuilder:
    """Append a character several times."""
    if count < 0:
        out_of_range("repeatCount", "Count cannot be less than zero.")
    builder.check(builder.size + count, "repeatCount", "The length cannot be greater than the capacity.")
    return builder.add(character * count)


@BUILDER.member(f"{_BUILDER} Append(char[] value)")
def append_chars(builder: StringBuilder, characters: list[str] | None) -> StringBuilder:
    """Append characters."""
    return builder.add("".join(characters or []))


@BUILDER.member(f"{_BUILDER} Append(string value, int startIndex, int count)")
def append_part(builder: StringBuilder, text: str | None, start: int, count: int) -> StringBuilder:
    """Append a part of a text."""
    return _append_part(builder, text, start, count)


@BUILDER.member(f"{_BUILDER} Append({_BUILDER} value, int startIndex, int count)")
def append_builder_part(builder: StringBuilder, other: StringBuilder | None, start: int, count: int) -> StringBuilder:
    """Append a part of another builder's text."""
    return _append_part(builder, None if other is None else other.text, start, count)


@BUILDER.member(f"{_BUILDER} Append(char[] value, int startIndex, int charCount)")
def append_chars_part(builder: StringBuilder, characters: list[str] | None, start: int, count: int) -> StringBuilder:
    """Append some characters."""
    if start < 0 or count < 0:
        out_of_range("startIndex" if start < 0 else "charCount", "Value must be positive.")
    if characters is None:
        return builder if start == 0 and count == 0 else argument_null("value")
    if count > len(characters) - start:
        out_of_range("charCount", _INDEX)
    return builder.add("".join(characters[start : start + count]))


def _append_part(builder: StringBuilder, text: str | None, start: int, count: int) -> StringBuilder:
    if start < 0 or count < 0:
        out_of_range("startIndex" if start < 0 else "count", _INDEX if start < 0 else "Value must be positive.")
    if text is None:
        return builder if start == 0 and count == 0 else argument_null("value")
    units = narrow(text)
    if start > len(units) - count:
        out_of_range("startIndex", _INDEX)
    return builder.add(units[start : start + count])


@BUILDER.member(f"{_BUILDER} AppendLine()", f"{_BUILDER} AppendLine(string value)")
def append_line(builder: StringBuilder, text: str | None = None) -> StringBuilder:
    """Append a text and a line end."""
    return builder.add((text or "") + "\n")


@BUILDER.member(f"{_BUILDER} AppendFormat(string format, params object[] args)", settings=True)
def append_format(
    settings: ExpressionSettings, builder: StringBuilder, template: str | None, items: list[object] | None
) -> StringBuilder:
    """Append a filled composite format."""
    if items is None:
        argument_null("format" if template is None else "args")
    return builder.add(composite(template, items, settings))


@BUILDER.member(
    f"{_BUILDER} AppendJoin(string separator, params object[] values)",
    f"{_BUILDER} AppendJoin(char separator, params object[] values)",
    f"{_BUILDER} AppendJoin(string separator, params string[] values)",
    f"{_BUILDER} AppendJoin(char separator, params string[] values)",
    settings=True,
)
def append_join(
    settings: ExpressionSettings, builder: StringBuilder, separator: str | None, values: list[object] | None
) -> StringBuilder:
    """Append joined values."""
    if values is None:
        argument_null("values")
    return builder.add(joined(settings, separator, (to_text(value, settings) for value in values)))


@BUILDER.member(
    f"{_BUILDER} AppendJoin<T>(string separator, IEnumerable<T> values)",
    f"{_BUILDER} AppendJoin<T>(char separator, IEnumerable<T> values)",
    settings=True,
    typed=True,
)
def append_join_items(
    settings: ExpressionSettings, _type: ClrType, builder: StringBuilder, separator: str | None, values: object
) -> StringBuilder:
    """Append the joined elements of a sequence."""
    if values is None:
        argument_null("values")
    return append_join(settings, builder, separator, list(boxed_items(values)))


def _insert(builder: StringBuilder, index: int, text: str) -> StringBuilder:
    before = builder.text
    if not 0 <= index <= len(before):
        out_of_range("index", _INDEX)
    return builder.replace_all(before[:index] + text + before[index:])


@BUILDER.member(f"{_BUILDER} Insert(int index, object value)", settings=True)
def builder_insert(settings: ExpressionSettings, builder: StringBuilder, index: int, value: object) -> StringBuilder:
    """Put the text of a value in at a place."""
    return _insert(builder, index, to_text(value, settings) or "")


@BUILDER.member(f"{_BUILDER} Insert(int index, string value)", f"{_BUILDER} Insert(int index, char value)")
def builder_insert_text(builder: StringBuilder, index: int, text: str | None) -> StringBuilder:
    """Put a text in at a place."""
    return _insert(builder, index, text or "")


@BUILDER.member(f"{_BUILDER} Insert(int index, string value, int count)")
def builder_insert_repeated(builder: StringBuilder, index: int, text: str | None, count: int) -> StringBuilder:
    """Put a text in at a place, several times."""
    if count < 0:
        out_of_range("count", "Non-negative number required.")
    if count * len(text or "") > builder.limit:
        too_large("the text is")
    return _insert(builder, index, (text or "") * count)


@BUILDER.member(f"{_BUILDER} Insert(int index, char[] value)")
def builder_insert_chars(builder: StringBuilder, index: int, characters: list[str] | None) -> StringBuilder:
    """Put characters in at a place."""
    return _insert(builder, index, "".join(characters or ()))


@BUILDER.member(f"{_BUILDER} Insert(int index, char[] value, int startIndex, int charCount)")
def builder_insert_chars_part(
    builder: StringBuilder, index: int, characters: list[str] | None, start: int, count: int
) -> StringBuilder:
    """Put some characters in at a place."""
    if not 0 <= index <= builder.size:
        out_of_range("index", _INDEX)
    if characters is None:
        if start == 0 and count == 0:
            return builder
        raise ClrException(
            "System.ArgumentNullException", "String reference not set to an instance of a String.", parameter="value"
        )
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if count < 0:
        out_of_range("charCount", "Value must be positive.")
    if start > len(characters) - count:
        out_of_range("startIndex", _INDEX)
    return _insert(builder, index, "".join(characters[start : start + count]))


@BUILDER.member(f"{_BUILDER} Remove(int startIndex, int length)")
def builder_remove(builder: StringBuilder, start: int, count: int) -> StringBuilder:
    """Remove a part."""
    text = builder.text
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if count < 0:
        out_of_range("length", "Length cannot be less than zero.")
    if start + count > len(text):
        out_of_range("length", "Index was out of range. Must be non-negative and less than the size of the collection.")
    return builder.replace_all(text[:start] + text[start + count :])


@BUILDER.member(
    f"{_BUILDER} Replace(string oldValue, string newValue)", f"{_BUILDER} Replace(char oldChar, char newChar)"
)
def builder_replace(builder: StringBuilder, old: str | None, new: str | None) -> StringBuilder:
    """Replace each occurrence."""
    if old is None:
        argument_null("oldValue")
    if not old:
        argument("Empty name is not legal.", "oldValue")
    return builder.replace_all(builder.text.replace(narrow(old), new or ""))


@BUILDER.member(f"{_BUILDER} Clear()")
def builder_clear(builder: StringBuilder) -> StringBuilder:
    """Empty it."""
    return builder.replace_all("")


@BUILDER.member(
    f"{_BUILDER} Replace(string oldValue, string newValue, int startIndex, int count)",
    f"{_BUILDER} Replace(char oldChar, char newChar, int startIndex, int count)",
)
def builder_replace_part(
    builder: StringBuilder, old: str | None, new: str | None, start: int, count: int
) -> StringBuilder:
    """Replace each occurrence within a part."""
    text = builder.text
    if not 0 <= start <= len(text):
        out_of_range("startIndex", _INDEX)
    if count < 0 or start > len(text) - count:
        out_of_range("count", _INDEX)
    if old is None:
        argument_null("oldValue")
    if not old:
        argument("Empty name is not legal.", "oldValue")
    return builder.replace_all(
        text[:start] + text[start : start + count].replace(old, new or "") + text[start + count :]
    )


@BUILDER.member("void CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)")
def builder_copy_to(builder: StringBuilder, start: int, target: list[str] | None, place: int, count: int) -> None:
    """Copy some characters into an array."""
    if target is None:
        argument_null("destination")
    if count < 0:
        out_of_range("count", "Argument count must not be negative.")
    if place < 0:
        out_of_range("destinationIndex", "'destinationIndex' must be non-negative.")
    if place > len(target) - count:
        argument(
            "Either offset did not refer to a position in the string, or there is an insufficient length of destination character array."
        )
    if not 0 <= start <= builder.size:
        out_of_range("sourceIndex", _INDEX)
    if start > builder.size - count:
        argument("Source string was not long enough. Check sourceIndex and count.")
    target[place : place + count] = list(builder.text[start : start + count])


@BUILDER.member("int EnsureCapacity(int capacity)")
def ensure_capacity(builder: StringBuilder, capacity: int) -> int:
    """Make room and return how much there is."""
    if capacity < 0:
        out_of_range("capacity", "Capacity must be non-negative.")
    if capacity > builder.room:
        set_capacity(builder, capacity)
    return builder.room


@BUILDER.member("set int Capacity")
def set_capacity(builder: StringBuilder, capacity: int) -> int:
    """Make as much room."""
    if capacity < 0:
        out_of_range("value", "Capacity must be positive.")
    if capacity > builder.most:
        out_of_range("value", _TOO_LARGE)
    if capacity < builder.size:
        out_of_range("value", _TOO_SMALL)
    builder.room = capacity
    return capacity


@BUILDER.member(f"bool Equals({_BUILDER} sb)")
def builder_equals(builder: StringBuilder, other: StringBuilder | None) -> bool:
    """Whether the texts are the same."""
    return other is not None and builder.text == other.text


@BUILDER.member("set char this[int index]")
def builder_set(builder: StringBuilder, index: int, character: str) -> str:
    """Set a character."""
    if not 0 <= index < builder.size:
        out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    text = builder.text
    builder.replace_all(text[:index] + character + text[index + 1 :])
    return character


BUILDER.inline("int Length", "{0}.size")
BUILDER.inline("int Capacity", "{0}.room")
BUILDER.inline("int MaxCapacity", "{0}.most")
BUILDER.inline("string ToString()", "{0}.shown")


@BUILDER.member("set int Length")
def builder_set_length(builder: StringBuilder, length: int) -> int:
    """Cut or fill up."""
    if length < 0:
        out_of_range("value", "Length cannot be less than zero.")
    builder.check(length, "value", _TOO_SMALL)
    builder.replace_all(builder.text[:length].ljust(length, "\0"))
    return length


@BUILDER.member("string ToString(int startIndex, int length)")
def builder_part(builder: StringBuilder, start: int, count: int) -> str:
    """Return a part."""
    if start < 0:
        out_of_range("startIndex", "StartIndex cannot be less than zero.")
    if start > builder.size:
        out_of_range("startIndex", "startIndex cannot be larger than length of string.")
    if count < 0:
        out_of_range("length", "Length cannot be less than zero.")
    if start > builder.size - count:
        out_of_range("length", "Index and length must refer to a location within the string.")
    return whole(builder.text[start : start + count])


@BUILDER.member("char this[int index]")
def builder_get(builder: StringBuilder, index: int) -> str:
    """Return a character."""
    if not 0 <= index < builder.size:
        raise ClrException("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
    return builder.text[index]
