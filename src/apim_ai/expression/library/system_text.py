"""System.Text.Encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, argument_null, out_of_range
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.utf16 import narrow, units
from apim_ai.expression.syntax.literals import join_surrogates
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from typing import Never

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["Encoding"]


class Encoding:
    """An encoding by the name Python has for it."""

    __slots__ = ("codec", "errors", "name")
    clr = "System.Text.Encoding"

    def __init__(self, name: str, codec: str, errors: str = "replace") -> None:
        self.name = name
        self.codec = codec
        self.errors = errors

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the name of .NET's class."""
        return _CLASSES.get(self.name, "System.Text.Encoding")

    def clr_shown(self) -> str:
        """Return the name of .NET's class."""
        return _CLASSES.get(self.name, "System.Text.Encoding")

    def encode(self, text: str) -> bytearray:
        """Return the bytes of a text."""
        try:
            return bytearray(text.encode(self.codec))
        except UnicodeEncodeError:
            mark = "\ufffd" if self.codec.startswith("utf") else "?"
            pieces = join_surrogates(text) if mark != "?" else narrow(text)
            units_ = [each if self._fits(each) else mark for each in pieces]
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


_CLASSES = {
    "utf-8": "System.Text.UTF8Encoding+UTF8EncodingSealed", "us-ascii": "System.Text.ASCIIEncoding+ASCIIEncodingSealed",
    "utf-16": "System.Text.UnicodeEncoding", "utf-16BE": "System.Text.UnicodeEncoding",
    "utf-32": "System.Text.UTF32Encoding", "utf-7": "System.Text.UTF7Encoding",
    "iso-8859-1": "System.Text.Latin1Encoding",
}  # fmt: skip
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


@ENCODING.member("static System.Text.Encoding GetEncoding(string name)", settings=True)
def get_encoding(settings: ExpressionSettings, name: str | None) -> Encoding:
    """Return an encoding by name."""
    if name is None:
        argument_null("name")
    found = _KNOWN.get(name.strip().lower())
    if found is None or (found.name in _OF_WINDOWS and not settings.is_framework):
        argument(
            f"'{name}' is not a supported encoding name. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.",
            "name",
        )
    return found


_OF_WINDOWS = ("windows-1252",)
"""Encodings that .NET Core has only where a provider is registered."""


@ENCODING.member("static System.Text.Encoding GetEncoding(int codepage)", settings=True)
def get_encoding_page(settings: ExpressionSettings, page: int) -> Encoding:
    """Return an encoding by code page."""
    if not 0 <= page <= 65535:  # noqa: PLR2004 - a bound of .NET
        out_of_range("codepage", "Valid values are between 0 and 65535, inclusive.")
    if page == 0:
        return _UTF8
    if page not in _PAGES or (_PAGES[page] in _OF_WINDOWS and not settings.is_framework):
        raise ClrException(
            "System.NotSupportedException",
            f"No data is available for encoding {page}. For information on defining a custom encoding, see the documentation for the Encoding.RegisterProvider method.",
        )
    return _KNOWN[_PAGES[page]]


@ENCODING.member("byte[] GetBytes(string s)")
def get_bytes(encoding: Encoding, text: str | None) -> bytearray:
    """Return the bytes of a text."""
    return encoding.encode(_needed(text))


def _needed(text: str | None) -> str:
    if text is None:
        raise ClrException(
            "System.ArgumentNullException", "String reference not set to an instance of a String.", parameter="s"
        )
    return text


@ENCODING.member("byte[] GetBytes(char[] chars)")
def get_bytes_chars(encoding: Encoding, characters: list[str] | None) -> bytearray:
    """Return the bytes of characters."""
    return encoding.encode(_chars_part(characters, 0, len(characters or ())))


@ENCODING.member("string GetString(byte[] bytes)")
def get_string(encoding: Encoding, data: bytes | None) -> str:
    """Return the text of bytes."""
    return encoding.decode(_array(data))


def _array(data: bytes | None, name: str = "bytes") -> bytes:
    if data is None:
        raise ClrException("System.ArgumentNullException", "Array cannot be null.", parameter=name)
    return data


@ENCODING.member("string GetString(byte[] bytes, int index, int count)")
def get_string_part(encoding: Encoding, data: bytes | None, index: int, count: int) -> str:
    """Return the text of some of the bytes."""
    return encoding.decode(_part(_array(data), index, count))


def _part(data: bytes, index: int, count: int) -> bytes:
    if index < 0 or count < 0:
        out_of_range("index" if index < 0 else "count", "Non-negative number required.")
    if index + count > len(data):
        out_of_range("bytes", "Index and count must refer to a location within the buffer.")
    return data[index : index + count]


