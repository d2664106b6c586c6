"""Looks for reads of JSON that need no tokens, and puts one call in the place of their several.

`(string)body["choices"][0]["text"]` is a cast of a look-up of a look-up …; nobody sees the tokens between. Here such a
chain becomes one function of `library/json_peek.py`, which falls back on the very calls it replaces.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

from apim_ai.expression.bind.bound import Call, Const, Local, Op, Safe
from apim_ai.expression.exceptions import null_reference
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.bind.bound import Bound
    from apim_ai.expression.library.json_token import JToken
    from apim_ai.expression.types import ClrType

    Function = Callable[..., object]
    Key = str | int

__all__ = ["fuse"]

_JSON = {"Newtonsoft.Json.Linq.JObject": "JObject", "Newtonsoft.Json.Linq.JArray": "JArray"}
_IS_THERE = {"({0} is not None)": True, "({0} is None)": False}


class _Members:
    """The functions behind the C# members that are looked for."""

    def __init__(self) -> None:
        from apim_ai.expression.library import apim_message, json_casts  # noqa: PLC0415 - when JSON is first used
        from apim_ai.expression.library import newtonsoft_json_linq as linq  # noqa: PLC0415 - likewise

        self.getters: set[Function] = {linq.object_get, linq.token_get, linq.array_get}
        self.casts: dict[Function, str] = json_casts.CAST_TARGETS
        self.text: Function = linq.token_text
        self.value: Function = linq.value_of_key
        self.body: Function = apim_message.body_as


@cache
def _members() -> _Members:
    return _Members()


class _Path:
    """A chain of look-ups with constant keys."""

    def __init__(self, base: Bound, steps: tuple[tuple[Function, Key], ...]) -> None:
        self.base = base
        self.steps = steps

    @property
    def keys(self) -> tuple[Key, ...]:
        """The names and places."""
        return tuple(key for _, key in self.steps)

    def token_of(self, token: JToken) -> JToken | None:
        """Go the path from token to token."""
        found: object = token
        for getter, key in self.steps:
            found = getter(null_reference() if found is None else found, key)
        return cast("JToken | None", found)


def fuse(node: Bound) -> Bound | None:
    """Return the node that does the same with fewer calls, or None."""
    if isinstance(node, Call):
        if not _touches_json(node):
            return None
        return _read(node) or _whole_body(node)
    if isinstance(node, Op):
        return _test(node) if node.template in _IS_THERE else None
    return _safe_read(node) if isinstance(node, Safe) else None


def _touches_json(node: Call) -> bool:
    return any("Newtonsoft" in operand.type.name for operand in node.operands) or "Newtonsoft" in node.type.name


def _unguarded(node: Bound) -> Bound:
    if isinstance(node, Op) and node.names and len(node.operands) == 1 and "null_reference" in node.names:
        return node.operands[0]
    return node


def _path(node: Bound) -> _Path | None:
    steps: list[tuple[Function, Key]] = []
    base = node
    while isinstance(found := _unguarded(base), Call) and found.function in _members().getters:
        key = found.operands[1]
        if not isinstance(key, Const) or type(key.value) not in (str, int):
            break
        steps.append((found.function, cast("Key", key.value)))
        base = found.operands[0]
    return _Path(base, tuple(reversed(steps))) if steps else None


def _read(node: Call) -> Bound | None:
    """Fuse a cast, `ToString()` or `Value<T>()` with the look-ups below it."""
    found = _consumer(node)
    if found is None:
        return None
    path, wanted, slow = found
    return _on_body(node, path, wanted, slow) or _on_token(node, path, wanted, slow)


def _consumer(node: Call) -> tuple[_Path, str, Function] | None:
    members = _members()
    function = node.function
    if function in members.casts:
        path = _path(node.operands[0])
        return None if path is None else (path, members.casts[function], _cast(function, path))
    if function is members.text:
        path, settings = _path(node.operands[1]), cast("Const", node.operands[0]).value
        return None if path is None else (path, "System.String", _text(function, settings, path))
    return _value(node) if function is members.value else None


