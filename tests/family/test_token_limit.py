"""Token limits when an exchange ends otherwise than it should: cut, abandoned, discarded, compressed."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING

import pytest
from tests.gateway.world import FakeWire, api, gateway, operation, policy, request

from apim_ai.config import GatewaySettings
from apim_ai.gateway.tokenizer import ModelTokenCounter
from apim_ai.message import Body, Headers, Response
from apim_ai.resource import Resources

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from apim_ai.gateway import Gateway
    from apim_ai.message import Request
    from apim_ai.runtime import Callout

LIMIT = """<base /><llm-token-limit counter-key="k" tokens-per-minute="100" estimate-prompt-tokens="true"
    remaining-tokens-header-name="x-left" tokens-consumed-header-name="x-consumed" />"""
FORWARD = '<forward-request buffer-response="false" />'
SETTINGS = GatewaySettings(token_limit_tokenizer="chars4", token_limit_message_overhead=0)
PROMPT = json.dumps({"messages": [{"role": "user", "content": "x" * 40}]}).encode()
STREAMED = json.dumps({"stream": True, "messages": [{"role": "user", "content": "x" * 40}]}).encode()
PEEK = json.dumps({"messages": [{"role": "user", "content": ""}]}).encode()


def delta(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def limited(wire: FakeWire, settings: GatewaySettings = SETTINGS) -> Gateway:
    return gateway(api(), operation(), policy(inbound=LIMIT, backend=FORWARD), wire=wire, settings=settings)


def post(body: bytes) -> Request:
    return request("/shop/chat/completions", "POST", {"Content-Type": "application/json"}, body)


async def left(gate: Gateway) -> str | None:
    """What the next caller is told, when its own call costs nothing."""
    exchange = await gate.handle(post(PEEK))
    assert exchange.response is not None
    return exchange.response.headers.get("x-left")


class Stream:
    """A backend whose first answer streams; later ones say nothing of tokens."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks
        self.closed = 0
        self.calls = 0

    def __call__(self, _: Callout) -> Response:
        self.calls += 1
        if self.calls > 1:
            return Response.of_json(200, b"{}")
        return Response(
            200, "", Headers([("Content-Type", "text/event-stream")]), Body(stream=self.run(), close=self.end)
        )

    async def run(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            yield chunk

    async def end(self) -> None:
        self.closed += 1


def test_a_caller_that_leaves_in_the_middle_pays_for_what_passed() -> None:
    async def check() -> None:
        backend = Stream(delta("y" * 8), delta("y" * 8), delta("y" * 8))
        gate = limited(FakeWire(backend))
        exchange = await gate.handle(post(STREAMED))
        assert exchange.response is not None
        assert exchange.response.body is not None
        chunks = exchange.response.body.chunks()
        await anext(chunks)
        await anext(chunks)
        await chunks.aclose()
        assert backend.closed == 1
        assert await left(gate) == "86", "10 for the prompt and 2 for each chunk that passed"

    asyncio.run(check())


def test_a_stream_that_nobody_reads_costs_its_prompt() -> None:
    async def check() -> None:
        gate = limited(FakeWire(Stream(delta("y" * 8))))
        exchange = await gate.handle(post(STREAMED))
        assert exchange.response is not None
        assert exchange.response.body is not None
        await exchange.response.body.discard()
        assert await left(gate) == "90"

    asyncio.run(check())


def test_a_caller_that_leaves_before_the_answer_pays_nothing() -> None:
    async def check() -> None:
        waiting = asyncio.Event()

        async def answer(callout: Callout) -> Response:
            if b"xxx" in (callout.body.content or b"" if callout.body else b""):
                waiting.set()
                await asyncio.Event().wait()
            return Response.of_json(200, b"{}")

        gate = limited(FakeWire(answer))
        task = asyncio.create_task(gate.handle(post(PROMPT)))
        await waiting.wait()
        assert await left(gate) == "90", "reserved as long as it waits"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await left(gate) == "100"

    asyncio.run(check())


def test_a_compressed_answer_is_understood() -> None:
    async def check() -> None:
        content = gzip.compress(json.dumps({"usage": {"prompt_tokens": 20, "completion_tokens": 5}}).encode())

        def answer(_: Callout) -> Response:
            headers = Headers([("Content-Type", "application/json"), ("Content-Encoding", "gzip")])
            return Response(200, "", headers, Body(content))

        gate = limited(FakeWire(answer))
        exchange = await gate.handle(post(PROMPT))
        assert exchange.response is not None
        assert exchange.response.headers.get("x-left") == "75"
        assert exchange.response.body is not None
        assert await exchange.response.body.buffer() == content, "what passes is not touched"

    asyncio.run(check())


def test_a_compressed_stream_is_understood() -> None:
    async def check() -> None:
        content = gzip.compress(delta("y" * 8) + delta("y" * 4))

        class Packed(Stream):
            def __call__(self, callout: Callout) -> Response:
                response = super().__call__(callout)
                if self.calls == 1:
                    response.headers.set("Content-Encoding", "gzip")
                return response

        gate = limited(FakeWire(Packed(content[:20], content[20:])))
        exchange = await gate.handle(post(STREAMED))
        assert exchange.response is not None
        assert exchange.response.body is not None
        assert await exchange.response.body.buffer() == content
        async for _ in exchange.response.body.chunks():
            pass
        assert await left(gate) == "87"

    asyncio.run(check())


def test_what_is_no_json_is_not_buffered() -> None:
    async def check() -> None:
        async def audio() -> AsyncIterator[bytes]:
            yield b"RIFF"

        def answer(_: Callout) -> Response:
            return Response(200, "", Headers([("Content-Type", "audio/wav")]), Body(stream=audio()))

        gate = limited(FakeWire(answer))
        exchange = await gate.handle(post(PROMPT))
        assert exchange.response is not None
        assert exchange.response.body is not None
        assert not exchange.response.body.is_buffered
        assert exchange.response.headers.get("x-left") == "100"

    asyncio.run(check())


def test_a_configuration_that_counts_tokens_loads_the_tokenizer_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    warmed: list[object] = []

    def warm(counter: ModelTokenCounter) -> None:
        warmed.append(counter)

    monkeypatch.setattr(ModelTokenCounter, "warm", warm)
    gate = gateway(api(), operation())
    gate.reload(Resources([api(), operation(), policy(inbound="<base />")]))
    assert not warmed
    gate.reload(Resources([api(), operation(), policy(inbound=LIMIT)]))
    assert len(warmed) == 1
