"""Reads scalars out of parsed JSON without making tokens of what stands around them.

`(string)body["model"]` needs no JObject and no JValue: the parser's dict has the text. The functions made here look there
first, and do exactly what the members they stand for do wherever something is not plain: a missing name, another type, a
text that is a date, a token that was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, null_reference
from apim_ai.expression.library.json_reader import parse_json
from apim_ai.expression.library.json_token import JArray, JObject, JToken, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.message import Body

    Slow = Callable[[JToken], object]
    Key = str | int

__all__ = ["as_json", "is_there", "peek", "peek_body"]

_MISSING = object()
_DATE_LENGTH = 19
_INT32, _INT64 = 2**31, 2**63


def _is_plain_text(value: str) -> bool:
    return len(value) < _DATE_LENGTH or value[10] != "T"


def _is_int32(value: int) -> bool:
    return -_INT32 <= value < _INT32


def _is_int64(value: int) -> bool:
    return -_INT64 <= value < _INT64


_TESTS: dict[str, tuple[type, Callable[..., bool] | None]] = {
    "System.String": (str, _is_plain_text),
    "System.Boolean": (bool, None),
    "System.Double": (float, None),
    "System.Int32": (int, _is_int32),
    "System.Int64": (int, _is_int64),
}


def peek(keys: tuple[Key, ...], wanted: str, slow: Slow) -> Slow | None:
    """Return what reads a scalar of a type from a token, or None for a type that is not read so.

    Args:
        keys: the names and places that lead to it.
        wanted: .NET full name of its type.
        slow: does the same with tokens.
    """
    test = _TESTS.get(wanted)
    if test is None:
        return None
    if len(keys) == 1 and isinstance(keys[0], str):
        return _peek_one(keys[0], *test, slow)
    return _peek_many(keys, *test, slow)


def _peek_one(key: str, class_: type, test: Callable[..., bool] | None, slow: Slow) -> Slow:
    def read(token: JToken) -> object:
        if token.__class__ is JObject:
            raw = cast("JObject", token).raw
            if raw is not None and not cast("JObject", token).tokens:
                value = raw.get(key)
                if value.__class__ is class_ and (test is None or test(value)):
                    return value
        return slow(token)

    return read


def _peek_many(keys: tuple[Key, ...], class_: type, test: Callable[..., bool] | None, slow: Slow) -> Slow:
    def read(token: JToken) -> object:
        if (token.__class__ is JObject or token.__class__ is JArray) and not cast("JObject", token).tokens:
            value = _walk(cast("JObject", token).raw, keys)
            if value.__class__ is class_ and (test is None or test(value)):
                return value
        return slow(token)

    return read


def _walk(value: object, keys: tuple[Key, ...]) -> object:
    """Return what lies at the end of a path in what the parser made, or a mark that it is not to be had so."""
    for key in keys:
        if value.__class__ is dict and key.__class__ is str:
            value = cast("dict[str, object]", value).get(cast("str", key), _MISSING)
        elif value.__class__ is list and key.__class__ is int:
            items = cast("list[object]", value)
            value = items[cast("int", key)] if 0 <= cast("int", key) < len(items) else _MISSING
        else:
            return _MISSING
    return value


def is_there(keys: tuple[Key, ...], slow: Slow) -> Slow:
    """Return what says whether a path from a token leads to a token, be it JSON's null."""

    def test(token: JToken) -> object:
        if token.__class__ is JObject and not cast("JObject", token).tokens:
            raw = cast("JObject", token).raw
            if raw is not None and _walk(raw, keys) is not _MISSING:
                return True
        return slow(token)

    return test


# --- bodies ----------------------------------------------------------------------------------------------------------

_CLASSES: dict[str | None, type] = {"JObject": dict, "JArray": list}


def _parsed(body: Body, preserve: bool, kind: str | None) -> object:  # noqa: FBT001 - C#'s signature
    if body.consumed:
        null_reference()
    if not preserve:
        body.consumed = True
    try:
        return parse_json(body.content or b"", kind)
    except ClrException as error:
        raise ClrException(
            error.type_name, f"The message body is not a valid JSON. {error.text}", inner=error
        ) from None


def as_json(kind: str | None) -> Callable[[Body, bool], JToken]:
    """Return `As<JObject>`, `As<JArray>` or `As<JToken>`."""
    if kind == "JObject":
        return lambda body, preserve: JObject(cast("dict[str, object]", _parsed(body, preserve, "JObject")))
    return lambda body, preserve: wrap(_parsed(body, preserve, kind))


def peek_body(keys: tuple[Key, ...], wanted: str, kind: str, slow: Slow) -> Callable[[Body, bool], object] | None:
    """Return what reads a scalar from a body that nobody else looks at, or None for a type that is not read so.

    Args:
        keys: the names and places that lead to it.
        wanted: .NET full name of its type.
        kind: `JObject` or `JArray`.
        slow: does the same with the body's token.
    """
    known = _TESTS.get(wanted)
    if known is None:
        return None
    class_, test = known

    def read(body: Body, preserve: bool) -> object:  # noqa: FBT001 - C#'s signature
        parsed = _parsed(body, preserve, kind)
        value = _walk(parsed, keys)
        if value.__class__ is class_ and (test is None or test(value)):
            return value
        return slow(wrap(parsed))

    return read
