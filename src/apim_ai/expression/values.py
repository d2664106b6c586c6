"""CLR values from outside: JSON with `$type` forms, and the values that policies put into variables."""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.errors import ExpressionError
from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library import boxes
from apim_ai.expression.library.apim_extensions import BasicAuthCredentials, Jwt
from apim_ai.expression.library.apim_message import ResponseView
from apim_ai.expression.library.collections_list import ClrList
from apim_ai.expression.library.json_dates import read_iso
from apim_ai.expression.library.json_token import wrap
from apim_ai.expression.library.json_value import JToken
from apim_ai.expression.library.relations import type_of
from apim_ai.expression.library.system_datetime import DateTime
from apim_ai.expression.library.system_guid import Guid, read_guid
from apim_ai.expression.library.system_timespan import TimeSpan
from apim_ai.expression.types import resolve
from apim_ai.message import Body, Headers, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = [
    "BasicAuthCredentials",
    "DateTime",
    "Guid",
    "JToken",
    "Jwt",
    "ResponseView",
    "TimeSpan",
    "clr_type_name",
    "decode_body",
    "decode_response",
    "decode_value",
    "from_json_value",
    "string_list",
]

_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)


class _Named(Protocol):
    def clr_shown(self) -> str: ...


def clr_type_name(value: object) -> str | None:
    """Return the .NET full name of a value's run-time type; None for null.

    The service's own objects have their interface's name: `IResponse`, `IUrl`, `Jwt`.
    """
    if value is None:
        return None
    if hasattr(value, "clr_shown"):
        return cast("_Named", value).clr_shown()
    return type_of(value).name


def from_json_value(value: object) -> object:
    """Return the CLR value of a JSON value: objects and arrays are tokens, large integers Int64."""
    if isinstance(value, (dict, list)):
        return wrap(cast("object", value))
    if isinstance(value, int) and not isinstance(value, bool) and value not in _INT32:
        return boxes.Int64(value) if value in _INT64 else float(value)
    return value


def decode_value(value: object) -> object:
    """Return the CLR value of JSON that may have the form `{"$type": …, "value": …}`.

    Raises:
        ExpressionError: an unknown `$type`, or a value that does not fit it.
    """
    if isinstance(value, dict) and "$type" in value:
        form = cast("dict[str, object]", value)
        name = str(form["$type"])
        decode = _DECODERS.get(name)
        if decode is None:
            raise ExpressionError(f"unknown type '{name}'", help=f"one of {', '.join(_DECODERS)}")
        try:
            return decode(form.get("value"))
        except (ValueError, TypeError, KeyError, binascii.Error, InvalidOperation, ClrException) as error:
            raise ExpressionError(f"not a value of type '{name}': '{form.get('value')}'") from error
    return from_json_value(cast("object", value))


def string_list(items: Iterable[str]) -> ClrList:
    """Return a `List<string>`."""
    return ClrList(resolve("string"), items)


def decode_response(value: object) -> Response:
    """Return a response of its JSON form: status_code, status_reason, headers, body."""
    form = cast("Mapping[str, object]", value or {})
    headers = cast("Mapping[str, str | list[str]]", form.get("headers") or {})
    status = int(cast("int", form.get("status_code", 200)))
    return Response(status, str(form.get("status_reason") or ""), Headers.of(headers), decode_body(form.get("body")))


def decode_body(value: object) -> Body | None:
    """Return a body of its JSON form: a string, `{"base64": …}` or `{"json": …}`; None for no body."""
    if value is None:
        return None
    if isinstance(value, str):
        return Body(value.encode())
    form = cast("Mapping[str, object]", value)
    if "base64" in form:
        return Body(base64.b64decode(str(form["base64"])))
    import json  # noqa: PLC0415 - rare

    return Body(json.dumps(form.get("json"), ensure_ascii=False, separators=(",", ":")).encode())


def _integer(python: type[int]) -> Callable[[object], object]:
    return lambda value: python(cast("int", value))


def _date(value: object) -> DateTime:
    text = str(value)
    text = text if "T" in text else f"{text}T00:00:00"
    found = read_iso(text)
    if found is None:
        raise ValueError(text)
    return found if found.kind == 0 else DateTime(found.ticks, 1)


def _guid(value: object) -> Guid:
    found = read_guid(str(value))
    if found is None:
        raise ValueError(value)
    return found


def _jwt(value: object) -> Jwt:
    found = Jwt.parse(str(value))
    if found is None:
        raise ValueError(value)
    return found


def _basic(value: object) -> BasicAuthCredentials:
    if isinstance(value, dict):
        form = cast("dict[str, str]", value)
        user = form.get("user_id", form.get("username", form.get("user", "")))
        return BasicAuthCredentials(user, form.get("password", ""))
    text = str(value)
    found = BasicAuthCredentials.parse(text if text[:6].lower() == "basic " else f"Basic {text}")
    if found is not None:
        return found
    user, colon, password = text.partition(":")
    if not colon:
        raise ValueError(value)
    return BasicAuthCredentials(user, password)


def _element(value: object) -> object:
    from apim_ai.expression.library.xml_tree import parse_as  # noqa: PLC0415 - rare
    from apim_ai.expression.settings import DEFAULT  # noqa: PLC0415 - when first needed

    return parse_as(str(value), "XElement", DEFAULT)


_DECODERS: dict[str, Callable[[object], object]] = {
    "Int32": _integer(int), "Int64": _integer(boxes.Int64), "Int16": _integer(boxes.Int16),
    "Byte": _integer(boxes.Byte), "SByte": _integer(boxes.SByte), "UInt16": _integer(boxes.UInt16),
    "UInt32": _integer(boxes.UInt32), "UInt64": _integer(boxes.UInt64),
    "Double": lambda value: float(cast("float", value)), "Single": lambda value: boxes.Single(cast("float", value)),
    "Decimal": lambda value: Decimal(str(value)), "Boolean": bool, "String": str,
    "Char": lambda value: boxes.Char(str(value)), "DateTime": _date,
    "TimeSpan": lambda value: TimeSpan.of_seconds(float(cast("float", value))), "Guid": _guid,
    "Bytes": lambda value: base64.b64decode(str(value)),
    "StringArray": lambda value: boxes.string_array(cast("list[str]", value)),
    "StringList": lambda value: string_list(cast("list[str]", value)), "Jwt": _jwt, "BasicAuth": _basic,
    "IResponse": lambda value: ResponseView(decode_response(value)), "XElement": _element,
}  # fmt: skip
