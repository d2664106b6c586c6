"""System.Convert and System.BitConverter."""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.expression.exceptions import ClrException, argument, argument_null, format_error, out_of_range, overflow
from apim_ai.expression.library import boxes
from apim_ai.expression.library.arithmetic import RANGES, fit, single
from apim_ai.expression.library.decimal_casts import decimal_of, decimal_of_single, decimal_to_double
from apim_ai.expression.library.declare import clr_enum, clr_static
from apim_ai.expression.library.number_bases import from_base, to_base
from apim_ai.expression.library.relations import box, full_name, type_of
from apim_ai.expression.library.system_char import parse_boolean
from apim_ai.expression.library.system_numbers import parse_integer
from apim_ai.expression.library.system_real import parse_decimal, parse_double
from apim_ai.expression.library.text import to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.library.system_datetime import DateTime
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

CONVERT = clr_static("System.Convert")
clr_enum("System.Base64FormattingOptions", {"None": 0, "InsertLineBreaks": 1}, allowed=None)
_INTEGERS = {
    "SByte": "sbyte", "Byte": "byte", "Int16": "short", "UInt16": "ushort", "Int32": "int", "UInt32": "uint",
    "Int64": "long", "UInt64": "ulong",
}  # fmt: skip
_WORDS = {
    "SByte": "a signed byte", "Byte": "an unsigned byte", "Int16": "an Int16", "UInt16": "a UInt16",
    "Int32": "an Int32", "UInt32": "a UInt32", "Int64": "an Int64", "UInt64": "a UInt64", "Char": "a character",
}  # fmt: skip


class _Convertible(Protocol):
    def clr_convert(self, target: str, settings: ExpressionSettings) -> object: ...


def _not_convertible(value: object, target: str) -> ClrException:
    source = type_of(value)
    if not _is_convertible(source):
        return ClrException(
            "System.InvalidCastException",
            f"Unable to cast object of type '{source.name}' to type 'System.IConvertible'.",
        )
    name = "Enum" if source.kind == "enum" else source.declaration.simple
    return ClrException("System.InvalidCastException", f"Invalid cast from '{name}' to '{target}'.")


def _is_convertible(source: ClrType) -> bool:
    return source.kind == "enum" or any(each.name == "System.IConvertible" for each in source.ancestors())


def to_integer(value: object, name: str, settings: ExpressionSettings) -> int:
    """Return `Convert.To<name>(value)` of a boxed value.

    Raises:
        ClrException: InvalidCastException, FormatException, OverflowException.
    """
    low, high = RANGES["System." + name]
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, boxes.Char):
        result = ord(value)
    elif isinstance(value, str):
        return parse_integer(value, "System." + name)
    elif isinstance(value, int):
        result = int(value)
    elif isinstance(value, float):
        result = _rounded(value, name)
    elif isinstance(value, Decimal):
        result = int(value.to_integral_value(rounding=ROUND_HALF_EVEN))
    elif isinstance(value, boxes.EnumValue):
        result = value.value
    elif hasattr(value, "clr_convert"):
        return cast("int", cast("_Convertible", value).clr_convert(name, settings))
    else:
        raise _not_convertible(value, name)
    if not low <= result <= high:
        overflow(f"Value was either too large or too small for {_WORDS[name]}.")
    return result


def _rounded(value: float, name: str) -> int:
    low, high = RANGES["System." + name]
    if name in ("Int64", "UInt64") and not low - 0.5 <= value <= high:
        overflow()
    if math.isnan(value) or math.isinf(value) or not -(2**31) - 0.5 <= value < 2**31 - 0.5:
        word = name if name in ("Int32", "UInt32", "Int64", "UInt64") else "Int32"
        if name not in ("Int64", "UInt64") and (name != "UInt32" or not -0.5 <= value < 2**32 - 0.5):  # noqa: PLR2004 - what rounds to zero
            overflow(f"Value was either too large or too small for {_WORDS[word]}.")
    return round(value)


def to_real(value: object, settings: ExpressionSettings, target: str = "Double") -> float:
    """Return `Convert.ToDouble(value)` of a boxed value."""
    if value is None:
        return 0.0
    if isinstance(value, boxes.Char):
        raise ClrException("System.InvalidCastException", f"Invalid cast from 'Char' to '{target}'.")
    if isinstance(value, str):
        return parse_double(value, settings)
    if isinstance(value, boxes.EnumValue):
        return float(value.value)
    if isinstance(value, Decimal):
        return decimal_to_double(value)
    if isinstance(value, (int, float)):
        return float(value)
    if hasattr(value, "clr_convert"):
        return cast("float", cast("_Convertible", value).clr_convert(target, settings))
    raise _not_convertible(value, target)


