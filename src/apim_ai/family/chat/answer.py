"""Reads the text of whole answers, and turns a stream into the answer it stands for and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.family.chat.json_text import dump, items, mapping, text
from apim_ai.family.chat.stream import delta_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.message import Response

__all__ = ["answer_text", "collected", "is_event_stream", "replayed"]


def is_event_stream(response: Response) -> bool:
    """Whether a response is a stream of server-sent events."""
    return (response.headers.get("Content-Type") or "").lower().startswith("text/event-stream")


def answer_text(document: object) -> str:
    """Return all text that a model's answer shows, its alternatives one a line."""
    body = mapping(document)
    pieces: list[str] = []
    for choice in map(mapping, items(body.get("choices"))):
        content = mapping(choice.get("message")).get("content", choice.get("text"))
        pieces += [content] if isinstance(content, str) else _part_texts(content)
    for output in map(mapping, items(body.get("output"))):
        pieces += _part_texts(output.get("content"))
    pieces += _part_texts(body.get("content"))
    for candidate in map(mapping, items(body.get("candidates"))):
        pieces += _part_texts(mapping(candidate.get("content")).get("parts"))
    return "\n".join(piece for piece in pieces if piece)


def _part_texts(parts: object) -> list[str]:
    return [text(mapping(part).get("text")) for part in items(parts)]


def collected(events: Sequence[dict[str, object]]) -> dict[str, object] | None:
    """Return the whole answer that a stream of events stands for, or None where it is not known how to tell."""
    for event in reversed(events):
        if event.get("type") == "response.completed":
            return mapping(event.get("response")) or None
    if any("choices" in event for event in events):
        return _collected_chat(events)
    if events and events[0].get("type") == "message_start":
        return _collected_anthropic(events)
    return None


def _collected_chat(events: Sequence[dict[str, object]]) -> dict[str, object]:
    contents: dict[int, str] = {}
    reasons: dict[int, object] = {}
    whole: dict[str, object] = {"object": "chat.completion"}
    is_chat = any("delta" in mapping(choice) for event in events for choice in items(event.get("choices")))
    for event in events:
        whole |= {name: event[name] for name in ("id", "created", "model", "usage") if event.get(name) is not None}
        for choice in map(mapping, items(event.get("choices"))):
            index = choice.get("index")
            place = index if isinstance(index, int) else 0
            contents[place] = contents.get(place, "") + delta_texts({"choices": [choice]})[0]
            reasons[place] = choice.get("finish_reason") or reasons.get(place)
    if not is_chat:
        whole["object"] = "text_completion"
    whole["choices"] = [
        {"index": place, "finish_reason": reasons[place]}
        | ({"message": {"role": "assistant", "content": content}} if is_chat else {"text": content})
        for place, content in sorted(contents.items())
    ]
    return whole


def _collected_anthropic(events: Sequence[dict[str, object]]) -> dict[str, object]:
    whole = dict(mapping(events[0].get("message")))
    usage = dict(mapping(whole.get("usage")))
    for event in events:
        if event.get("type") == "message_delta":
            whole |= mapping(event.get("delta"))
            usage |= mapping(event.get("usage"))
    whole["content"] = [{"type": "text", "text": "".join(delta_texts(event)[0] for event in events)}]
    whole["usage"] = usage
    return whole


def replayed(document: object) -> bytes:
    """Return a whole answer as a stream of one event that holds all of it, and the end mark."""
    body = mapping(document)
    if body.get("object") == "response":
        return _event({"type": "response.completed", "response": body}, name="response.completed")
    if body.get("type") == "message":
        return _replayed_anthropic(body)
    chunk = {name: value for name, value in body.items() if name != "choices"}
    chunk["object"] = "chat.completion.chunk"
    chunk["choices"] = [_replayed_choice(choice) for choice in map(mapping, items(body.get("choices")))]
    return _event(chunk) + b"data: [DONE]\n\n"


def _replayed_choice(choice: dict[str, object]) -> dict[str, object]:
    rest = {name: value for name, value in choice.items() if name != "message"}
    return rest | ({"delta": choice["message"]} if "message" in choice else {})


def _replayed_anthropic(body: dict[str, object]) -> bytes:
    start: dict[str, object] = {"type": "message_start", "message": body | {"content": list[object]()}}
    block: dict[str, object] = {
        "type": "content_block_start",
        "index": 0,
        "content_block": {"type": "text", "text": ""},
    }
    delta = {"type": "text_delta", "text": answer_text(body)}
    end: dict[str, object] = {
        "type": "message_delta",
        "delta": {"stop_reason": body.get("stop_reason")},
        "usage": body.get("usage"),
    }
    events: tuple[dict[str, object], ...] = (
        start,
        block,
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        end,
        {"type": "message_stop"},
    )
    return b"".join(_event(event, name=text(event["type"])) for event in events)


def _event(content: dict[str, object], name: str = "") -> bytes:
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + dump(content) + b"\n\n"
