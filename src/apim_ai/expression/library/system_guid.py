"""System.Guid and System.Version."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, argument_null, format_error
from apim_ai.expression.library.declare import clr_class, clr_struct
from apim_ai.expression.library.equality import equals
from apim_ai.expression.library.guid_text import parse_guid, parse_guid_exact

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["Guid"]


class Guid:
    """A GUID."""

    __slots__ = ("_text", "_value")
    clr = "System.Guid"

    def __init__(self, value: uuid.UUID | None, text: str | None = None) -> None:
        self._value = value
        self._text = text

    @classmethod
    def of_text(cls, text: str) -> Guid | None:
        """Return the GUID that a text with hyphens is, or None; nearly all are only asked for their text again."""
        return cls(None, text) if _CANONICAL.fullmatch(text) else None

    @property
    def value(self) -> uuid.UUID:
        """Its number."""
        if self._value is None:
            self._value = uuid.UUID(self._text)
        return self._value

    @property
    def text(self) -> str:
        """The text with hyphens, in small letters."""
        return self._text or str(self.value)

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the text with hyphens, in small letters."""
        return self.text

    def clr_format(self, shape: str, _settings: ExpressionSettings) -> str:
        """Return the text in a format."""
        return guid_format(self, shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guid) and other.value == self.value

    def __hash__(self) -> int:
        return hash(self.value)

    def clr_hash(self) -> int:
        """Return .NET's hash code: its four words, one against the other."""
        raw = self.value.bytes_le
        words = [int.from_bytes(raw[index : index + 4], "little") for index in (0, 4, 8, 12)]
        return words[0] ^ words[1] ^ words[2] ^ words[3]

    def __repr__(self) -> str:
        return f"Guid({self.value})"


_CANONICAL = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_guid(text: str) -> Guid | None:
    """Return the GUID that a text is, or None."""
    try:
        return Guid(parse_guid(text))
    except ClrException:
        return None


def guid_format(guid: Guid, shape: str | None) -> str:  # noqa: RET503 - ends in a call that never returns
    """Return a GUID in the format D, N, B, P or X."""
    text = guid.text
    letter = (shape or "D").upper()
    if letter == "D":
        return text
    if letter == "N":
        return guid.value.hex
    if letter in ("B", "P"):
        return f"{{{text}}}" if letter == "B" else f"({text})"
    if letter == "X":
        fields = guid.value.hex
        tail = ",".join(f"0x{fields[index : index + 2]}" for index in range(16, 32, 2))
        return f"{{0x{fields[:8]},0x{fields[8:12]},0x{fields[12:16]},{{{tail}}}}}"
    format_error(_FORMATS)


_FORMATS = 'Format string can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".'
_GUID = clr_struct(
    "System.Guid",
    python=(Guid,),
    interfaces=("System.IComparable", "System.IFormattable", "System.IComparable<System.Guid>"),
)
_EMPTY = Guid(uuid.UUID(int=0))
_GUID.constant("System.Guid Empty", _EMPTY)


@_GUID.member("static System.Guid default()", "()")
def guid_default() -> Guid:
    """Return the GUID of zeros."""
    return _EMPTY


@_GUID.member("static System.Guid NewGuid()")
def new_guid() -> Guid:
    """Return a new random GUID."""
    return Guid(uuid.uuid4())


@_GUID.member("(string g)")
def guid_of_text(text: str | None) -> Guid:
    """Return the GUID of its text."""
    if text is None:
        argument_null("g")
    return Guid(parse_guid(text))


@_GUID.member("static System.Guid Parse(string input)")
def guid_parse(text: str | None) -> Guid:
    """Parse a GUID."""
    if text is None:
        argument_null("input")
    return _parsed(lambda: parse_guid(text))


def _parsed(parse: Callable[[], uuid.UUID]) -> Guid:
    try:
        return Guid(parse())
    except ClrException as error:
        if error.type_name != "System.OverflowException":
            raise
        format_error("Unrecognized Guid format.")


@_GUID.member("static bool TryParse(string input, out System.Guid result)")
def guid_try_parse(text: str | None) -> tuple[bool, Guid]:
    """Parse a GUID without throwing."""
    found = None if text is None else read_guid(text)
    return found is not None, found or _EMPTY