def to_decimal_value(value: object, settings: ExpressionSettings) -> Decimal:
    """Return `Convert.ToDecimal(value)` of a boxed value."""
    if value is None:
        return Decimal(0)
    if isinstance(value, str) and not isinstance(value, boxes.Char):
        return parse_decimal(value)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, float):
        return decimal_of_single(value) if isinstance(value, boxes.Single) else decimal_of(value)
    if isinstance(value, int):
        return fit(Decimal(int(value)))
    if isinstance(value, boxes.EnumValue):
        return Decimal(value.value)
    if hasattr(value, "clr_convert"):
        return cast("Decimal", cast("_Convertible", value).clr_convert("Decimal", settings))
    raise _not_convertible(value, "Decimal")


@CONVERT.member("static bool ToBoolean(object value)", settings=True)
def to_boolean(settings: ExpressionSettings, value: object) -> bool:
    """Convert to a boolean: numbers that are not zero are true."""
    if value is None:
        return False
    if isinstance(value, boxes.Char):
        raise ClrException("System.InvalidCastException", "Invalid cast from 'Char' to 'Boolean'.")
    if isinstance(value, str):
        return parse_boolean(value)
    if isinstance(value, (int, float, Decimal)):
        return value != 0
    if isinstance(value, boxes.EnumValue):
        return value.value != 0
    if hasattr(value, "clr_convert"):
        return cast("bool", cast("_Convertible", value).clr_convert("Boolean", settings))
    raise _not_convertible(value, "Boolean")


@CONVERT.member("static bool ToBoolean(string value)")
def to_boolean_text(value: str | None) -> bool:
    """Convert a text to a boolean; null is false."""
    return False if value is None else parse_boolean(value)


def _integer_converter(name: str) -> Callable[..., int]:
    def convert(settings: ExpressionSettings, value: object, _provider: object = None) -> int:
        return to_integer(value, name, settings)

    return convert


def _based_converter(name: str) -> Callable[[str | None, int], int]:
    return lambda text, base: from_base(text, base, name)


for _name, _alias in _INTEGERS.items():
    CONVERT.member(
        f"static {_alias} To{_name}(object value)",
        f"static {_alias} To{_name}(object value, System.IFormatProvider provider)",
        settings=True,
    )(_integer_converter(_name))
    CONVERT.member(
        f"static {_alias} To{_name}(string value)",
        f"static {_alias} To{_name}(string value, System.IFormatProvider provider)",
        settings=True,
    )(_integer_converter(_name))
    CONVERT.member(f"static {_alias} To{_name}(string value, int fromBase)")(_based_converter(_name))


@CONVERT.member(
    "static double ToDouble(object value)",
    "static double ToDouble(object value, System.IFormatProvider provider)",
    settings=True,
)
def to_double(settings: ExpressionSettings, value: object, _provider: object = None) -> float:
    """Convert to a double."""
    return to_real(value, settings)


@CONVERT.member(
    "static float ToSingle(object value)",
    "static float ToSingle(object value, System.IFormatProvider provider)",
    settings=True,
)
def to_single(settings: ExpressionSettings, value: object, _provider: object = None) -> float:
    """Convert to a Single."""
    return single(to_real(value, settings, "Single"))


@CONVERT.member(
    "static decimal ToDecimal(object value)",
    "static decimal ToDecimal(object value, System.IFormatProvider provider)",
    settings=True,
)
def to_decimal(settings: ExpressionSettings, value: object, _provider: object = None) -> Decimal:
    """Convert to a decimal."""
    return to_decimal_value(value, settings)


@CONVERT.member("static char ToChar(string value)")
def to_char_text(text: str | None) -> str:
    """Convert a text of one character to a character."""
    if text is None:
        argument_null("value")
    if len(text) != 1:
        format_error("String must be exactly one character long.")
    return text


@CONVERT.member("static char ToChar(object value)", settings=True)
def to_char(settings: ExpressionSettings, value: object) -> str:
    """Convert a number or a text of one character to a character."""
    if isinstance(value, str):
        if len(value) != 1:
            format_error("String must be exactly one character long.")
        return str(value)
    if isinstance(value, (bool, float, Decimal)):
        raise ClrException(
            "System.InvalidCastException", f"Invalid cast from '{type_of(value).declaration.simple}' to 'Char'."
        )
    from apim_ai.expression.library.system_datetime import DateTime as Date  # noqa: PLC0415 - not every conversion is

    if value is None:
        return "\0"
    if isinstance(value, Date):
        raise ClrException("System.InvalidCastException", "Invalid cast from 'DateTime' to 'Char'.")
    if isinstance(value, int) and not 0 <= value < 2**16:
        overflow("Value was either too large or too small for a character.")
    return chr(to_integer(value, "UInt16", settings))


