"""Serves the inspector: a page that holds no data, and the data for those who have the token.

`/inspector` is the page, `/inspector/exchanges` the latest exchanges, `/inspector/backends` how each backend is doing.

The page reads the token from the address's fragment, which a browser never sends, or asks for it.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import orjson

from apim_ai.arm.server import is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.arm.server import Message, Receive, Send

    Values = Callable[[], list[dict[str, Any]]]

__all__ = ["InspectorPage"]

_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class InspectorPage:
    """The ASGI application below `/inspector`.

    Args:
        exchanges: answers the latest exchanges, newest first, without secrets.
        backends: answers the state of each backend, without secrets.
        token: the bearer token of the control plane.
    """

    def __init__(self, exchanges: Values, backends: Values, token: str) -> None:
        self._exchanges = exchanges
        self._backends = backends
        self._token = token

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        del receive
        path = scope["path"].removeprefix("/inspector").strip("/")
        if not path:
            page = files("apim_ai.local.inspector").joinpath("page.html").read_bytes()
            await _send(send, 200, page, b"text/html; charset=utf-8")
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        if not is_allowed(headers.get(b"authorization", b"").decode("latin-1"), self._token):
            await _send_json(send, 401, _error("AuthenticationFailed", "The token is missing or wrong."))
            return
        await _send_json(send, *self._answer(path))

    def _answer(self, path: str) -> tuple[int, dict[str, Any]]:
        collection, _, identifier = path.partition("/")
        if collection not in {"exchanges", "backends"}:
            return 404, _error("NotFound", f"There is nothing at '{path}'.")
        values = self._exchanges() if collection == "exchanges" else self._backends()
        if not identifier:
            return 200, {collection: values}
        found = next((value for value in values if value["id"] == identifier), None)
        if found is None:
            return 404, _error("NotFound", f"There is no '{identifier}' among the {collection}, or no more.")
        return 200, found


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


async def _send_json(send: Send, status: int, content: dict[str, Any]) -> None:
    await _send(send, status, orjson.dumps(content), b"application/json; charset=utf-8")


async def _send(send: Send, status: int, content: bytes, kind: bytes) -> None:
    headers = [*_HEADERS, (b"content-type", kind), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
