"""System.Text: Encoding and StringBuilder; System.IO's readers and writers of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument, argument_null, out_of_range, too_large
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.formatting import composite
from apim_ai.expression.library.text import to_text
from apim_ai.expression.library.utf16 import units
from apim_ai.expression.syntax.literals import join_surrogates
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["StringBuilder"]


class Encoding:
    """An encoding by the name Python has for it."""

    __slots__ = ("codec", "errors", "name")
    clr = "System.Text.Encoding"

    def __init__(self, name: str, codec: str, errors: str = "replace") -> None:
        self.name = name
        self.codec = codec
        self.errors = errors

    def encode(self, text: str) -> bytearray:
        """Return the bytes of a text."""
        try:
            return bytearray(text.encode(self.codec))
        except UnicodeEncodeError:
            mark = "\ufffd" if self.codec.startswith("utf") else "?"
            units_ = [each if self._fits(each) else mark for each in join_surrogates(text)]
            return bytearray("".join(units_).encode(self.codec))

    def _fits(self, character: str) -> bool:
        try:
            character.encode(self.codec)
        except UnicodeEncodeError:
            return False
        return True

    def decode(self, data: bytes) -> str:
        """Return the text of bytes; what is none becomes the replacement character."""
        text = bytes(data).decode(self.codec, self.errors)
        return text.replace("\ufffd", "?") if self.codec == "ascii" else text


_UTF8 = Encoding("utf-8", "utf-8")
_KNOWN = {
    "utf-8": _UTF8, "utf8": _UTF8, "ascii": Encoding("us-ascii", "ascii"), "us-ascii": Encoding("us-ascii", "ascii"),
    "utf-16": Encoding("utf-16", "utf-16-le"), "unicode": Encoding("utf-16", "utf-16-le"),
    "utf-16be": Encoding("utf-16BE", "utf-16-be"), "utf-32": Encoding("utf-32", "utf-32-le"),
    "iso-8859-1": Encoding("iso-8859-1", "latin-1"), "latin1": Encoding("iso-8859-1", "latin-1"),
    "windows-1252": Encoding("windows-1252", "cp1252"), "utf-7": Encoding("utf-7", "utf-7"),
}  # fmt: skip
_PAGES = {
    65001: "utf-8",
    20127: "ascii",
    1200: "utf-16",
    1201: "utf-16be",
    12000: "utf-32",
    28591: "iso-8859-1",
    1252: "windows-1252",
}
ENCODING = clr_class("System.Text.Encoding", python=(Encoding,))
for _name, _key in (
    ("UTF8", "utf-8"),
    ("ASCII", "ascii"),
    ("Unicode", "utf-16"),
    ("BigEndianUnicode", "utf-16be"),
    ("UTF32", "utf-32"),
    ("UTF7", "utf-7"),
    ("Default", "utf-8"),
):
    ENCODING.constant(f"System.Text.Encoding {_name}", _KNOWN[_key])


@ENCODING.member("static System.Text.Encoding GetEncoding(string name)")
def get_encoding(name: str | None) -> Encoding:
    """Return an encoding by name."""
    if name is None:
        argument_null("name")
    found = _KNOWN.get(name.strip().lower())
    if found is None:
        argument(
            f"'{name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.",
            "name",
        )
    return found


@ENCODING.member("static System.Text.Encoding GetEncoding(int codepage)")
def get_encoding_page(page: int) -> Encoding:
    """Return an encoding by code page."""
    if page not in _PAGES:
        argument(f"No data is available for encoding {page}.")
    return _KNOWN[_PAGES[page]]


@ENCODING.member("byte[] GetBytes(string s)")
def get_bytes(encoding: Encoding, text: str | None) -> bytearray:
    """Return the bytes of a text."""
    if text is None:
        argument_null("s")
    return encoding.encode(text)


@ENCODING.member("byte[] GetBytes(char[] chars)")
def get_bytes_chars(encoding: Encoding, characters: list[str] | None) -> bytearray:
    """Return the bytes of characters."""
    if characters is None:
        argument_null("chars")
    return encoding.encode("".join(characters))


@ENCODING.member("string GetString(byte[] bytes)")
def get_string(encoding: Encoding, data: bytes | None) -> str:
    """Return the text of bytes."""
    if data is None:
        argument_null("bytes")
    return encoding.decode(data)


@ENCODING.member("string GetString(byte[] bytes, int index, int count)")
def get_string_part(encoding: Encoding, data: bytes | None, index: int, count: int) -> str:
    """Return the text of some of the bytes."""
    if data is None:
        argument_null("bytes")
    if index < 0 or count < 0:
        out_of_range("index" if index < 0 else "count", "Non-negative number required.")
    if index + count > len(data):
        out_of_range("bytes", "Index and count must refer to a location within the buffer.")
    return encoding.decode(data[index : index + count])


@ENCODING.member("int GetByteCount(string s)")
def get_byte_count(encoding: Encoding, text: str | None) -> int:
    """Return how many bytes a text takes."""
    return len(get_bytes(encoding, text))


@ENCODING.member("char[] GetChars(byte[] bytes)")
def get_chars(encoding: Encoding, data: bytes | None) -> Array:
    """Return the characters of bytes."""
    return Array(resolve("char"), units(get_string(encoding, data)))


@ENCODING.member("int GetCharCount(byte[] bytes)")
def get_char_count(encoding: Encoding, data: bytes | None) -> int:
    """Return how many characters bytes give."""
    return len(units(get_string(encoding, data)))


@ENCODING.member(
    "static byte[] Convert(System.Text.Encoding srcEncoding, System.Text.Encoding dstEncoding, byte[] bytes)"
)
def convert(source: Encoding, target: Encoding, data: bytes) -> bytearray:
    """Return the bytes of the same text in another encoding."""
    return target.encode(source.decode(data))


ENCODING.inline("string WebName", "{0}.name")
ENCODING.inline("string BodyName", "{0}.name")

# --- StringBuilder ---------------------------------------------------------------------------------------------------


class StringBuilder:
    """A text that grows."""

    __slots__ = ("limit", "parts", "size")
    clr = "System.Text.StringBuilder"

    def __init__(self, text: str, limit: int) -> None:
        self.parts = [text]
        self.size = len(text)
        self.limit = limit

    def add(self, text: str) -> StringBuilder:
        """Append a text."""
        self.size += len(text)
        if self.size > self.limit:
            too_large("the text is")
        self.parts.append(text)
        return self

    @property
    def text(self) -> str:
        """The text."""
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0]

    def replace_all(self, text: str) -> StringBuilder:
        """Put another text in its place."""
        self.parts = [""]
        self.size = 0
        return self.add(text)

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the text."""
        return self.text


