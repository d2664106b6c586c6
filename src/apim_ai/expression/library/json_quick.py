"""Writes JSON with the quick encoder where its text is the one that Newtonsoft would write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from apim_ai.expression.library.json_parts import may_be_date
from apim_ai.expression.library.json_token import JArray, JObject, JProperty
from apim_ai.expression.library.json_value import JContainer, JToken, JValue

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["quick_write"]

try:
    import orjson

    _encode: Callable[[object, Callable[[object], object], int], bytes] = orjson.dumps
except ImportError:  # the base install has no orjson

    def _encode(value: object, default: Callable[[object], object], option: int, /) -> bytes:
        raise TypeError(value, default, option)


_OPTIONS = {True: 1, False: 0}  # orjson.OPT_INDENT_2
_LARGE, _SMALL = 1e15, 1e-4
_LINE_ENDS = (b"\xe2\x80", b"\xc2\x85")
"""How UTF-8 begins the ends of lines beyond ASCII, which Newtonsoft escapes."""
_BACKSLASH, _PARENTHESIS = b"\\("
_TIME = re.compile(rb"T\d")
_PLAIN = frozenset([int, bool, type(None), str])


def quick_write(token: JContainer, *, indented: bool) -> str | None:
    """Return a container as JSON, or None where it holds what the quick encoder writes differently."""
    if isinstance(token, JProperty):
        return None
    value = _opened(token)
    if not _is_plain(value):
        return None
    try:
        text = _encode(value, _plain, _OPTIONS[indented])
    except (TypeError, ValueError):  # deeper than the encoder goes, or a number beyond 64 bits
        return None
    if _is_escaped(text) or (_looks_dated(text) and _is_dated(value)):
        return None
    return text.decode()


def _opened(token: JContainer) -> object:
    """Return the members of a container, those that are scalars of an object as such."""
    if not isinstance(token, JObject) or token.raw is None or not token.tokens:
        return token.plain()
    value: dict[str, object] = {**token.raw, **token.tokens}
    for name, each in token.tokens.items():
        if each.__class__ is JValue and not cast("JValue", each).has_own_kind:
            value[name] = cast("JValue", each).value
    return value


def _is_scalar(token: object) -> bool:
    return token.__class__ is JValue and not cast("JValue", token).has_own_kind


def _is_escaped(text: bytes) -> bool:
    """Whether there are control characters, or ends of lines beyond ASCII, which Newtonsoft writes in another way."""
    if _BACKSLASH in text and b"\\u" in text:  # one byte is looked for much faster than two
        return True
    return not text.isascii() and any(each in text for each in _LINE_ENDS)


def _looks_dated(text: bytes) -> bool:
    """Whether there may be dates, which Newtonsoft writes in its own way: looked for in all texts at once."""
    return _TIME.search(text) is not None or (_PARENTHESIS in text and b'"/Date(' in text)


def _plain(token: object) -> object:
    if not isinstance(token, JToken):
        raise TypeError(token)
    return token.plain()


def _is_plain(value: object) -> bool:
    """Whether the value holds only tokens that are written as they look, and numbers that have one text."""
    rest: list[Any] = [value]
    for each in rest:
        for item in each.values() if each.__class__ is dict else each:
            kind = item.__class__
            if kind is str or kind in _PLAIN:
                continue
            if kind is dict or kind is list:
                rest.append(item)
            elif not (_is_number(item) if kind is float else _is_plain_token(item, rest)):
                return False
    return True


def _is_number(value: float) -> bool:
    return _SMALL <= abs(value) < _LARGE or value == 0


def _is_plain_token(token: object, rest: list[object]) -> bool:
    """Whether a token is written as it looks; what a container holds is left for later."""
    if token.__class__ is JObject or token.__class__ is JArray:
        rest.append(cast("JContainer", token).plain())
        return True
    return _is_scalar(token) and _is_plain([cast("JValue", token).value])


def _is_dated(value: object) -> bool:
    """Whether some text may be a date."""
    rest: list[Any] = [value]
    for each in rest:
        for item in each.values() if each.__class__ is dict else each:
            if item.__class__ is str:
                if may_be_date(item):
                    return True
            elif item.__class__ not in _PLAIN and item.__class__ is not float:
                rest.append(_members(item))
    return False


def _members(item: object) -> object:
    """Return what a token holds, or the parser's object or array itself."""
    if isinstance(item, JValue):
        return [item.value]
    return item.plain() if isinstance(item, JToken) else item