def _cast(function: Function, path: _Path) -> Function:
    def slow(token: JToken) -> object:
        return function(path.token_of(token))

    return slow


def _text(function: Function, settings: object, path: _Path) -> Function:
    def slow(token: JToken) -> object:
        found = path.token_of(token)
        return function(settings, null_reference() if found is None else found)

    return slow


def _value(node: Call) -> tuple[_Path, str, Function] | None:
    settings, type_, receiver, key = node.operands
    if not isinstance(key, Const) or type(key.value) not in (str, int) or not isinstance(type_, Const):
        return None
    function, wanted = node.function, cast("ClrType", type_.value)
    given = cast("Const", settings).value
    before = _path(receiver)
    steps = () if before is None else before.steps
    path = _Path(receiver if before is None else before.base, (*steps, (function, cast("Key", key.value))))
    inner = _Path(path.base, steps)

    def slow(token: JToken) -> object:
        found = inner.token_of(token)
        return function(given, wanted, null_reference() if found is None else found, key.value)

    bare = wanted.element if wanted.kind == "nullable" else wanted
    return path, bare.name, slow


def _on_token(node: Bound, path: _Path, wanted: str, slow: Function) -> Bound | None:
    from apim_ai.expression.library.json_peek import peek  # noqa: PLC0415 - when JSON is first used

    function = peek(path.keys, wanted, slow)
    return None if function is None else Call(node.type, function, path.base, may_be_null=node.may_be_null)


def _on_body(node: Bound, path: _Path, wanted: str, slow: Function) -> Bound | None:
    from apim_ai.expression.library.json_peek import peek_body  # noqa: PLC0415 - when JSON is first used

    body = _unguarded(path.base)
    if not isinstance(body, Call) or body.function is not _members().body or body.type.name not in _JSON:
        return None
    function = peek_body(path.keys, wanted, _JSON[body.type.name], slow)
    if function is None:
        return None
    return Call(node.type, function, body.operands[2], body.operands[3], may_be_null=node.may_be_null)


def _whole_body(node: Call) -> Bound | None:
    if node.function is not _members().body or "Newtonsoft" not in node.type.name:
        return None
    function = _as_json(_JSON.get(node.type.name))
    return Call(node.type, function, node.operands[2], node.operands[3], may_be_null=node.may_be_null)


@cache
def _as_json(kind: str | None) -> Function:
    from apim_ai.expression.library.json_peek import as_json  # noqa: PLC0415 - when JSON is first used

    return as_json(kind)


def _test(node: Op) -> Bound | None:
    """Fuse a comparison of a look-up with null."""
    from apim_ai.expression.library.json_peek import is_there  # noqa: PLC0415 - when JSON is first used

    if "Newtonsoft" not in node.operands[0].type.name:
        return None
    path = _path(node.operands[0])
    if path is None or not all(type(key) is str for key in path.keys):
        return None
    function = is_there(path.keys, lambda token: path.token_of(token) is not None)
    template = "{0}" if _IS_THERE[node.template] else "(not {0})"
    return Op(node.type, template, Call(resolve("bool"), function, path.base), may_be_null=False)


def _safe_read(node: Safe) -> Bound | None:
    """Fuse `token["name"]?.ToString()`."""
    members = _members()
    access, settings = node.access, None
    if "Newtonsoft" not in node.target.type.name or not isinstance(access, Call) or access.function is not members.text:
        return None
    settings, token = access.operands
    path = _path(node.target)
    if path is None or not isinstance(token, Local) or token.symbol is not node.symbol:
        return None
    function, given = access.function, cast("Const", settings).value

    def slow(start: JToken) -> object:
        found = path.token_of(start)
        return None if found is None else function(given, found)

    return _on_body(node, path, "System.String", slow) or _on_token(node, path, "System.String", slow)
