"""A closed-loop load generator: each connection sends its next request when the last answer is complete."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

__all__ = ["Load", "Result"]


@dataclass(frozen=True, slots=True)
class Load:
    """What to send.

    Args:
        port: where.
        path: which path.
        body: the JSON body; empty for GET.
        headers: further header lines, one set for each request in turn.
        connections: how many at once.
        requests: how many in all.
    """

    port: int
    path: str
    body: str
    headers: tuple[tuple[str, ...], ...]
    connections: int
    requests: int


@dataclass(slots=True)
class Result:
    """What came of it; times in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list[float])
    firsts: list[float] = field(default_factory=list[float])
    failures: int = 0


class _Connection(asyncio.Protocol):
    def __init__(self, run: _Run) -> None:
        self._run = run
        self._transport: asyncio.Transport | None = None
        self._sent = 0.0
        self._first = 0.0
        self._data = b""
        self._total = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a TCP transport
        self._next()

    def _next(self) -> None:
        assert self._transport is not None
        request = self._run.take()
        if request is None:
            self._transport.close()
            return
        self._data, self._total, self._first = b"", -1, 0.0
        self._sent = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if not self._first:
            self._first = perf_counter()
        self._data += data
        if self._total < 0:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._data[:end].lower()
            if not head.startswith(b"http/1.1 200"):
                self._run.result.failures += 1
            start = head.find(b"content-length:")
            self._total = end + 4 + int(head[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
        if len(self._data) >= self._total if self._total else self._data.endswith(b"\r\n0\r\n\r\n"):
            self._run.done(perf_counter() - self._sent, self._first - self._sent)
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.closed(failed=exc is not None)


class _Run:
    def __init__(self, load: Load) -> None:
        self.result = Result()
        self._load = load
        self._left = load.requests
        self._open = load.connections
        self._finished = asyncio.get_running_loop().create_future()
        body = load.body.encode()
        self._requests = [
            "\r\n".join(
                [
                    f"{'POST' if body else 'GET'} {load.path} HTTP/1.1",
                    f"Host: 127.0.0.1:{load.port}",
                    *lines,
                    *(["Content-Type: application/json", f"Content-Length: {len(body)}"] if body else []),
                    "",
                    "",
                ]
            ).encode()
            + body
            for lines in load.headers
        ]

    def take(self) -> bytes | None:
        if self._left <= 0:
            return None
        self._left -= 1
        return self._requests[self._left % len(self._requests)]

    def done(self, seconds: float, first: float) -> None:
        self.result.latencies.append(seconds)
        self.result.firsts.append(first)

    def closed(self, *, failed: bool) -> None:
        self._open -= 1
        self.result.failures += failed
        if self._open == 0 and not self._finished.done():
            self._finished.set_result(None)

    async def run(self) -> Result:
        loop = asyncio.get_running_loop()
        began = perf_counter()
        for _ in range(self._load.connections):
            await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._load.port)
        await self._finished
        self.result.seconds = perf_counter() - began
        return self.result


async def send(load: Load) -> Result:
    """Send the load; return when every request is answered."""
    return await _Run(load).run()


if __name__ == "__main__":
    import uvloop

    given: dict[str, Any] = json.load(sys.stdin)
    given["headers"] = tuple(tuple(lines) for lines in given["headers"])
    found = uvloop.run(send(Load(**given)))
    json.dump(
        {
            "seconds": found.seconds,
            "latencies": found.latencies,
            "firsts": found.firsts,
            "failures": found.failures,
        },
        sys.stdout,
    )
