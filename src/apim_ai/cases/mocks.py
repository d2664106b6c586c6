"""What answers outgoing requests in a case: mocks first, OpenID documents of the case's issuers, then nothing."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import mapping, texts
from apim_ai.cases.match import matches, subset, url_matches
from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import WireError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from apim_ai.cases.tokens import Issuers
    from apim_ai.runtime import Callout

__all__ = ["MockWire", "Sent"]

_UNCOUNTED = frozenset({"openid", "identity"})


@dataclass(frozen=True, slots=True)
class Sent:
    """One outgoing request as a mock saw it."""

    method: str
    url: str
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Headers
    body: bytes = field(repr=False)

    def json(self) -> object:
        """Return the body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class _Mock:
    """One mock with its turn."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.match: Mapping[str, Any] = mapping(content.get("match"))
        self.responses: Sequence[Mapping[str, Any]] = content["responses"]
        self._turn = 0

    def takes(self, sent: Sent) -> bool:
        wanted = self.match
        if "method" in wanted and not matches(_upper(wanted["method"]), sent.method.upper()):
            return False
        if "url" in wanted and not url_matches(wanted["url"], sent.url):
            return False
        if "path" in wanted and not url_matches(wanted["path"], sent.path):
            return False
        if not all(
            _header_matches(value, name, sent.headers) for name, value in mapping(wanted.get("headers")).items()
        ):
            return False
        if not all(query_matches(value, sent.query.get(name)) for name, value in mapping(wanted.get("query")).items()):
            return False
        if "json" in wanted and not subset(wanted["json"], sent.json()):
            return False
        return "body" not in wanted or matches(wanted["body"], sent.body.decode("utf-8", "replace"))

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


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _header_matches(expected: object, name: str, headers: Headers) -> bool:
    if isinstance(expected, list):
        return list(headers.values(name)) == texts(cast("object", expected))
    values = headers.values(name)
    return matches(expected, ", ".join(values) if values else None)


def query_matches(expected: object, actual: Sequence[str] | None) -> bool:
    """Compare a query parameter: a list is all its values, a scalar its only one."""
    if isinstance(expected, list):
        return actual is not None and list(actual) == texts(cast("object", expected))
    return matches(expected, None if actual is None else ",".join(actual))


class MockWire:
    """A `Wire` that answers from mocks and keeps what went out.

    Attributes:
        sent: the requests of the running step, in order, without OpenID and identity requests.
        unmatched: what no mock answered, for the trace.
    """

    def __init__(self, mocks: Sequence[Mapping[str, Any]], issuers: Issuers) -> None:
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
        sent = Sent(callout.method, str(url), url.path, url.query, _sent_headers(callout), body)
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
        return await _answer(mock.next(), callout)


def _sent_headers(callout: Callout) -> Headers:
    """Return the fields as they leave: the wire writes the length of a body at hand."""
    headers = callout.headers.copy()
    body = callout.body
    if body is not None and body.content is not None and (body.content or "Content-Length" in headers):
        headers.set("Content-Length", str(len(body.content)))
    return headers


async def _answer(content: Mapping[str, Any], callout: Callout) -> Response:
    delay = float(content.get("delay") or 0)
    error = content.get("error")
    if error == "timeout" or delay > callout.timeout:
        await asyncio.sleep(callout.timeout)
        raise WireError("timeout", f"no answer within {callout.timeout:g} s")
    if delay:
        await asyncio.sleep(delay)
    if error is not None:
        raise WireError("connect" if error == "connect" else "reset", f"the mock says: {error}")
    headers = _headers(mapping(content.get("headers")))
    body = _body(content, headers)
    status = int(content.get("status", 200))
    return Response(status, str(content.get("reason") or ""), headers, body)


def _headers(given: Mapping[str, object]) -> Headers:
    headers = Headers()
    for name, value in given.items():
        headers.set(name, *texts(value))
    return headers


def _body(content: Mapping[str, Any], headers: Headers) -> Body | None:
    if "json" in content:
        _set_default_type(headers, "application/json")
        return _whole(json.dumps(content["json"], ensure_ascii=False).encode(), content)
    if "base64" in content:
        return _whole(base64.b64decode(content["base64"]), content)
    if "body" in content:
        return _whole(str(content["body"]).encode(), content)
    if "sse" in content:
        _set_default_type(headers, "text/event-stream")
        return _stream([_event(event) for event in content["sse"]], content)
    if "chunks" in content:
        return _stream([str(chunk).encode() for chunk in content["chunks"]], content)
    return None


def _set_default_type(headers: Headers, value: str) -> None:
    if "Content-Type" not in headers:
        headers.set("Content-Type", value)


def _event(event: object) -> bytes:
    if not isinstance(event, dict):
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


def _whole(data: bytes, content: Mapping[str, Any]) -> Body:
    if "reset_after" in content:
        return _stream([data], content)
    return Body(stream=_chunks([data], None), length=len(data))


def _stream(chunks: Sequence[bytes], content: Mapping[str, Any]) -> Body:
    return Body(stream=_chunks(chunks, content.get("reset_after")))


async def _chunks(chunks: Sequence[bytes], reset_after: int | None) -> AsyncIterator[bytes]:
    for number, chunk in enumerate(chunks):
        if reset_after is not None and number >= reset_after:
            raise WireError("reset", f"the connection was reset after {reset_after} chunks")
        if chunk:
            yield chunk
        await asyncio.sleep(0)
    if reset_after is not None and reset_after >= len(chunks):
        raise WireError("reset", f"the connection was reset after {len(chunks)} chunks")
