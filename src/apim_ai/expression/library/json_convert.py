"""Between tokens and other values: casts, `Value<T>`, `ToObject<T>`, `FromObject`, `JsonConvert`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument, argument_null
from apim_ai.expression.library import boxes
from apim_ai.expression.library.anonymous import Anonymous
from apim_ai.expression.library.collections_dictionary import Dictionary
from apim_ai.expression.library.collections_interfaces import KeyValuePair
from apim_ai.expression.library.enumeration import boxed_items, iterate
from apim_ai.expression.library.json_token import JArray, JObject, JProperty
from apim_ai.expression.library.json_value import JToken, JValue, kind_of
from apim_ai.expression.library.relations import box, is_assignable, tester, type_of, unboxer
from apim_ai.expression.library.system_datetime import DateTime
from apim_ai.expression.library.system_datetimeoffset import DateTimeOffset
from apim_ai.expression.library.system_guid import Guid
from apim_ai.expression.library.system_timespan import TimeSpan
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import ClrType, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.library.system_array import Tuple
    from apim_ai.expression.library.xml_tree import XElement
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.signatures import Signature

__all__ = ["boxed_scalar", "cast_token", "convert_value", "from_object", "value_as"]

_WORDS = frozenset(["String", "Comment", "Raw"])
_NUMERIC = frozenset(["Integer", "Float", "Boolean"]) | _WORDS
_ALLOWED = {
    "String": frozenset(["Date", "Bytes", "Guid", "TimeSpan", "Uri"]) | _NUMERIC,
    "DateTime": frozenset(["Date"]) | _WORDS, "DateTimeOffset": frozenset(["Date"]) | _WORDS,
    "Guid": frozenset(["Guid", "Bytes"]) | _WORDS, "TimeSpan": frozenset(["TimeSpan"]) | _WORDS,
    "Uri": frozenset(["Uri"]) | _WORDS, "Byte[]": frozenset(["Bytes"]) | _WORDS,
    "Char": frozenset(["Integer", "Float"]) | _WORDS,
}  # fmt: skip
_NOTHING = ("Null", "Undefined")
_INT64 = 2**63


def _kind(token: JToken) -> str:
    if isinstance(token, JProperty):
        token = token.value
    return token.type if isinstance(token, JValue) else token.kind


def cast_token(token: JToken | None, target: str, settings: ExpressionSettings, *, is_nullable: bool) -> object:
    """Return `(T)token` in its unboxed form.

    Args:
        token: what is cast.
        target: simple .NET name of T, or of what is under a nullable.
        settings: the profile.
        is_nullable: whether null is a value of T.

    Raises:
        ClrException: ArgumentNullException, ArgumentException, and those of the conversion.
    """
    if token is None:
        if is_nullable:
            return None
        argument_null("value")
    if isinstance(token, JProperty):
        token = token.value
    kind = _kind(token)
    is_nothing = kind in _NOTHING or (isinstance(token, JValue) and token.value is None)  # the text null is one
    if is_nothing and is_nullable and target != "Byte[]":
        return None
    if not isinstance(token, JValue) or kind not in _ALLOWED.get(target, _NUMERIC):
        argument(f"Can not convert {kind} to {'byte array' if target == 'Byte[]' else target}.")
    return convert_value(token.value, target, settings)


def convert_value(value: object, target: str, settings: ExpressionSettings) -> object:  # noqa: PLR0911 - one guard a case
    """Convert a scalar of a token to a type by its simple .NET name, as a cast does."""
    from apim_ai.expression.library import system_convert as convert  # noqa: PLC0415 - the two need each other

    if target == "String":
        if isinstance(value, (bytes, bytearray)):
            return base64.b64encode(value).decode("ascii")
        return to_text(value, settings)
    if target == "Boolean":
        return convert.to_boolean(settings, value)
    if target == "Double":
        return convert.to_real(value, settings)
    if target == "Single":
        return convert.to_single(settings, value)
    if target == "Decimal":
        return convert.to_decimal_value(value, settings)
    if target == "Char":
        return convert.to_char(settings, value)
    if target in _STRUCTURED:
        return _STRUCTURED[target](value, settings)
    if _is_big(value):
        raise ClrException("System.OverflowException", f"Value was either too large or too small for {_words(target)}.")
    return convert.to_integer(value, target, settings)


def _words(target: str) -> str:
    return f"a {target}" if target.startswith("U") else f"an {target}"


def _is_big(value: object) -> bool:
    """Whether a number is a BigInteger, as Newtonsoft reads integers beyond 64 bits."""
    return isinstance(value, int) and not -(2**63) <= value < 2**64


def _date(value: object, settings: ExpressionSettings) -> object:
    from apim_ai.expression.library.system_convert import to_date_time  # noqa: PLC0415 - rare

    return DateTime(value.date.ticks) if isinstance(value, DateTimeOffset) else to_date_time(None, settings, value)


def _moment(value: object, settings: ExpressionSettings) -> object:
    from apim_ai.expression.library.system_datetimeoffset import offset_of  # noqa: PLC0415 - rare

    if isinstance(value, DateTimeOffset):
        return value
    is_date = isinstance(value, str) and not isinstance(value, boxes.Char)
    return offset_of(value if is_date else _date(value, settings), settings)


def _guid(value: object, settings: ExpressionSettings) -> object:
    from apim_ai.expression.library.system_guid import guid_of_bytes, guid_parse  # noqa: PLC0415 - rare

    if isinstance(value, (bytes, bytearray)):
        return guid_of_bytes(bytes(value))
    return value if isinstance(value, Guid) else guid_parse(to_text(value, settings))


def _span(value: object, settings: ExpressionSettings) -> object:
    from apim_ai.expression.library.system_timespan import span_parse  # noqa: PLC0415 - rare

    return value if isinstance(value, TimeSpan) else span_parse(to_text(value, settings))


def _uri(value: object, settings: ExpressionSettings) -> object:
    from apim_ai.expression.library.system_uri import make_uri  # noqa: PLC0415 - rare

    return make_uri(to_text(value, settings)) if isinstance(value, str) else value


def _bytes(value: object, settings: ExpressionSettings) -> object:
    from apim_ai.expression.library.system_convert import from_base64  # noqa: PLC0415 - rare

    return bytearray(value) if isinstance(value, (bytes, bytearray)) else from_base64(to_text(value, settings))


_STRUCTURED: dict[str, Callable[[object, ExpressionSettings], object]] = {
    "DateTime": _date, "DateTimeOffset": _moment, "Guid": _guid, "TimeSpan": _span, "Uri": _uri, "Byte[]": _bytes,
}  # fmt: skip


# --- Value<T> and ToObject<T> ----------------------------------------------------------------------------------------


def value_as(type_: ClrType, token: JToken | None, settings: ExpressionSettings) -> object:
    """Return `token.Value<T>()` in its unboxed form: `Convert.ChangeType` of a scalar; null gives the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - the two packages need each other
    from apim_ai.expression.library.system_convert import change_type  # noqa: PLC0415 - the two need each other

    if token is None:
        return default_of(type_)
    if is_assignable(type_of(token), type_) and type_.name not in _OF_VALUE:
        return token
    if not isinstance(token, JValue):
        raise ClrException(
            "System.InvalidCastException", f"Cannot cast {token.clr_name} to Newtonsoft.Json.Linq.JToken."
        )
    bare = type_.element if type_.kind == "nullable" else type_
    value = boxed_scalar(token.value)
    if value is None and type_.kind == "nullable":
        return None
    if value is not None and not tester(bare)(value):
        if _is_big(value):
            raise ClrException("System.InvalidCastException", "Object must implement IConvertible.")
        value = change_type(None, settings, value, bare)
    elif value is None and bare.is_value:
        raise ClrException("System.InvalidCastException", "Null object cannot be converted to a value type.")
    unbox = unboxer(bare)
    return value if unbox is None else unbox(value)


