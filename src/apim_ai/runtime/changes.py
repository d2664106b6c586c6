"""What a policy changed, for detailed traces: variables, headers, URL, method and status before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression import clr_type_name, to_text
from apim_ai.runtime.trace import Change

if TYPE_CHECKING:
    from apim_ai.message import Headers
    from apim_ai.runtime.exchange import Exchange

__all__ = ["changes", "noted"]

LONGEST = 200  # characters of a value in a trace
_SIMPLE = (str, int, float, bool)


def noted(exchange: Exchange) -> dict[str, str]:
    """Return what may change, as texts by name."""
    context = exchange.context
    found = {
        "request method": context.request.method,
        "request url": str(context.request.url).partition("?")[0],
        **_headers("request", context.request.headers),
        **{f"variable {name}": _shown(value) for name, value in context.variables.items()},
    }
    if context.response is not None:
        found["response status"] = str(context.response.status)
        found |= _headers("response", context.response.headers)
    return found


def changes(before: dict[str, str], after: dict[str, str]) -> tuple[Change, ...]:
    """Return what differs, in order of appearance."""
    names = dict.fromkeys((*before, *after))
    return tuple(
        Change(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )


def _headers(whose: str, headers: Headers) -> dict[str, str]:
    return {f"{whose} header {name.lower()}": headers.get(name) or "" for name in headers.names()}


def _shown(value: object) -> str:
    """Return a variable with its .NET type; an object is not rendered, for that may cost and change it."""
    if value is None:
        return "null"
    kind = clr_type_name(value) or "null"
    text = to_text(value) if isinstance(value, _SIMPLE) else None
    return kind if text is None else f"{text[:LONGEST]} ({kind})"
