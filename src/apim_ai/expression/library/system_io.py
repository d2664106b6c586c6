"""System.IO: reading and writing texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument_null
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.formatting import composite
from apim_ai.expression.library.string_builder import StringBuilder
from apim_ai.expression.library.text import to_text

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["StringReader", "StringWriter"]


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