BUILDER = clr_class("System.Text.StringBuilder", python=(StringBuilder,))
_BUILDER = "System.Text.StringBuilder"


@BUILDER.member("()", "(string value)", "(string value, int capacity)", settings=True)
def make_builder(settings: ExpressionSettings, text: str | None = None, _capacity: int = 0) -> StringBuilder:
    """Return a builder."""
    return StringBuilder(text or "", settings.text_length)


@BUILDER.member("(int capacity)", "(int capacity, int maxCapacity)", settings=True)
def make_builder_capacity(settings: ExpressionSettings, capacity: int, _maximum: int = 0) -> StringBuilder:
    """Return an empty builder."""
    if capacity < 0:
        out_of_range("capacity", "'capacity' must be greater than zero.")
    return StringBuilder("", settings.text_length)


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
    return builder.add(character)


@BUILDER.member(f"{_BUILDER} Append(char value, int repeatCount)")
def append_repeated(builder: StringBuilder, character: str, count: int) -> StringBuilder:
    """Append a character several times."""
    if count < 0:
        out_of_range("repeatCount", "Count cannot be less than zero.")
    if count > builder.limit:
        too_large("the text is")
    return builder.add(character * count)


@BUILDER.member(f"{_BUILDER} Append(char[] value)")
def append_chars(builder: StringBuilder, characters: list[str] | None) -> StringBuilder:
    """Append characters."""
    return builder.add("".join(characters or []))


@BUILDER.member(f"{_BUILDER} Append(string value, int startIndex, int count)")
def append_part(builder: StringBuilder, text: str, start: int, count: int) -> StringBuilder:
    """Append a part of a text."""
    if start < 0 or count < 0 or start + count > len(text):
        out_of_range(
            "startIndex", "Index was out of range. Must be non-negative and less than the size of the collection."
        )
    return builder.add(text[start : start + count])


@BUILDER.member(f"{_BUILDER} AppendLine()", f"{_BUILDER} AppendLine(string value)")
def append_line(builder: StringBuilder, text: str | None = None) -> StringBuilder:
    """Append a text and a line end."""
    return builder.add((text or "") + "\n")


