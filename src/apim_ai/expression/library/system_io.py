"""System.IO: reading and writing texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, argument_null, out_of_range
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.formatting import composite
from apim_ai.expression.library.string_builder import StringBuilder
from apim_ai.expression.library.text import to_text
from apim_ai.expression.library.utf16 import narrow, whole

if TYPE_CHECKING:
    from apim_ai.expression.library.boxes import Array
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["StringReader", "StringWriter"]

_LINE = re.compile(r"([^\r\n]*)(?:\r\n?|\n|$)")


class StringReader:
    """Reads a text line by line."""

    __slots__ = ("place", "text")
    clr = "System.IO.StringReader"

    def __init__(self, text: str | None) -> None:
        if text is None:
            argument_null("s")
        self.text = narrow(text)
        self.place = 0

    def take(self, count: int) -> str:
        """Return so many of the characters that are left, and go on."""
        found = self.text[self.place : self.place + count]
        self.place += len(found)
        return found


READER = clr_class("System.IO.StringReader", interfaces=("System.IDisposable",), python=(StringReader,))
READER.member("(string s)")(StringReader)


class StringWriter(StringBuilder):
    """A builder under another name."""

    __slots__ = ()
    clr = "System.IO.StringWriter"


WRITER = clr_class("System.IO.StringWriter", interfaces=("System.IDisposable",), python=(StringWriter,))


@READER.member("string ReadLine()")
def read_line(reader: StringReader) -> str | None:
    """Return the next line, or null."""
    if reader.place >= len(reader.text):
        return None
    found = _LINE.match(reader.text, reader.place)
    assert found is not None  # noqa: S101 - every part may be empty
    reader.place = found.end()
    return whole(found[1])


@READER.member("string ReadToEnd()")
def read_to_end(reader: StringReader) -> str:
    """Return the rest."""
    return whole(reader.take(len(reader.text)))


@WRITER.member("()", settings=True)
def make_writer(settings: ExpressionSettings) -> StringWriter:
    """Return a writer."""
    return StringWriter("", settings.text_length)


@WRITER.member("(System.Text.StringBuilder sb)")
def writer_over(builder: StringBuilder | None) -> StringBuilder:
    """Return a writer that appends to a builder: the builder itself."""
    if builder is None:
        raise ClrException("System.ArgumentNullException", "Buffer cannot be null.", parameter="sb")
    return builder


@WRITER.member("void Write(char value)", "void Write(string value)")
def write_text(writer: StringBuilder, text: str | None) -> None:
    """Append a text."""
    writer.add(text or "")


@WRITER.member("void WriteLine()", "void WriteLine(char value)", "void WriteLine(string value)")
def write_text_line(writer: StringBuilder, text: str | None = None) -> None:
    """Append a text and a line end."""
    writer.add((text or "") + "\n")


@WRITER.member("void Write(char[] buffer)")
def write_chars(writer: StringBuilder, characters: list[str] | None) -> None:
    """Append characters."""
    writer.add("".join(characters or ()))


@WRITER.member("void Write(string format, params object[] arg)", settings=True)
def write_format(settings: ExpressionSettings, writer: StringBuilder, shape: str | None, items: list[object]) -> None:
    """Append a filled composite format."""
    writer.add(composite(shape, items, settings))


@WRITER.member("void WriteLine(string format, params object[] arg)", settings=True)
def write_format_line(
    settings: ExpressionSettings, writer: StringBuilder, shape: str | None, items: list[object]
) -> None:
    """Append a filled composite format and a line end."""
    writer.add(composite(shape, items, settings) + "\n")


@WRITER.member("void Write(object value)", settings=True)
def write(settings: ExpressionSettings, writer: StringBuilder, value: object) -> None:
    """Append the text of a value."""
    writer.add(to_text(value, settings) or "")


@WRITER.member("void WriteLine(object value)", settings=True)
def write_line(settings: ExpressionSettings, writer: StringBuilder, value: object) -> None:
    """Append the text of a value and a line end."""
    writer.add((to_text(value, settings) or "") + "\n")


WRITER.inline("string ToString()", "{0}.text")

WRITER.inline("void Flush()", "None")
WRITER.inline("void Close()", "None")
WRITER.inline("void Dispose()", "None")
WRITER.inline("System.Text.StringBuilder GetStringBuilder()", "{0}")
READER.inline("void Close()", "None")
READER.inline("void Dispose()", "None")


@READER.member("int Peek()")
def peek(reader: StringReader) -> int:
    """Return the next character's number, or -1."""
    return ord(reader.text[reader.place]) if reader.place < len(reader.text) else -1


@READER.member("int Read()")
def read(reader: StringReader) -> int:
    """Return the next character's number and go on, or -1."""
    found = peek(reader)
    reader.place += found >= 0
    return found


@READER.member("int Read(char[] buffer, int index, int count)", "int ReadBlock(char[] buffer, int index, int count)")
def read_part(reader: StringReader, target: Array | None, index: int, count: int) -> int:
    """Read up to so many characters into an array; return how many there were."""
    if target is None:
        raise ClrException("System.ArgumentNullException", "Buffer cannot be null.", parameter="buffer")
    if index < 0 or count < 0:
        out_of_range("index" if index < 0 else "count", "Non-negative number required.")
    if len(target) - index < count:
        argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements "
            "from index to the end of the source collection."
        )
    found = reader.take(count)
    target[index : index + len(found)] = found
    return len(found)
