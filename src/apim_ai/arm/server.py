"""The control plane behind HTTP: an ASGI application that checks the token, misbehaves when told to, and answers.

`GET /healthz` needs no token; all else does. `GET|DELETE /requests` is the log of what was asked, for tests.
"""

from __future__ import annotations

import hmac
import logging
import os
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from apim_ai.arm.call import Answer, Call
from apim_ai.arm.exporting import PATH as EXPORTS
from apim_ai.arm.faults import Faults, Options
from apim_ai.arm.links import followed
from apim_ai.arm.log import Entry, RequestLog
from apim_ai.arm.past import Past
from apim_ai.arm.plane import Plane
from apim_ai.arm.refusal import Refusal, bad_request, unfinished
from apim_ai.errors import ApimAiError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from apim_ai.arm.exporting import Export
    from apim_ai.arm.world import World

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

__all__ = ["LARGEST_BODY", "STATE_HEADER", "ControlPlane", "is_allowed"]

LARGEST_BODY = 16 * 1024 * 1024
"""Bytes of a request body at most; ARM itself takes 4 MiB, imports of large documents more."""

STATE_HEADER = "x-apim-ai-state"
"""The header of `/healthz`, here and at the gateway, that tells the number of the state: the gateway's follows ours."""

_UNEXPECTED = "The server encountered an internal error."
_LOG = logging.getLogger(__name__)
_WRITES = {"PUT", "PATCH", "DELETE", "POST"}


def is_allowed(authorization: str, token: str) -> bool:
    """Tell, in a time that says nothing about the token, whether an `Authorization` header carries it."""
    scheme, _, given = authorization.partition(" ")
    is_equal = hmac.compare_digest(given.strip().encode("latin-1", "replace"), token.encode())
    return scheme.lower() == "bearer" and is_equal


