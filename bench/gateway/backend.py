"""A backend that costs next to nothing: HTTP/1.1 by hand on asyncio, answers made beforehand.

`python -m bench.gateway.backend KEY_FILE` prints its port. Paths: `…/embeddings` answers a vector, `/.well-known/…` and
`/keys` the documents of an issuer, a request whose body holds `"stream":true` gets a stream of events, all others a chat
completion.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import ClassVar

from bench.gateway.shape import DIMENSIONS, EVENTS

_USAGE = {"prompt_tokens": 20, "completion_tokens": 12, "total_tokens": 32}
_CHUNK = {"id": "c", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "a word "}}]}


def _answer(content: bytes, kind: bytes = b"application/json") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(content), content)


COMPLETION = _answer(
    json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "model": "gpt-4o",
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": "word " * 60}, "finish_reason": "stop"}
            ],
            "usage": _USAGE,
        }
    ).encode()
)
EMBEDDING = _answer(
    json.dumps(
        {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.025] * DIMENSIONS}]}
    ).encode()
)
STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def _event(content: object) -> bytes:
    text = b"data: %s\n\n" % (content if isinstance(content, bytes) else json.dumps(content).encode())
    return b"%x\r\n%s\r\n" % (len(text), text)


EVENT = _event(_CHUNK)
LAST = _event({**_CHUNK, "choices": [], "usage": _USAGE}) + _event(b"[DONE]") + b"0\r\n\r\n"


class Backend(asyncio.Protocol):
    """One connection."""

    pause = 0.0  # seconds between the events of a stream
    documents: ClassVar[dict[bytes, bytes]] = {}

    def __init__(self) -> None:
        self._data = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go to."""
        self._transport = transport  # type: ignore[assignment]  # a TCP transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._data += data
        while True:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._data[:end].lower()
            start = head.find(b"content-length:")
            length = int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
            if len(self._data) < end + 4 + length:
                return
            body = self._data[end + 4 : end + 4 + length]
            self._data = self._data[end + 4 + length :]
            self._respond(head.split(b" ", 2)[1], body)

    def _respond(self, path: bytes, body: bytes) -> None:
        assert self._transport is not None
        if b'"stream":true' in body:
            self._transport.write(STREAM_HEAD)
            self._next_event(EVENTS)
        elif b"embeddings" in path:
            self._transport.write(EMBEDDING)
        else:
            self._transport.write(self.documents.get(path, COMPLETION))

    def _next_event(self, left: int) -> None:
        assert self._transport is not None
        if self._transport.is_closing():
            return
        if left == 0:
            self._transport.write(LAST)
            return
        self._transport.write(EVENT)
        if self.pause:
            asyncio.get_running_loop().call_later(self.pause, self._next_event, left - 1)
        else:
            asyncio.get_running_loop().call_soon(self._next_event, left - 1)


async def _main(keys: bytes, pause: float) -> None:
    Backend.pause = pause
    server = await asyncio.get_running_loop().create_server(Backend, "127.0.0.1", 0, backlog=4096)
    port = server.sockets[0].getsockname()[1]
    configuration = {"issuer": "https://bench.test", "jwks_uri": f"http://127.0.0.1:{port}/keys"}
    Backend.documents = {
        b"/.well-known/openid-configuration": _answer(json.dumps(configuration).encode()),
        b"/keys": _answer(keys),
    }
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_main(Path(sys.argv[1]).read_bytes(), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))  # noqa: PLR2004 - the pause is optional
