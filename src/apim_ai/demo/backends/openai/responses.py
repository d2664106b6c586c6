"""The Responses API: one answer, or the stream of its events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from apim_ai.demo.backends import tokens
from apim_ai.demo.backends.openai.payload import BadRequestError, texts_of
from apim_ai.demo.prompts import answer_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.demo.backends.openai.payload import Payload

__all__ = ["respond", "response_events"]


def respond(payload: Payload, *, call_id: str, created: int, model: str) -> dict[str, object]:
    """Return the response to an input: text, or a list of messages."""
    asked = _inputs(payload)
    whole = answer_to(asked[-1])
    text = tokens.cut(whole, payload.number("max_output_tokens") or 1_000)
    prompt, used = sum(tokens.count(item) for item in asked), tokens.count(text)
    complete = text == whole
    return {
        "id": f"resp_{call_id[-24:]}",
        "object": "response",
        "created_at": created,
        "status": "completed" if complete else "incomplete",
        "error": None,
        "incomplete_details": None if complete else {"reason": "max_output_tokens"},
        "instructions": payload.members.get("instructions"),
        "metadata": payload.members.get("metadata") or {},
        "model": model,
        "output": [_message(call_id, text, "completed" if complete else "incomplete")],
        "parallel_tool_calls": True,
        "previous_response_id": payload.members.get("previous_response_id"),
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": payload.members.get("tools") or [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": prompt,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": used,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": prompt + used,
        },
    }


def response_events(whole: dict[str, object]) -> Iterator[bytes]:
    """Yield the events of a response, each with its name and number."""
    for number, event in enumerate(_events(whole)):
        data = json.dumps({**event, "sequence_number": number}, separators=(",", ":"))
        yield f"event: {event['type']}\ndata: {data}\n\n".encode()


def _events(whole: dict[str, object]) -> Iterator[dict[str, object]]:
    item = cast("list[dict[str, object]]", whole["output"])[0]
    part = cast("list[dict[str, object]]", item["content"])[0]
    text = cast("str", part["text"])
    nothing: list[object] = []
    begun: dict[str, object] = {**whole, "status": "in_progress", "output": nothing, "usage": None}
    place: dict[str, object] = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    started: dict[str, object] = {**item, "status": "in_progress", "content": nothing}
    yield {"type": "response.output_item.added", "output_index": 0, "item": started}
    yield {"type": "response.content_part.added", **place, "part": part | {"text": ""}}
    for piece in tokens.pieces(text):
        yield {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": text, "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": f"response.{whole['status']}", "response": whole}


def _inputs(payload: Payload) -> list[str]:
    """Return the texts of the input, instructions first, the question last."""
    value = payload.members.get("input")
    instructions = payload.text("instructions")
    found = [instructions] if instructions else []
    if isinstance(value, str):
        return [*found, value]
    if not isinstance(value, list) or not value:
        raise BadRequestError("Missing required parameter: 'input'.", "input")
    for item in cast("list[object]", value):
        content = cast("dict[str, object]", item).get("content") if isinstance(item, dict) else None
        found.append("\n".join(texts_of(content)))
    return found


def _message(call_id: str, text: str, status: str) -> dict[str, object]:
    content: list[dict[str, object]] = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return {"type": "message", "id": f"msg_{call_id[-24:]}", "status": status, "role": "assistant", "content": content}