@ENCODING.member("char[] GetChars(byte[] bytes, int index, int count)")
def get_chars_part(encoding: Encoding, data: bytes | None, index: int, count: int) -> Array:
    """Return the characters of some of the bytes."""
    return Array(resolve("char"), units(get_string_part(encoding, data, index, count)))


@ENCODING.member("int GetCharCount(byte[] bytes, int index, int count)")
def get_char_count_part(encoding: Encoding, data: bytes | None, index: int, count: int) -> int:
    """Return how many characters some of the bytes give."""
    return len(units(get_string_part(encoding, data, index, count)))


def _chars_part(characters: list[str] | None, index: int, count: int) -> str:
    if characters is None:
        raise ClrException("System.ArgumentNullException", "Array cannot be null.", parameter="chars")
    if index < 0 or count < 0:
        out_of_range("index" if index < 0 else "count", "Non-negative number required.")
    if index + count > len(characters):
        out_of_range("chars", "Index and count must refer to a location within the buffer.")
    return "".join(characters[index : index + count])


@ENCODING.member("byte[] GetBytes(char[] chars, int index, int count)")
def get_bytes_chars_part(encoding: Encoding, characters: list[str] | None, index: int, count: int) -> bytearray:
    """Return the bytes of some characters."""
    return encoding.encode(_chars_part(characters, index, count))


@ENCODING.member("int GetByteCount(char[] chars, int index, int count)")
def get_byte_count_chars_part(encoding: Encoding, characters: list[str] | None, index: int, count: int) -> int:
    """Return how many bytes some characters take."""
    return len(get_bytes_chars_part(encoding, characters, index, count))


@ENCODING.member("int GetByteCount(char[] chars)")
def get_byte_count_chars(encoding: Encoding, characters: list[str] | None) -> int:
    """Return how many bytes characters take."""
    return len(encoding.encode(_chars_part(characters, 0, len(characters or ()))))


def _text_part(text: str | None, index: int, count: int) -> str:
    if text is None:
        raise ClrException("System.ArgumentNullException", "String cannot be null.", parameter="s")
    if index < 0 or count < 0:
        out_of_range("index" if index < 0 else "count", "Non-negative number required.")
    if index > len(text) - count:
        out_of_range("index", "Index and count must refer to a location within the string.")
    return text[index : index + count]


@ENCODING.member("byte[] GetBytes(string s, int index, int count)")
def get_bytes_part(encoding: Encoding, text: str | None, index: int, count: int) -> bytearray:
    """Return the bytes of a part of a text."""
    return encoding.encode(_text_part(text, index, count))


@ENCODING.member("int GetByteCount(string s, int index, int count)")
def get_byte_count_part(encoding: Encoding, text: str | None, index: int, count: int) -> int:
    """Return how many bytes a part of a text takes."""
    return len(get_bytes_part(encoding, text, index, count))


_WIDEST = {"utf-8": 3, "us-ascii": 1, "utf-16": 2, "utf-16BE": 2, "utf-32": 4, "iso-8859-1": 1, "windows-1252": 1}


@ENCODING.member("int GetMaxByteCount(int charCount)")
def get_max_byte_count(encoding: Encoding, count: int) -> int:
    """Return how many bytes so many characters may take."""
    if count < 0:
        out_of_range("charCount", "Non-negative number required.")
    return (count + 1) * _WIDEST.get(encoding.name, 3)


@ENCODING.member("int GetMaxCharCount(int byteCount)")
def get_max_char_count(encoding: Encoding, count: int) -> int:
    """Return how many characters so many bytes may give."""
    if count < 0:
        out_of_range("byteCount", "Non-negative number required.")
    if encoding.name in ("utf-16", "utf-16BE"):
        return (count >> 1) + (count & 1) + 1
    return count // 2 + 2 if encoding.name == "utf-32" else count + (encoding.name == "utf-8")


_PREAMBLES = {
    "utf-8": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe", "utf-16BE": b"\xfe\xff", "utf-32": b"\xff\xfe\0\0",
}  # fmt: skip


@ENCODING.member("byte[] GetPreamble()")
def get_preamble(encoding: Encoding) -> bytearray:
    """Return the byte order mark."""
    return bytearray(_PREAMBLES.get(encoding.name, b""))


_NAMES = {
    "utf-8": "Unicode (UTF-8)", "us-ascii": "US-ASCII", "utf-16": "Unicode", "utf-16BE": "Unicode (Big-Endian)",
    "utf-32": "Unicode (UTF-32)", "iso-8859-1": "Western European (ISO)", "utf-7": "Unicode (UTF-7)",
}  # fmt: skip