_OF_VALUE = frozenset(["System.IComparable", "System.IFormattable"])


def boxed_scalar(value: object) -> object:
    """Return a token's scalar as .NET holds it: integers are Int64, or UInt64 where they are too large."""
    if type(value) is not int:
        return value
    return boxes.Int64(value) if value < _INT64 else boxes.UInt64(value)


_XML = ("System.Xml.Linq.XElement", "System.Xml.Linq.XDocument")

# --- FromObject ------------------------------------------------------------------------------------------------------


def _of_tuple(value: Tuple) -> JToken:
    pairs = zip(value.items, value.types, strict=True)
    return _object_of([(f"Item{number}", box(item, type_)) for number, (item, type_) in enumerate(pairs, 1)])


def from_object(value: object) -> JToken:  # noqa: PLR0911 - one guard a case
    """Return the token of any boxed value.

    Raises:
        ClrException: the value has no JSON form here.
    """
    if isinstance(value, JToken):
        return value
    if value is None or isinstance(
        value, (str, bool, int, float, Decimal, DateTime, DateTimeOffset, Guid, TimeSpan, bytes)
    ):
        return JValue(str(value) if isinstance(value, boxes.Char) else value)
    if isinstance(value, bytearray):
        return JValue(bytes(value))
    if isinstance(value, boxes.EnumValue):
        return JValue(value.value)
    if isinstance(value, Anonymous):
        return _object_of(value.items())
    if isinstance(value, Dictionary):
        pairs = ((pair.key, box(pair.value, pair.value_type)) for pair in value.clr_items())
        return _object_of([(to_text(key) or "", item) for key, item in pairs])
    if isinstance(value, KeyValuePair):
        return _object_of([("Key", box(value.key, value.key_type)), ("Value", box(value.value, value.value_type))])
    if kind_of(value) == "Uri":
        return JValue(value)
    special = _of_class(value)
    if special is not None:
        return special
    if is_assignable(type_of(value), resolve("System.Collections.IEnumerable")):
        return JArray(from_object(item) for item in boxed_items(value))
    return _of_properties(value)


