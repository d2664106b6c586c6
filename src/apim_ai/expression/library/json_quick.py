"""Writes JSON with the quick encoder where its text is the one that Newtonsoft would write."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.library.json_token import JArray, JContainer, JObject, JProperty, JToken, JValue

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["quick_write"]

try:
    import orjson

    _options = {True: orjson.OPT_INDENT_2, False: 0}

    def _encode(value: object, *, indented: bool) -> bytes:
        return orjson.dumps(value, _plain, _options[indented])

except ImportError:  # the base install has no orjson

    def _encode(value: object, *, indented: bool) -> bytes:
        raise TypeError(value, indented)


_DATE_LENGTH = 19
_LARGE, _SMALL = 1e15, 1e-4
_LINE_ENDS = (b"\xe2\x80", b"\xc2\x85")
"""How UTF-8 begins the ends of lines beyond ASCII, which Newtonsoft escapes."""


def quick_write(token: JContainer, *, indented: bool) -> str | None:
    """Return a container as JSON, or None where it holds what the quick encoder writes differently."""
    value = token.plain() if not isinstance(token, JProperty) else None
    if value is None or not _is_simple(value):
        return None
    try:
        text = _encode(value, indented=indented)
    except (TypeError, ValueError):  # deeper than the encoder goes, or a number beyond 64 bits
        return None
    return None if _is_escaped(text) else text.decode()


def _is_escaped(text: bytes) -> bool:
    """Whether there are control characters, or ends of lines beyond ASCII, which Newtonsoft writes in another way."""
    if b"\\" in text and b"\\u" in text:  # one byte is looked for much faster than two
        return True
    return not text.isascii() and any(each in text for each in _LINE_ENDS)


def _plain(token: object) -> object:
    if not isinstance(token, JToken):
        raise TypeError(token)
    return token.plain()


def _is_simple(value: object) -> bool:
    """Whether the value is made of texts that are no dates, and of numbers that have one text."""
    test = _TESTS.get(value.__class__, _NEVER)
    return test is None or test(value)


def _is_text(value: object) -> bool:
    text = cast("str", value)
    return len(text) < _DATE_LENGTH or (text[10] != "T" and text[0] != "/")


def _is_number(value: object) -> bool:
    return _SMALL <= abs(cast("float", value)) < _LARGE or value == 0


def _are_simple(values: object) -> bool:
    for value in cast("list[object]", values):
        test = _TESTS.get(value.__class__, _NEVER)
        if test is not None and not test(value):
            return False
    return True


def _never(_value: object) -> bool:
    return False


_NEVER: Callable[[object], bool] | None = _never
_TESTS: dict[type, Callable[[object], bool] | None] = {  # None where every value will do
    str: _is_text,
    int: None,
    bool: None,
    type(None): None,
    float: _is_number,
    dict: lambda value: _are_simple(cast("dict[str, object]", value).values()),
    list: _are_simple,
}


def _is_simple_token(value: object) -> bool:
    return _is_simple(cast("JToken", value).plain())


def _is_simple_scalar(value: object) -> bool:
    token = cast("JValue", value)
    return token.type not in _ODD and _is_simple(token.plain())


_ODD = frozenset(["Undefined", "Comment"])
_TESTS.update(dict.fromkeys((JObject, JArray), _is_simple_token))
_TESTS[JValue] = _is_simple_scalar
