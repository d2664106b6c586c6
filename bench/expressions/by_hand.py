"""Expressions, and what a careful Python programmer would write in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.context import Context

__all__ = ["PAIRS"]

_BODY = "context.Request.Body.As<JObject>(true)"


def _parsed(context: Context) -> dict[str, Any]:
    body = context.request.body
    if body is None or body.consumed or body.content is None:
        raise ValueError("no body")
    value = orjson.loads(body.content)
    if not isinstance(value, dict):
        raise TypeError("no object")
    return cast("dict[str, Any]", value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _list(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise TypeError("no array")
    return cast("list[dict[str, Any]]", value)


def _member(context: Context) -> str:
    return _text(_parsed(context)["model"])


def _deep_member(context: Context) -> str:
    return _text(_list(_parsed(context)["messages"])[0]["content"])


def _two_members(context: Context) -> str:
    body = _parsed(context)
    return _text(body["model"]) + ("s" if body["stream"] is True else "")


def _is_there(context: Context) -> bool:
    return "model" in _parsed(context)


def _count(context: Context) -> int:
    return len(_list(_parsed(context)["messages"]))


def _sum(context: Context) -> int:
    return sum(len(_text(message["content"])) for message in _list(_parsed(context)["messages"]))


def _any(context: Context) -> bool:
    return any(_text(message["role"]) == "system" for message in _list(_parsed(context)["messages"]))


def _filtered(context: Context) -> int:
    return len([message for message in _list(_parsed(context)["messages"]) if _text(message["role"]) == "user"])


def _joined(context: Context) -> str:
    return ",".join([_text(message["role"]) for message in _list(_parsed(context)["messages"])])


def _loop(context: Context) -> int:
    size = 0
    for message in _list(_parsed(context)["messages"]):
        size += len(_text(message["content"]))
    return size


def _changed(context: Context) -> str:
    body = _parsed(context)
    body["model"] = "other"
    return orjson.dumps(body).decode()


def _header(context: Context) -> str:
    return context.request.headers.get("x", "y") or ""


PAIRS: tuple[tuple[str, Callable[[Context], object]], ...] = (
    (f'@((string){_BODY}["model"])', _member),
    (f'@({_BODY}["messages"][0]["content"].ToString())', _deep_member),
    (f'@{{ var b = {_BODY}; return (string)b["model"] + ((bool)b["stream"] ? "s" : ""); }}', _two_members),
    (f'@{{ var b = {_BODY}; return b["model"] != null; }}', _is_there),
    (f'@({_BODY}["messages"].Count())', _count),
    (f'@({_BODY}["messages"].Sum(m => ((string)m["content"]).Length))', _sum),
    (f'@({_BODY}["messages"].Any(m => m["role"].ToString() == "system"))', _any),
    (f'@({_BODY}["messages"].Where(m => (string)m["role"] == "user").Count())', _filtered),
    (f'@(string.Join(",", {_BODY}["messages"].Select(m => (string)m["role"])))', _joined),
    (
        f'@{{ var n = 0; foreach (var m in {_BODY}["messages"]) {{ n += m["content"].ToString().Length; }} return n; }}',
        _loop,
    ),
    (
        f'@{{ var b = {_BODY}; b["model"] = "other"; return b.ToString(Newtonsoft.Json.Formatting.None); }}',
        _changed,
    ),
    ('@(context.Request.Headers.GetValueOrDefault("x", "y"))', _header),
)