@_GUID.member("static System.Guid ParseExact(string input, string format)")
def guid_parse_exact(text: str | None, shape: str | None) -> Guid:
    """Parse a GUID in one format."""
    if text is None or shape is None:
        argument_null("input" if text is None else "format")
    if len(shape) != 1 or shape.upper() not in "DNBPX":
        format_error(_FORMATS)
    return _parsed(lambda: parse_guid_exact(text, shape.upper()))


@_GUID.member("static bool TryParseExact(string input, string format, out System.Guid result)")
def guid_try_parse_exact(text: str | None, shape: str | None) -> tuple[bool, Guid]:
    """Parse a GUID in one format without throwing."""
    try:
        return (False, _EMPTY) if text is None or shape is None else (True, guid_parse_exact(text, shape))
    except ClrException:
        return False, _EMPTY


@_GUID.member("(int a, short b, short c, byte[] d)")
def guid_of_parts(first: int, second: int, third: int, rest: bytes | None) -> Guid:
    """Return the GUID of its parts."""
    if rest is None:
        argument_null("d")
    if len(rest) != 8:  # noqa: PLR2004 - the last part of a GUID
        argument("Byte array for GUID must be exactly 8 bytes long.", "d")
    return _joined(first, second, third, bytes(rest))


_BYTES = ", ".join(f"byte {letter}" for letter in "defghijk")


@_GUID.member(f"(int a, short b, short c, {_BYTES})", f"(uint a, ushort b, ushort c, {_BYTES})")
def guid_of_fields(first: int, second: int, third: int, *rest: int) -> Guid:
    """Return the GUID of its fields."""
    return _joined(first, second, third, bytes(rest))


def _joined(first: int, second: int, third: int, rest: bytes) -> Guid:
    head = (first & 0xFFFFFFFF).to_bytes(4) + (second & 0xFFFF).to_bytes(2) + (third & 0xFFFF).to_bytes(2)
    return Guid(uuid.UUID(bytes=head + rest))


@_GUID.member("(byte[] b)")
def guid_of_bytes(data: bytes | None) -> Guid:
    """Return the GUID of 16 bytes."""
    if data is None:
        argument_null("b")
    if len(data) != 16:  # noqa: PLR2004 - a GUID
        argument("Byte array for GUID must be exactly 16 bytes long.", "b")
    return Guid(uuid.UUID(bytes_le=bytes(data)))


@_GUID.member("byte[] ToByteArray()")
def guid_bytes(guid: Guid) -> bytearray:
    """Return the 16 bytes."""
    return bytearray(guid.value.bytes_le)


@_GUID.member("string ToString()")
def guid_text(guid: Guid) -> str:
    """Return the text."""
    return guid.text


@_GUID.member("string ToString(string format, System.IFormatProvider provider)")
def guid_format_provider(guid: Guid, shape: str | None, _provider: object) -> str:
    """Return the text in a format."""
    return guid_format(guid, shape)


@_GUID.member("int CompareTo(object value)")
def guid_compare_object(left: Guid, right: object) -> int:
    """Order by the parts of the GUID."""
    if right is None:
        return 1
    if not isinstance(right, Guid):
        argument("Object must be of type GUID.", "value")
    return guid_compare(left, right)


_GUID.member("string ToString(string format)")(guid_format)
_GUID.inline("bool operator ==(System.Guid a, System.Guid b)", "({0} == {1})")
_GUID.member("bool operator ==(System.Guid a, System.Guid b)")(equals)


@_GUID.member("bool operator !=(System.Guid a, System.Guid b)")
def guid_differs(left: Guid, right: Guid) -> bool:
    """Compare for difference."""
    return left != right


_GUID.member("bool Equals(System.Guid g)")(equals)


@_GUID.member("int CompareTo(System.Guid value)")
def guid_compare(left: Guid, right: Guid) -> int:
    """Order by the parts of the GUID."""
    return (left.value.int > right.value.int) - (left.value.int < right.value.int)


VERSION = clr_class("System.Version", allowed=None)
