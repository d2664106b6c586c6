"""Chat completions: one answer, or the stream of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.demo.backends import tokens
from apim_ai.demo.prompts import answer_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.demo.backends.openai.payload import Payload

__all__ = ["ChatAnswer", "answer_chat", "sse"]

_MOST_CHOICES = 128
_FILTERS = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}


@dataclass(frozen=True, slots=True)
class ChatAnswer:
    """What a model answers to a dialog.

    Attributes:
        tool: the function that it calls instead of speaking.
        choices: how many times the same answer is given.
    """

    id: str
    created: int
    model: str
    text: str
    finish: str
    prompt_tokens: int
    completion_tokens: int
    tool: str | None = None
    choices: int = 1

    @property
    def usage(self) -> dict[str, object]:
        """What the call cost."""
        completion = self.completion_tokens * self.choices
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion,
            "total_tokens": self.prompt_tokens + completion,
            "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": 0},
            "completion_tokens_details": {"audio_tokens": 0, "reasoning_tokens": 0},
        }

    def whole(self) -> dict[str, object]:
        """Return the answer in one piece."""
        message: dict[str, object] = {"role": "assistant", "content": self.text, "refusal": None}
        if self.tool is not None:
            message |= {"content": None, "tool_calls": [_call(self.id, self.tool)]}
        choice = {"finish_reason": self.finish, "logprobs": None, "message": message}
        return {
            **self._head("chat.completion"),
            "choices": [
                {"index": number, **choice, "content_filter_results": _FILTERS} for number in range(self.choices)
            ],
            "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": _FILTERS}],
            "usage": self.usage,
        }

    def stream(self, *, with_usage: bool) -> Iterator[dict[str, object]]:
        """Yield the chunks of the answer as the service sends them; with usage they end with one that holds it."""
        rest: dict[str, object] = {"usage": None} if with_usage else {}
        filters = [{"prompt_index": 0, "content_filter_results": _FILTERS}]
        yield {"id": "", "object": "", "created": 0, "model": "", "choices": [], "prompt_filter_results": filters}
        for number in range(self.choices):
            for delta in self._deltas():
                yield self._chunk(number, delta, None) | rest
            yield self._chunk(number, {}, self.finish) | rest
        if with_usage:
            yield {**self._head("chat.completion.chunk"), "choices": [], "usage": self.usage}

    def _deltas(self) -> Iterator[dict[str, object]]:
        yield {"role": "assistant", "content": "" if self.tool is None else None, "refusal": None}
        if self.tool is not None:
            yield {"tool_calls": [{"index": 0, **_call(self.id, self.tool)}]}
            return
        for piece in tokens.pieces(self.text):
            yield {"content": piece}

    def _chunk(self, number: int, delta: dict[str, object], finish: str | None) -> dict[str, object]:
        choice = {"index": number, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self._head("chat.completion.chunk"), "choices": [{**choice, "content_filter_results": {}}]}

    def _head(self, kind: str) -> dict[str, object]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": "fp_simulated",
        }


def answer_chat(payload: Payload, *, call_id: str, created: int, model: str) -> ChatAnswer:
    """Return the answer to a dialog: to its last question, as JSON where that is asked, cut at the tokens allowed."""
    choices = payload.number("n", most=_MOST_CHOICES) or 1
    prompt_tokens = payload.prompt_tokens()
    tool = payload.forced_tool()
    if tool is not None:
        used = tokens.count(tool) + 2
        return ChatAnswer(call_id, created, model, "", "tool_calls", prompt_tokens, used, tool, choices)
    whole = answer_to(payload.question())
    if payload.wants_json:
        whole = json.dumps({"answer": whole})
    limit = payload.number("max_completion_tokens", "max_tokens")
    text = whole if limit is None else tokens.cut(whole, limit)
    finish = "stop" if text == whole else "length"
    return ChatAnswer(call_id, created, model, text, finish, prompt_tokens, tokens.count(text), None, choices)


def sse(events: Iterator[dict[str, object]]) -> Iterator[bytes]:
    """Yield server-sent events with the mark that ends an OpenAI stream."""
    for event in events:
        yield b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


def _call(answer_id: str, name: str) -> dict[str, object]:
    return {"id": f"call_{answer_id[-12:]}", "type": "function", "function": {"name": name, "arguments": "{}"}}