@BUILDER.member(f"{_BUILDER} AppendFormat(string format, params object[] args)", settings=True)
def append_format(
    settings: ExpressionSettings, builder: StringBuilder, template: str | None, items: list[object]
) -> StringBuilder:
    """Append a filled composite format."""
    return builder.add(composite(template, items, settings))


@BUILDER.member(f"{_BUILDER} AppendJoin(string separator, params object[] values)", settings=True)
def append_join(
    settings: ExpressionSettings, builder: StringBuilder, separator: str | None, values: list[object]
) -> StringBuilder:
    """Append joined values."""
    return builder.add((separator or "").join(to_text(value, settings) or "" for value in values))


@BUILDER.member(f"{_BUILDER} Insert(int index, object value)", settings=True)
def builder_insert(settings: ExpressionSettings, builder: StringBuilder, index: int, value: object) -> StringBuilder:
    """Put the text of a value in at a place."""
    text = builder.text
    if not 0 <= index <= len(text):
        out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    return builder.replace_all(text[:index] + (to_text(value, settings) or "") + text[index:])


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
    return builder.replace_all(builder.text.replace(old, new or ""))


@BUILDER.member(f"{_BUILDER} Clear()")
def builder_clear(builder: StringBuilder) -> StringBuilder:
    """Empty it."""
    return builder.replace_all("")


BUILDER.inline("int Length", "{0}.size")
BUILDER.inline("int Capacity", "{0}.size")
BUILDER.inline("string ToString()", "{0}.text")


@BUILDER.member("set int Length")
def builder_set_length(builder: StringBuilder, length: int) -> int:
    """Cut or fill up."""
    if length < 0:
        out_of_range("value", "Length cannot be less than zero.")
    if length > builder.limit:
        too_large("the text is")
    builder.replace_all(builder.text[:length].ljust(length, "\0"))
    return length


@BUILDER.member("string ToString(int startIndex, int length)")
def builder_part(builder: StringBuilder, start: int, count: int) -> str:
    """Return a part."""
    if start < 0 or count < 0 or start + count > builder.size:
        out_of_range("startIndex", "Index and length must refer to a location within the string.")
    return builder.text[start : start + count]


@BUILDER.member("char this[int index]")
def builder_get(builder: StringBuilder, index: int) -> str:
    """Return a character."""
    if not 0 <= index < builder.size:
        from apim_ai.expression.exceptions import ClrException  # noqa: PLC0415 - one use

        raise ClrException("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
    return builder.text[index]


# --- System.IO -------------------------------------------------------------------------------------------------------


class StringReader:
    """Reads a text line by line."""

    __slots__ = ("place", "text")
    clr = "System.IO.StringReader"

    def __init__(self, text: str | None) -> None:
        if text is None:
            argument_null("s")
        self.text = text
        self.place = 0


READER = clr_class("System.IO.StringReader", interfaces=("System.IDisposable",), python=(StringReader,))
READER.member("(string s)")(StringReader)
WRITER = clr_class("System.IO.StringWriter", interfaces=("System.IDisposable",), python=())


@READER.member("string ReadLine()")
def read_line(reader: StringReader) -> str | None:
    """Return the next line, or null."""
    if reader.place >= len(reader.text):
        return None
    line = reader.text[reader.place :].splitlines(keepends=True)[0]
    reader.place += len(line)
    return line.rstrip("\r\n")


@READER.member("string ReadToEnd()")
def read_to_end(reader: StringReader) -> str:
    """Return the rest."""
    rest = reader.text[reader.place :]
    reader.place = len(reader.text)
    return rest


@WRITER.member("()", settings=True)
def make_writer(settings: ExpressionSettings) -> StringBuilder:
    """Return a writer, which is a builder under another name."""
    return StringBuilder("", settings.text_length)


@WRITER.member("void Write(object value)", settings=True)
def write(settings: ExpressionSettings, writer: StringBuilder, value: object) -> None:
    """Append the text of a value."""
    writer.add(to_text(value, settings) or "")


@WRITER.member("void WriteLine(object value)", settings=True)
def write_line(settings: ExpressionSettings, writer: StringBuilder, value: object) -> None:
    """Append the text of a value and a line end."""
    writer.add((to_text(value, settings) or "") + "\n")


WRITER.inline("string ToString()", "{0}.text")
