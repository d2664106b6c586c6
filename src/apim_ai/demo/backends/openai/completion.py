"""Legacy completions: a text continued, whole or as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.demo.backends import tokens
from apim_ai.demo.backends.openai.payload import BadRequestError
from apim_ai.demo.prompts import answer_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.demo.backends.openai.payload import Payload

__all__ = ["complete", "stream_completion"]


def complete(payload: Payload, *, call_id: str, created: int, model: str) -> dict[str, object]:
    """Return the completion of each prompt."""
    prompts = _prompts(payload)
    limit = payload.number("max_tokens")
    texts = [tokens.cut(answer_to(prompt), limit or 1_000) for prompt in prompts]
    asked = sum(tokens.count(prompt) for prompt in prompts)
    answered = sum(tokens.count(text) for text in texts)
    choices = [_choice(number, text, "stop") for number, text in enumerate(texts)]
    usage = {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}
    return {**_head(call_id, created, model), "choices": choices, "usage": usage}


def stream_completion(payload: Payload, *, call_id: str, created: int, model: str) -> Iterator[dict[str, object]]:
    """Yield the chunks of the completion of each prompt."""
    whole = complete(payload, call_id=call_id, created=created, model=model)
    head = _head(call_id, created, model)
    for choice in cast("list[dict[str, object]]", whole["choices"]):
        number = cast("int", choice["index"])
        for piece in tokens.pieces(cast("str", choice["text"])):
            yield {**head, "choices": [_choice(number, piece, None)]}
        yield {**head, "choices": [_choice(number, "", "stop")]}
    if payload.wants_usage:
        yield {**head, "choices": [], "usage": whole["usage"]}


def _prompts(payload: Payload) -> list[str]:
    value = payload.members.get("prompt")
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in cast("list[object]", value)):
        return cast("list[str]", value)
    raise BadRequestError("Invalid 'prompt': expected text or an array of texts.", "prompt")


def _head(call_id: str, created: int, model: str) -> dict[str, object]:
    return {"id": call_id, "object": "text_completion", "created": created, "model": model}


def _choice(number: int, text: str, finish: str | None) -> dict[str, object]:
    return {"index": number, "text": text, "finish_reason": finish, "logprobs": None}
