"""Whole answers: their text, and the streams they are turned into and made of."""

from __future__ import annotations

import pytest

from apim_ai.family.chat.answer import answer_text, collected, replayed
from apim_ai.family.chat.stream import EventReader, delta_texts

CHAT = {
    "id": "1",
    "object": "chat.completion",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}],
}
RESPONSE = {"object": "response", "id": "r", "output": [{"content": [{"type": "output_text", "text": "Hello"}]}]}
ANTHROPIC = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "text", "text": "Hello"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 2},
}


@pytest.mark.parametrize(
    "document",
    [
        CHAT,
        RESPONSE,
        ANTHROPIC,
        {"choices": [{"text": "Hello"}]},
        {"candidates": [{"content": {"parts": [{"text": "Hello"}]}}]},
        {"choices": [{"message": {"content": [{"type": "text", "text": "Hello"}]}}]},
    ],
)
def test_text(document: object) -> None:
    assert answer_text(document) == "Hello"


@pytest.mark.parametrize("document", [None, [], {}, {"choices": None}, {"output": [1]}, {"content": "x"}])
def test_no_text(document: object) -> None:
    assert answer_text(document) == ""


@pytest.mark.parametrize("document", [CHAT, RESPONSE, ANTHROPIC])
def test_an_answer_survives_being_replayed_as_a_stream(document: dict[str, object]) -> None:
    reader = EventReader()
    events = list(reader.feed(replayed(document)))
    again = collected(events)
    assert again is not None
    assert answer_text(again) == "Hello"
    assert {name: again[name] for name in document} == document


def test_a_chat_is_replayed_in_one_chunk_and_the_end_mark() -> None:
    content = replayed(CHAT)
    assert content.count(b"data:") == 2
    assert content.endswith(b"data: [DONE]\n\n")
    (event,) = EventReader().feed(content)
    assert delta_texts(event)[0] == "Hello"
    assert event["object"] == "chat.completion.chunk"


def test_a_chat_stream_is_collected() -> None:
    events: list[dict[str, object]] = [
        {"id": "1", "model": "m", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]},
        {"id": "1", "model": "m", "choices": [{"index": 0, "delta": {"content": "Hel"}}]},
        {"id": "1", "model": "m", "choices": [{"index": 0, "delta": {"content": "lo"}}]},
        {"id": "1", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"id": "1", "model": "m", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
    ]
    assert collected(events) == {
        "object": "chat.completion",
        "id": "1",
        "model": "m",
        "usage": {"prompt_tokens": 1, "completion_tokens": 2},
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}],
    }


def test_completions_are_collected_as_such() -> None:
    whole = collected([{"choices": [{"index": 0, "text": "a"}]}, {"choices": [{"index": 0, "text": "b"}]}])
    assert whole is not None
    assert whole["choices"] == [{"index": 0, "finish_reason": None, "text": "ab"}]


@pytest.mark.parametrize("events", [[], [{"x": 1}]])
def test_what_is_unknown_is_not_collected(events: list[dict[str, object]]) -> None:
    assert collected(events) is None
