"""Kinds: what a value may be, as literal text and as the C# type that an expression must yield.

Few, and named as the policy reference names them. A kind carries the Python type of its values, so that pyright rejects
`count: Value[int] = attribute(TEXT)`.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, LiteralString, TypeVar

from apim_ai.expression import ClrException, clr_type_name, to_text
from apim_ai.message import is_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression import ExpressionSettings

__all__ = [
    "ANY",
    "BASE64",
    "BASE64URL",
    "BOOLEAN",
    "CHARACTER",
    "DATE_TIME",
    "DECIMAL",
    "GUID",
    "HEADER_NAME",
    "INTEGER",
    "IP_ADDRESS",
    "LONG",
    "NULLABLE_TEXT",
    "SECONDS",
    "TEXT",
    "URI",
    "URI_TEMPLATE",
    "VARIABLE_NAME",
    "Kind",
    "choice",
    "decimal",
    "integer",
    "long",
]

T = TypeVar("T")
L = TypeVar("L", bound=LiteralString)

_LONGEST = 100  # characters of a literal number
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s]")
_PLACEHOLDER = re.compile(r"[#$<>{}%\[\]]|__")
_INTEGERS = frozenset({"System.Int32", "System.Int16", "System.UInt16", "System.Byte", "System.SByte"})
_NUMBERS = _INTEGERS | {"System.Int64", "System.UInt32", "System.Double", "System.Single", "System.Decimal"}


@dataclass(frozen=True)
class Kind(Generic[T]):
    """What a value may be.

    Args:
        name: as the reference spells it: `int`, `bool`, `header-name` ….
        parse: literal text → value; raises ValueError with what is wrong ("is not a whole number").
        convert: the CLR value of an expression → value; raises ClrException.
        sample: any valid value; stands in for a literal that a named value will fill in.
        clr: names of the static C# types an expression may have; None: any but void.
        choices: allowed texts, for documentation and did-you-mean.
        minimum: smallest allowed number.
        maximum: largest allowed number.
        trims: whether white space around the literal text is dropped.
    """

    name: str
    parse: Callable[[str], T]
    convert: Callable[[object, ExpressionSettings], T]
    sample: T
    clr: frozenset[str] | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    trims: bool = True

    def __repr__(self) -> str:
        return f"Kind({self.name})"


class OutOfRangeError(ValueError):
    """A literal number is too small or too large."""


class NotAChoiceError(ValueError):
    """A literal is none of the allowed words."""


def _text(value: object, settings: ExpressionSettings) -> str:
    return value if type(value) is str else to_text(value, settings) or ""


def _cast_failure(value: object, wanted: str) -> ClrException:
    return ClrException(
        "System.InvalidCastException",
        f"Unable to cast object of type '{clr_type_name(value)}' to type '{wanted}'.",
    )


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in ("true", "false"):
        raise ValueError("is neither 'true' nor 'false'")
    return word == "true"


def _clr_boolean(value: object, _settings: ExpressionSettings) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in ("true", "false"):
        return value.strip().lower() == "true"
    raise _cast_failure(value, "System.Boolean")


def _whole(text: str) -> int:
    if not re.fullmatch(r"\s*[+-]?[0-9]+\s*", text):
        raise ValueError("is not a whole number")
    return int(text)


def _bits(count: int) -> Callable[[str], int]:
    """Return the reader of whole numbers that fit into so many bits."""
    limit = 1 << (count - 1)

    def parse(text: str) -> int:
        value = _whole(text) if len(text) < _LONGEST else limit
        if not -limit <= value < limit:
            raise ValueError(f"does not fit into {count} bits")
        return value

    return parse


def _clr_integer(value: object, _settings: ExpressionSettings) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]+\s*", value):
        return int(value)
    raise _cast_failure(value, "System.Int32")


def _number(text: str) -> float:
    if not re.fullmatch(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*", text):
        raise ValueError("is not a number")
    return float(text)


def _clr_number(value: object, settings: ExpressionSettings) -> float:
    if isinstance(value, bool) or value is None:
        raise _cast_failure(value, "System.Double")
    if isinstance(value, (int, float)):
        return float(value)
    try:
        return float(_text(value, settings))
    except ValueError:
        raise _cast_failure(value, "System.Double") from None


def _ranged(parse: Callable[[str], T], minimum: float | None, maximum: float | None) -> Callable[[str], T]:
    def check(text: str) -> T:
        value = parse(text)
        number = float(value)  # type: ignore[arg-type]  # only used for kinds of numbers
        if minimum is not None and number < minimum:
            raise OutOfRangeError(f"is less than {minimum:g}")
        if maximum is not None and number > maximum:
            raise OutOfRangeError(f"is more than {maximum:g}")
        return value

    return check


def integer(minimum: int | None = None, maximum: int | None = None) -> Kind[int]:
    """Return the kind of Int32 values in a range. Azure refuses an Int64 expression here."""
    parse = _ranged(_bits(32), minimum, maximum)
    return Kind("int", parse, _clr_integer, minimum or 0, _INTEGERS, minimum=minimum, maximum=maximum)


def long(minimum: int | None = None, maximum: int | None = None) -> Kind[int]:
    """Return the kind of Int64 values in a range.

    Source: field measurement on token-quota, where the service says "Expression return type 'System.Int32' is not
    allowed".
    """
    parse = _ranged(_bits(64), minimum, maximum)
    clr = frozenset({"System.Int64"})
    return Kind("long", parse, _clr_integer, minimum or 0, clr, minimum=minimum, maximum=maximum)


def decimal(minimum: float | None = None, maximum: float | None = None) -> Kind[float]:
    """Return the kind of fractions in a range."""
    parse = _ranged(_number, minimum, maximum)
    return Kind("decimal", parse, _clr_number, minimum or 0.0, _NUMBERS, minimum=minimum, maximum=maximum)


def choice(*values: L, hidden: tuple[str, ...] = ()) -> Kind[L]:
    """Return the kind of these words.

    Args:
        values: the documented words.
        hidden: words that only the editor schema knows: accepted, never suggested.
    """
    words = (*values, *hidden)

    def parse(text: str) -> L:
        word = text.strip()
        if word not in words:
            raise NotAChoiceError(f"is none of {', '.join(values)}")
        return word  # type: ignore[return-value]  # one of the words

    def convert(value: object, settings: ExpressionSettings) -> L:
        try:
            return parse(_text(value, settings))
        except ValueError as error:
            raise ClrException("System.ArgumentException", f"The value '{value}' {error}.") from None

    return Kind("enum", parse, convert, values[0], frozenset({"System.String"}), choices=values)


def _checked(check: Callable[[str], bool], complaint: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        value = text.strip()
        if not check(value):
            raise ValueError(complaint)
        return value

    return parse


def _decodes(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_uri(text: str) -> bool:
    """Whether a text is an absolute URL, or will be one when its placeholders are filled in."""
    return bool(_ABSOLUTE.match(text)) or (bool(text) and _PLACEHOLDER.search(text) is not None)


def _is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _date_time(text: str) -> datetime:
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("is not a date and time such as 2026-01-01T00:00:00Z") from None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _clr_date_time(value: object, settings: ExpressionSettings) -> datetime:
    try:
        return _date_time(_text(value, settings))
    except ValueError:
        raise _cast_failure(value, "System.DateTime") from None


def _same(text: str) -> str:
    return text


def _as_it_is(value: object, _settings: ExpressionSettings) -> object:
    return value


def _word(name: str, check: Callable[[str], bool], complaint: str, sample: str) -> Kind[str]:
    return Kind(name, _checked(check, complaint), _text, sample)


TEXT: Kind[str] = Kind("string", _same, _text, "", trims=False)
"""Any text; an expression of any type is rendered as .NET's ToString does, null as the empty text."""