class ControlPlane:
    """The ASGI application.

    Args:
        world: what there is.
        token: the bearer token that callers must send.
        options: how to behave.
        beside: further applications by path prefix, which check their callers themselves.
        seed: makes injected faults repeatable.
    """

    def __init__(
        self,
        world: World,
        *,
        token: str,
        options: Options | None = None,
        beside: Mapping[str, Application] | None = None,
        seed: int = 0,
    ) -> None:
        self.world = world
        self.options = options or Options()
        self.plane = Plane(world, polls=self.options.polls)
        self.log = RequestLog()
        self._token = token
        self._faults = Faults(self.options, world.clock, seed)
        self._beside = dict(beside or {})
        self._writes = 0
        lag = self.options.stale_seconds
        self._past = Past(world.store, lag, world.clock.monotonic) if lag else None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        for prefix, application in self._beside.items():
            if path == prefix or path.startswith(f"{prefix}/"):
                await application(scope, receive, send)
                return
        if path == "/healthz":
            state = ((STATE_HEADER, str(self.world.store.version)),)
            await _send(send, Answer(200, {"status": "ok"}, state), (), is_head=scope["method"] == "HEAD")
            return
        if path.startswith(EXPORTS):
            await _send_export(send, self.plane.exports.get(path.removeprefix(EXPORTS)))
            return
        await self._serve(scope, receive, send)

    async def _serve(self, scope: Message, receive: Receive, send: Send) -> None:
        started = self.world.clock.monotonic()
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        served = await self._answered(scope, receive, headers)
        answer = served.answer
        ended = self.world.clock.monotonic()
        if not scope["path"].startswith("/requests"):
            entry = Entry(scope["method"], scope["path"], answer.status, started, ended, "if-match" in headers)
            self.log.add(entry)
        if served.is_lost:
            await _lose(receive, send)
            return
        identifiers = self._identifiers(scope["method"], headers)
        await _send(send, answer, identifiers, is_head=scope["method"] == "HEAD")

    async def _answered(self, scope: Message, receive: Receive, headers: Mapping[str, str]) -> _Served:
        try:
            self._check_token(headers.get("authorization", ""))
            content = await _body(receive)
            if scope["path"] == "/requests":
                return _Served(self._requests(scope["method"]))
            return await self._behaved(_call(scope, headers, content))
        except Refusal as refusal:
            return _Served(Answer(refusal.status, refusal.body, refusal.headers))
        except ApimAiError as error:  # the disk: nothing was changed, and nothing is acknowledged
            return _Served(Answer(500, Refusal(500, "InternalServerError", error.message).body))
        except Exception:  # noqa: BLE001 - a client must get an answer that it can read, whatever it was
            _LOG.exception("a request to the control plane failed: %s %s", scope["method"], scope["path"])
            return _Served(Answer(500, Refusal(500, "InternalServerError", _UNEXPECTED).body))

    async def _behaved(self, call: Call) -> _Served:
        """Answer a call with the latency and the faults that were asked for."""
        api = self.plane.is_locked(call)
        loss = self._faults.admit(call.method)
        with self._faults.writing(api):
            if self.options.latency_seconds:
                await self.world.clock.sleep(self.options.latency_seconds)
            if loss == "drop":
                return _Served(Answer(0), is_lost=True)
            if self.options.is_busy and api and self.plane.operations.is_busy(api):
                raise unfinished()
            answer = self._plane_for(call).answer(await followed(call, self.world.fetch))
        self._count(call, answer)
        return _Served(answer, is_lost=loss == "lost")

    def _plane_for(self, call: Call) -> Plane:
        is_read = call.method in {"GET", "HEAD"} and "asyncid" not in call.query
        return self.plane.seeing(self._past.view()) if self._past is not None and is_read else self.plane

    def _count(self, call: Call, answer: Answer) -> None:
        if call.method not in _WRITES or answer.status >= 400:  # noqa: PLR2004 - the first error status
            return
        self._writes += 1
        if self.options.crash_after is not None and self._writes >= self.options.crash_after:
            os._exit(137)  # what a killed process looks like: no answer, no clean-up

    def _check_token(self, authorization: str) -> None:
        if not authorization.lower().startswith("bearer "):
            message = "Authentication failed. The 'Authorization' header is missing or has an invalid format."
            raise Refusal(401, "AuthenticationFailed", message, headers=(("WWW-Authenticate", "Bearer"),))
        if not is_allowed(authorization, self._token):
            message = "The access token is invalid."
            raise Refusal(401, "InvalidAuthenticationToken", message, headers=(("WWW-Authenticate", "Bearer"),))

    def _requests(self, method: str) -> Answer:
        if method == "DELETE":
            self.log.clear()
            return Answer(204)
        return Answer(200, self.log.content())

    def _identifiers(self, method: str, headers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        request = str(uuid.uuid4())
        correlation = headers.get("x-ms-correlation-request-id", request)
        identifiers = (
            ("x-ms-request-id", request),
            ("x-ms-correlation-request-id", correlation),
            self._faults.remaining(method),
        )
        client = headers.get("x-ms-client-request-id")
        return (*identifiers, ("x-ms-client-request-id", client)) if client else identifiers


@dataclass(frozen=True, slots=True)
class _Served:
    """An answer, and whether it is lost on the way."""

    answer: Answer
    is_lost: bool = False


def _call(scope: Message, headers: Mapping[str, str], content: bytes) -> Call:
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    host = headers.get("host", "127.0.0.1")
    return Call(
        method=scope["method"],
        path=scope["path"].rstrip("/") or "/",
        query={name.lower(): value for name, value in pairs},
        body=_json(content),
        if_match=headers.get("if-match"),
        if_none_match=headers.get("if-none-match"),
        origin=f"{scope.get('scheme', 'http')}://{host}",
    )


def _json(content: bytes) -> object:
    if not content.strip():
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        message = f"The request content was invalid and could not be deserialized: '{error}'."
        raise bad_request("InvalidRequestContent", message) from error


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "InvalidRequestContent", "The request was cut short.")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST_BODY:
            raise Refusal(413, "RequestEntityTooLarge", f"The request is larger than {LARGEST_BODY} bytes.")
        chunks.append(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


async def _send(send: Send, answer: Answer, identifiers: tuple[tuple[str, str], ...], *, is_head: bool) -> None:
    content = b"" if answer.body is None else orjson.dumps(dict(answer.body))
    headers = [
        (name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in (*answer.headers, *identifiers)
    ]
    if content:
        headers.append((b"content-type", b"application/json; charset=utf-8"))
    if answer.status != 204:  # noqa: PLR2004 - No Content has none
        headers.append((b"content-length", str(len(content)).encode()))
    headers.append((b"cache-control", b"no-cache"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if is_head else content})


async def _send_export(send: Send, export: Export | None) -> None:
    """Send a document that was exported; the link is the permission, as with a blob's signature."""
    content = b"" if export is None else export.content.encode()
    kind = b"text/plain" if export is None else export.content_type.encode()
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": 404 if export is None else 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _lose(receive: Receive, send: Send) -> None:
    """Cut the connection without a byte of an answer, as a killed server or a broken network does."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:  # not behind uvicorn: an answer without its end is the next best
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000000")]})
        return
    transport.abort()  # ASGI has no word for it
    while (await receive())["type"] != "http.disconnect":
        pass


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
