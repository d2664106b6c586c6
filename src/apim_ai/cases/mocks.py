"""What answers outgoing requests in a case: mocks first, OpenID documents of the case's issuers, then nothing."""

from __future__ import annotations

import asyncio
import json
import re
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import mapping, texts
from apim_ai.cases.match import url_matches
from apim_ai.cases.sent import Sent, sent_differences
from apim_ai.cases.tokens import decoded
from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from apim_ai.cases.tokens import Issuers
    from apim_ai.runtime import Callout

__all__ = ["MockWire", "Stream", "streams_of_request"]

_RAW_EVENT = re.compile(r"(data|event|id|retry):|:")  # text that is written as an event already
_UNCOUNTED = frozenset({"openid", "identity"})


@dataclass(slots=True)
class Stream:
    """An answer on its way to the gateway; `left` are the chunks that a mock has not sent yet."""

    left: int


_STREAMS: ContextVar[list[Stream]] = ContextVar("streams")


def streams_of_request() -> list[Stream]:
    """Return a list that collects what backends answer to the running task's request, callouts aside."""
    streams: list[Stream] = []
    _STREAMS.set(streams)
    return streams


class _Mock:
    """One mock with its turn."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.match: Mapping[str, Any] = mapping(content.get("match"))
        self.responses: Sequence[Mapping[str, Any]] = content["responses"]
        self._turn = 0

    def takes(self, sent: Sent) -> bool:
        return next(sent_differences(self.match, sent), None) is None

    def next(self) -> Mapping[str, Any]:
        response: Mapping[str, Any] = self.responses[min(self._turn, len(self.responses) - 1)] if self.responses else {}
        self._turn += 1
        return response

    def names_host_of(self, url: str) -> bool:
        """Whether the mock is about this URL's host, so that it wins over a document of the case's issuer."""
        pattern = self.match.get("url")
        if not isinstance(pattern, str):
            return False
        host = "/".join(url.split("/", 3)[:3])
        return pattern.startswith(host) and url_matches(pattern, url)


class MockWire:
    """A `Wire` that answers from mocks and keeps what went out.

    Args:
        mocks: the case's mocks.
        issuers: whose documents are answered where no mock is about their host.
        delay: waits for virtual seconds.

    Attributes:
        sent: the requests of the running step, in order, without OpenID and identity requests.
        unmatched: what no mock answered, for the trace.
    """

    def __init__(
        self,
        mocks: Sequence[Mapping[str, Any]],
        issuers: Issuers,
        delay: Callable[[float], Awaitable[None]],
    ) -> None:
        self._delay = delay
        self._mocks = [_Mock(content) for content in mocks]
        self._step: list[_Mock] = []
        self._issuers = issuers
        self.sent: list[Sent] = []
        self.unmatched: list[str] = []

    def begin_step(self, mocks: Sequence[Mapping[str, Any]]) -> None:
        """Put a step's own mocks before the case's and forget what the last step sent."""
        self._step = [_Mock(content) for content in mocks]
        self.sent = []
        self.unmatched = []

    async def send(self, callout: Callout) -> Response:
        """Answer a request.

        Raises:
            WireError: a mock says so, or none matches.
        """
        body = await callout.body.buffer() if callout.body is not None else b""
        url = callout.url
        target = url.target
        shown, path = f"{url.scheme}://{url.authority}{target}", target.partition("?")[0]
        sent = Sent(callout.method, shown, path, url.query, _sent_headers(callout), body)
        mocks = (*self._step, *self._mocks)
        if callout.purpose in _UNCOUNTED:
            if not any(mock.names_host_of(sent.url) for mock in mocks):
                document = self._issuers.document(sent.url)
                if document is not None:
                    return Response.of_json(200, json.dumps(document).encode())
        else:
            self.sent.append(sent)
        mock = next((mock for mock in mocks if mock.takes(sent)), None)
        if mock is None:
            self.unmatched.append(f"{sent.method} {sent.url}")
            raise WireError("connect", f"no mock answers {sent.method} {sent.url}")
        return await _answer(mock.next(), callout, self._delay)


def _sent_headers(callout: Callout) -> Headers:
    """Return the fields as they leave: the wire writes the host, and the length of a body at hand."""
    headers = callout.headers.copy()
    if "Host" not in headers:
        headers.set("Host", callout.url.authority)
    body = callout.body
    if body is not None and body.content is not None and (body.content or "Content-Length" in headers):
        headers.set("Content-Length", str(len(body.content)))
    return headers


async def _answer(content: Mapping[str, Any], callout: Callout, wait: Callable[[float], Awaitable[None]]) -> Response:
    delay = float(content.get("delay") or 0)
    error = content.get("error")
    if error == "timeout" or delay > callout.timeout:
        await wait(callout.timeout)
        raise WireError("timeout", f"no answer within {callout.timeout:g} s")
    if delay:
        await wait(delay)
    if error is not None:
        raise WireError("connect" if error == "connect" else "reset", f"the mock says: {error}")
    headers = _headers(mapping(content.get("headers")))
    body = _body(content, headers, is_forwarded=callout.purpose == "backend")
    status = int(content.get("status", 200))
    return Response(status, str(content.get("reason") or ""), headers, body)


def _headers(given: Mapping[str, object]) -> Headers:
    headers = Headers()
    for name, value in given.items():
        headers.set(name, *texts(value))
    return headers


def _body(content: Mapping[str, Any], headers: Headers, *, is_forwarded: bool) -> Body | None:
    chunks = _content(content, headers)
    if chunks is None:
        return None
    stream = Stream(len(chunks))
    if is_forwarded and (streams := _STREAMS.get(None)) is not None:
        streams.append(stream)
    is_whole = "reset_after" not in content and content.keys().isdisjoint({"sse", "chunks"})
    length = len(chunks[0]) if is_whole else None  # a stream does not say how long it will be
    return Body(stream=_chunks(chunks, content.get("reset_after"), stream), length=length)


def _content(content: Mapping[str, Any], headers: Headers) -> list[bytes] | None:
    """Return the writes of an answer, None for none."""
    whole: bytes | None = None
    if "json" in content:
        _set_default_type(headers, "application/json")
        whole = json.dumps(content["json"], ensure_ascii=False).encode()
    elif "base64" in content:
        whole = decoded(content["base64"])
    elif content.get("body") is not None:
        whole = str(content["body"]).encode()
    elif "sse" in content:
        _set_default_type(headers, "text/event-stream")
        return [_event(event) for event in content["sse"]]
    elif "chunks" in content:
        return [str(chunk).encode() for chunk in content["chunks"]]
    elif "reset_after" in content:
        return []
    return None if whole is None else [whole]


def _set_default_type(headers: Headers, value: str) -> None:
    if "Content-Type" not in headers:
        headers.set("Content-Type", value)


def _event(event: object) -> bytes:
    if not isinstance(event, dict):
        if _RAW_EVENT.match(str(event)):
            return (str(event).rstrip("\n") + "\n\n").encode()
        lines = str(event).splitlines() or [""]
        return ("".join(f"data: {line}\n" for line in lines) + "\n").encode()
    fields = cast("dict[str, object]", event)
    if not fields.keys() <= {"event", "data", "id", "retry"}:
        return f"data: {json.dumps(fields, ensure_ascii=False)}\n\n".encode()
    text = ""
    for name in ("id", "event", "retry"):
        if name in fields:
            text += f"{name}: {fields[name]}\n"
    data = fields.get("data", "")
    lines = data.splitlines() or [""] if isinstance(data, str) else [json.dumps(data, ensure_ascii=False)]
    return (text + "".join(f"data: {line}\n" for line in lines) + "\n").encode()


async def _chunks(chunks: Sequence[bytes], reset_after: int | None, stream: Stream) -> AsyncIterator[bytes]:
    for number, chunk in enumerate(chunks):
        if reset_after is not None and number >= reset_after:
            raise WireError("reset", f"the connection was reset after {reset_after} chunks")
        stream.left -= 1
        if chunk:
            yield chunk
        await asyncio.sleep(0)
    if reset_after is not None and reset_after >= len(chunks):
        raise WireError("reset", f"the connection was reset after {len(chunks)} chunks")