@CONVERT.member(
    "static System.DateTime ToDateTime(object value)",
    "static System.DateTime ToDateTime(string value)",
    settings=True,
    context=True,
)
def to_date_time(context: object, settings: ExpressionSettings, value: object) -> DateTime:
    """Convert to a date."""
    from apim_ai.expression.library import system_datetime  # noqa: PLC0415 - not every conversion is to a date

    if value is None:
        return system_datetime.DateTime(0, 0)
    if isinstance(value, system_datetime.DateTime):
        return value
    if isinstance(value, str) and not isinstance(value, boxes.Char):
        return system_datetime.parse_date(value, settings, context)
    if hasattr(value, "clr_convert"):
        return cast("DateTime", cast("_Convertible", value).clr_convert("DateTime", settings))
    raise _not_convertible(value, "DateTime")


@CONVERT.member(
    "static string ToString(object value)",
    "static string ToString(object value, System.IFormatProvider provider)",
    settings=True,
)
def to_string(settings: ExpressionSettings, value: object, _provider: object = None) -> str:
    """Convert to a text; null is the empty one."""
    return to_text(value, settings) or ""


CONVERT.inline("static string ToString(string value)", "{0}")
CONVERT.inline("static bool IsDBNull(object value)", "({0}, False)[1]")


@CONVERT.member("static object ChangeType(object value, System.Type conversionType)", settings=True, context=True)
def change_type(context: object, settings: ExpressionSettings, value: object, type_: ClrType | None) -> object:
    """Convert to a type given at run time."""
    if type_ is None:
        argument_null("conversionType")
    if value is None:
        if type_.is_value:
            raise ClrException("System.InvalidCastException", "Null object cannot be converted to a value type.")
        return None
    source = type_of(value)
    if source is type_:
        return value
    if not _is_convertible(source):
        raise ClrException("System.InvalidCastException", "Object must implement IConvertible.")
    name = type_.declaration.simple
    makers: dict[str, Callable[[], object]] = {
        "Boolean": lambda: to_boolean(settings, value),
        "Char": lambda: to_char(settings, value),
        "Double": lambda: to_real(value, settings),
        "Single": lambda: single(to_real(value, settings, "Single")),
        "Decimal": lambda: to_decimal_value(value, settings),
        "DateTime": lambda: to_date_time(context, settings, value),
        "String": lambda: to_text(value, settings),
        "Object": lambda: value,
    }
    if name in _INTEGERS:
        return box(to_integer(value, name, settings), type_)
    if name not in makers:
        words = f"Invalid cast from '{full_name(source)}' to '{full_name(type_)}'."
        raise ClrException("System.InvalidCastException", words)
    return box(makers[name](), type_)


def _base_writer(bits: int) -> Callable[[int, int], str]:
    return lambda value, base: to_base(value, base, bits)


for _alias, _bits in (("byte", 8), ("short", 16), ("int", 32), ("long", 64)):
    CONVERT.member(f"static string ToString({_alias} value, int toBase)")(_base_writer(_bits))


# --- base 64 ---------------------------------------------------------------------------------------------------------

_BASE64_WHITE = re.compile("[ \t\r\n]")
_BASE64_TEXT = re.compile("[A-Za-z0-9+/]*={0,2}")
_BAD_BASE64 = (
    "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding "
    "characters, or an illegal character among the padding characters."
)


@CONVERT.member("static string ToBase64String(byte[] inArray)")
def to_base64(data: bytes | None) -> str:
    """Encode bytes."""
    if data is None:
        argument_null("inArray")
    return base64.b64encode(data).decode("ascii")


@CONVERT.member("static string ToBase64String(byte[] inArray, int offset, int length)")
def to_base64_part(data: bytes | None, offset: int, length: int) -> str:
    """Encode some of the bytes."""
    if data is None:
        argument_null("inArray")
    if length < 0:
        out_of_range("length", "Index was out of range. Must be non-negative and less than the size of the collection.")
    if offset < 0:
        out_of_range("offset", "Value must be positive.")
    if offset > len(data) - length:
        out_of_range("offset", "Offset and length must refer to a position in the string.")
    return base64.b64encode(data[offset : offset + length]).decode("ascii")