@ENCODING.member("string EncodingName")
def encoding_name(encoding: Encoding) -> str:
    """Return the name that people read."""
    return _NAMES.get(encoding.name, encoding.name)


@ENCODING.member("int CodePage")
def code_page(encoding: Encoding) -> int:
    """Return the number of the encoding."""
    return next((page for page, key in _PAGES.items() if _KNOWN[key].name == encoding.name), 65000)


@ENCODING.member("int WindowsCodePage")
def windows_code_page(encoding: Encoding) -> int:
    """Return the number of the nearest encoding of Windows."""
    return 1252 if encoding.name in ("us-ascii", "iso-8859-1", "windows-1252") else 1200


ENCODING.inline("string HeaderName", "{0}.name")


@ENCODING.member("bool IsSingleByte")
def is_single_byte(encoding: Encoding) -> bool:
    """Whether each character takes one byte."""
    return encoding.name in ("us-ascii", "iso-8859-1", "windows-1252")


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
def convert(source: Encoding | None, target: Encoding | None, data: bytes | None) -> bytearray:
    """Return the bytes of the same text in another encoding."""
    if data is None:
        argument_null("bytes")
    return convert_part(source, target, data, 0, len(data))


@ENCODING.member(
    "static byte[] Convert(System.Text.Encoding srcEncoding, System.Text.Encoding dstEncoding, byte[] bytes, int index, int count)"
)
def convert_part(
    source: Encoding | None, target: Encoding | None, data: bytes | None, index: int, count: int
) -> bytearray:
    """Return the bytes of the same text in another encoding."""
    if source is None or target is None:
        _array(None, "srcEncoding" if source is None else "dstEncoding")
    assert source is not None  # noqa: S101 - checked above
    assert target is not None  # noqa: S101 - checked above
    return target.encode(source.decode(_part(_array(data), index, count)))


def _room(target: bytearray | Array | None, place: int, name: str) -> int:
    """Return how many elements an array has from a place."""
    if target is None:
        raise ClrException("System.ArgumentNullException", "Array cannot be null.", parameter=f"{name}s")
    if not 0 <= place <= len(target):
        out_of_range(
            f"{name}Index",
            "Index was out of range. Must be non-negative and less than the size of the collection.",
        )
    return len(target) - place


@ENCODING.member(
    "int GetBytes(string s, int charIndex, int charCount, byte[] bytes, int byteIndex)",
    "int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex)",
)
def put_bytes(
    encoding: Encoding, text: str | list[str] | None, index: int, count: int, target: bytearray | None, place: int
) -> int:
    """Put the bytes of some characters into an array; return how many there are."""
    name = "s" if isinstance(text, str) or text is None else "chars"
    if text is None or target is None:
        raise ClrException(
            "System.ArgumentNullException", "Array cannot be null.", parameter=name if text is None else "bytes"
        )
    if index < 0 or count < 0:
        out_of_range("charIndex" if index < 0 else "charCount", "Non-negative number required.")
    characters = units(text) if isinstance(text, str) else list(text)
    if count > len(characters) - index:
        out_of_range(name, "Index and count must refer to a location within the string.")
    room = _room(target, place, "byte")
    data = encoding.encode("".join(characters[index : index + count]))
    if len(data) > room:
        _too_small("byte", encoding, "Encoder", "bytes")
    target[place : place + len(data)] = data
    return len(data)


def _too_small(kind: str, encoding: Encoding, side: str, parameter: str) -> Never:
    action = "encoded data" if kind == "byte" else "decoded characters"
    argument(
        f"The output {kind} buffer is too small to contain the {action}, encoding '{encoding_name(encoding)}' "
        f"fallback 'System.Text.{side}ReplacementFallback'.",
        parameter,
    )


@ENCODING.member("int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex)")
def put_chars(encoding: Encoding, data: bytes | None, index: int, count: int, target: Array | None, place: int) -> int:
    """Put the characters of some bytes into an array; return how many there are."""
    if data is None or target is None:
        _array(None, "bytes" if data is None else "chars")
    assert data is not None  # noqa: S101 - checked above
    assert target is not None  # noqa: S101 - checked above
    if index < 0 or count < 0:
        out_of_range("byteIndex" if index < 0 else "byteCount", "Non-negative number required.")
    room = _room(target, place, "char")
    characters = units(encoding.decode(_part(data, index, count)))
    if len(characters) > room:
        _too_small("char", encoding, "Decoder", "chars")
    target[place : place + len(characters)] = characters
    return len(characters)


ENCODING.inline("string WebName", "{0}.name")
ENCODING.inline("string BodyName", "{0}.name")