NULLABLE_TEXT: Kind[str | None] = Kind("string", _same, to_text, None, trims=False)
"""Any text; null stays null, for policies to which that makes a difference."""

ANY: Kind[object] = Kind("any", _same, _as_it_is, "", trims=False)
"""The CLR value of an expression as it is; a literal is a String."""

BOOLEAN: Kind[bool] = Kind("bool", _boolean, _clr_boolean, sample=False, clr=frozenset({"System.Boolean"}))
INTEGER: Kind[int] = integer()
LONG: Kind[int] = long()
DECIMAL: Kind[float] = decimal()
SECONDS: Kind[int] = integer(minimum=0)
HEADER_NAME: Kind[str] = _word("header-name", is_token, "is not a header name", "x")
VARIABLE_NAME: Kind[str] = _word("variable-name", bool, "is empty", "x")
URI: Kind[str] = _word("uri", _is_uri, "is no absolute URL", "https://example.test")
URI_TEMPLATE: Kind[str] = _word("uri-template", lambda _: True, "", "/")
GUID: Kind[str] = _word("guid", _is_guid, "is not a GUID", str(uuid.UUID(int=0)))
IP_ADDRESS: Kind[str] = _word("ip", _is_ip, "is not an IP address", "127.0.0.1")
BASE64: Kind[str] = _word("base64", _decodes, "is not Base64", "")
BASE64URL: Kind[str] = _word("base64url", lambda t: bool(re.fullmatch(r"[A-Za-z0-9_=-]*", t)), "is not Base64url", "")
CHARACTER: Kind[str] = _word("char", lambda t: len(t) == 1, "is not one character", "_")
DATE_TIME: Kind[datetime] = Kind("datetime", _date_time, _clr_date_time, datetime(2000, 1, 1, tzinfo=UTC))