def _plain(member: object) -> object:
    """Return a member of one of the context's dictionaries as a token where it is a list of texts."""
    return JArray(JValue(text) for text in cast("list[str]", member)) if isinstance(member, list) else member


def _of_class(value: object) -> JToken | None:
    """Return the token of a tuple, of XML or of an exception; None for all else."""
    if hasattr(value, "types"):
        return _of_tuple(cast("Tuple", value))
    if getattr(type(value), "clr", None) in _XML:
        from apim_ai.expression.library.json_of_xml import of_xml  # noqa: PLC0415 - rare

        return of_xml(cast("XElement", value))
    if isinstance(value, ClrException):
        return _object_of([("ClassName", value.type_name), ("Message", value.message)])
    return None


def _of_properties(value: object) -> JToken:
    """Return an object of the public properties of a library type, or of a dictionary of the context's objects."""
    if isinstance(value, Mapping):  # claims and query parameters, as those objects hold them
        members = cast("Mapping[str, object]", value)
        return _object_of([(name, _plain(member)) for name, member in members.items()])
    type_ = type_of(value)
    pairs: list[tuple[str, object]] = []
    for ancestor in type_.ancestors():
        for name, signatures in ancestor.declaration.members().items():
            signature = signatures[0]
            read = _reader(signature) if signature.kind == "get" and name != "this[]" else None
            if read is not None:
                pairs.append((name, box(read(value), signature.returns)))
    if not pairs:
        raise ClrException("Newtonsoft.Json.JsonSerializationException", f"Could not serialize type '{type_.name}'.")
    return _object_of(pairs)


def _reader(property_: Signature) -> Callable[[object], object] | None:
    """Return what reads an instance's property, or None where it is more than an attribute of an attribute."""
    if property_.is_static or property_.flags:
        return None
    if property_.function is not None:
        return property_.function
    steps = (property_.inline or "").removeprefix("{0}.")
    return attrgetter(steps) if all(step.isidentifier() for step in steps.split(".")) else None


def _object_of(pairs: list[tuple[str, object]]) -> JObject:
    result = JObject()
    for name, value in pairs:
        result.set_child(name, from_object(value))
    return result


__all__ += ["iterate"]
