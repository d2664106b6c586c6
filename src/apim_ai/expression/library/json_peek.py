"""What compiled code calls where it reads parsed JSON without making tokens of it.

`(string)body["model"]` needs no JObject and no JValue: the parser's dict has the text. The compiled code looks there, and
what a body's content was parsed to is kept beside it, so that the expressions of a request parse it once. Nobody changes
what a parser made: tokens that are changed keep their changes to themselves (`json_token`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, null_reference
from apim_ai.expression.library.json_reader import parse_json, quick_parse
from apim_ai.expression.library.json_token import wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.library.json_value import JToken
    from apim_ai.message import Body

    Load = Callable[[Body, bool], object]
    Use = Callable[[JToken | None], object]

__all__ = ["CONTAINERS", "loader", "of_element", "of_stored"]

CONTAINERS: dict[str, type] = {"JObject": dict, "JArray": list}
"""What the parser makes of the text of each kind of container."""
_BOTH = (dict, list)
_LARGEST_KEPT = 2**17
"""Bytes of content whose parsed form, several times as large, may live as long as the message."""


def _explained(content: bytes, kind: str | None) -> object:
    """Parse what the quick parser refused, or complain as Newtonsoft does."""
    try:
        return parse_json(content, kind)
    except ClrException as error:
        raise ClrException(
            error.type_name, f"The message body is not a valid JSON. {error.text}", inner=error
        ) from None


def loader(kind: str | None) -> Load:
    """Return what gives the parsed content of a body.

    Args:
        kind: `JObject` or `JArray`; None where any JSON will do.
    """
    expected = _BOTH if kind is None else (CONTAINERS[kind],)

    def load(body: Body, preserve: bool) -> object:  # noqa: FBT001 - C#'s signature
        if body.consumed:
            null_reference()
        parsed = body.parsed
        if not preserve:
            body.consumed, body.parsed = True, None
        if parsed.__class__ in expected:
            return parsed
        content = body.content or b""
        try:
            parsed = quick_parse(content)
        except (ValueError, RecursionError):
            return _explained(content, kind)
        if parsed.__class__ not in expected:
            return _explained(content, kind)
        if preserve and len(content) <= _LARGEST_KEPT:
            body.parsed = parsed
        return parsed

    return load


def of_element(use: Use) -> Callable[[object], object]:
    """Return the same use of an element of an array: a token, or what a parser made."""
    return lambda element: use(wrap(element))


def of_stored(use: Use) -> Callable[[object], object]:
    """Return the same use of a variable: null, a token, or the object or array that a parser made."""

    def apply(value: object) -> object:
        return use(wrap(value) if value.__class__ in _BOTH else cast("JToken | None", value))

    return apply