@CONVERT.member("static byte[] FromBase64String(string s)")
def from_base64(text: str | None) -> bytearray:
    """Decode bytes; padding is needed, base64url is refused."""
    if text is None:
        argument_null("s")
    plain = _BASE64_WHITE.sub("", text)
    if len(plain) % 4 or not _BASE64_TEXT.fullmatch(plain):
        format_error(_BAD_BASE64)
    try:
        return bytearray(base64.b64decode(plain, validate=True))
    except binascii.Error:
        format_error(_BAD_BASE64)


@CONVERT.member("static byte[] FromBase64CharArray(char[] inArray, int offset, int length)")
def from_base64_chars(characters: boxes.Array | None, offset: int, length: int) -> bytearray:
    """Decode bytes from some of the characters."""
    if characters is None:
        argument_null("inArray")
    if length < 0:
        out_of_range("length", "Index was out of range. Must be non-negative and less than the size of the collection.")
    if offset < 0:
        out_of_range("offset", "Value must be positive.")
    if offset > len(characters) - length:
        out_of_range("offset", "Offset and length must refer to a position in the string.")
    return from_base64("".join(cast("list[str]", characters[offset : offset + length])))


# --- BitConverter ----------------------------------------------------------------------------------------------------

BITS = clr_static("System.BitConverter")
_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_SHORT = "Destination array is not long enough to copy all the items in the collection. Check array index and length."
BITS.constant("bool IsLittleEndian", True)  # noqa: FBT003 - a constant


@BITS.member(
    "static string ToString(byte[] value)",
    "static string ToString(byte[] value, int startIndex)",
    "static string ToString(byte[] value, int startIndex, int length)",
)
def bits_to_string(data: bytes | None, start: int = 0, length: int | None = None) -> str:
    """Write bytes as `0A-1B`."""
    if data is None:
        argument_null("value")
    if start < 0 or (start >= len(data) and start > 0):
        out_of_range("startIndex", _INDEX)
    if length is not None and length < 0:
        out_of_range("length", "Value must be positive.")
    if length is not None and start > len(data) - length:
        argument(_SHORT, "value")
    part = data[start:] if length is None else data[start : start + length]
    return part.hex("-").upper()


def _packer(shape: str) -> Callable[[object], bytearray]:
    def pack(value: object) -> bytearray:
        return bytearray(_packed(shape, value))

    return pack


def _packed(shape: str, value: object) -> bytes:
    """Return the bytes of a number; of a NaN those that calculations on x86 give, which have a sign."""
    is_nan = shape in "df" and value != value  # noqa: PLR0124 - NaN
    return struct.pack("<" + shape, math.copysign(math.nan, -1.0) if is_nan else value)


def _unpacker(shape: str) -> Callable[[bytes, int], object]:
    size = struct.calcsize("<" + shape)

    def unpack(data: bytes | None, start: int) -> object:
        if data is None:
            argument_null("value")
        if not 0 <= start < len(data):
            out_of_range("startIndex", _INDEX)
        if start + size > len(data):
            argument(_SHORT, "value" if size > 1 else None)
        return struct.unpack_from("<" + shape, data, start)[0]

    return unpack


for _alias, _name, _shape in (
    ("short", "Int16", "h"), ("ushort", "UInt16", "H"), ("int", "Int32", "i"), ("uint", "UInt32", "I"),
    ("long", "Int64", "q"), ("ulong", "UInt64", "Q"), ("double", "Double", "d"), ("float", "Single", "f"),
    ("bool", "Boolean", "?"),
):  # fmt: skip
    BITS.member(f"static byte[] GetBytes({_alias} value)")(_packer(_shape))
    BITS.member(f"static {_alias} To{_name}(byte[] value, int startIndex)")(_unpacker(_shape))


@BITS.member("static byte[] GetBytes(char value)")
def char_bytes(character: str) -> bytearray:
    """Return the two bytes of a character."""
    return bytearray(struct.pack("<H", ord(character)))


@BITS.member("static char ToChar(byte[] value, int startIndex)")
def char_of_bytes(data: bytes | None, start: int) -> str:
    """Return the character of two bytes."""
    return chr(cast("int", _unpacker("H")(cast("bytes", data), start)))


def _reinterpreter(source: str, target: str) -> Callable[[object], object]:
    return lambda value: struct.unpack("<" + target, _packed(source, value))[0]


BITS.member("static long DoubleToInt64Bits(double value)")(_reinterpreter("d", "q"))
BITS.member("static double Int64BitsToDouble(long value)")(_reinterpreter("q", "d"))
BITS.member("static int SingleToInt32Bits(float value)")(_reinterpreter("f", "i"))
BITS.member("static float Int32BitsToSingle(int value)")(_reinterpreter("i", "f"))
