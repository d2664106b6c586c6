"""Server-sent events, however they are cut."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.family.chat import stream
from apim_ai.family.chat.stream import EventReader, delta_texts

EVENTS = [{"choices": [{"delta": {"content": text}}]} for text in ("Hel", "lo ", "wörld", "")]
STREAM = b"".join(f"event: x\r\ndata: {json.dumps(event)}\r\n\r\n".encode() for event in EVENTS) + b"data: [DONE]\n\n"


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_cuts_do_not_matter(cuts: list[int]) -> None:
    reader = EventReader()
    found: list[dict[str, object]] = []
    places = [0, *sorted(cuts), len(STREAM)]
    for start, end in pairwise(places):
        found.extend(reader.feed(STREAM[start:end]))
    assert found == EVENTS
    assert reader.is_done
    assert reader.is_between_lines


@given(st.binary(max_size=200))
def test_garbage_is_no_error(data: bytes) -> None:
    reader = EventReader()
    for event in (*reader.feed(data), *reader.finish()):
        delta_texts(event)


def test_a_last_line_without_a_break_counts() -> None:
    reader = EventReader()
    assert list(reader.feed(b'data: {"a": 1}')) == []
    assert not reader.is_between_lines
    assert list(reader.finish()) == [{"a": 1}]


def test_an_endless_line_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_LINE", 100)
    reader = EventReader()
    was_dropped = False
    for _ in range(100):
        assert list(reader.feed(b"data: " + b"x" * 20)) == []
        was_dropped |= reader.is_between_lines
    assert was_dropped
    assert reader.is_overlong
    assert list(reader.feed(b'\ndata: {"a": 1}\n')) == [{"a": 1}]
    assert list(reader.feed(b'data: {"a": 1}\ndata: {"b"')) == [{"a": 1}]
    assert list(reader.feed(b": 2}\n")) == [{"b": 2}]


def test_what_follows_in_a_line_too_long_is_no_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONGEST_LINE", 100)
    reader = EventReader()
    for piece in (b"x" * 101, b'data: {"a": 1}'):
        assert list(reader.feed(piece)) == []
    assert list(reader.feed(b"\n")) == []


@pytest.mark.parametrize(
    ("event", "shown", "besides"),
    [
        ({"choices": [{"delta": {"content": "a"}}, {"delta": {"content": "b"}}]}, "ab", ""),
        ({"choices": [{"text": "a"}]}, "a", ""),
        ({"choices": [{"delta": {"tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}}]}, "", "f{"),
        ({"choices": [{"delta": {"reasoning_content": "r", "refusal": "n"}}]}, "", "rn"),
        ({"choices": []}, "", ""),
        ({"type": "response.output_text.delta", "delta": "a"}, "a", ""),
        ({"type": "response.function_call_arguments.delta", "delta": "a"}, "", "a"),
        ({"type": "content_block_delta", "delta": {"text": "a"}}, "a", ""),
        ({"type": "content_block_delta", "delta": {"partial_json": "a"}}, "", "a"),
        ({"candidates": [{"content": {"parts": [{"text": "a"}, {"text": "b"}]}}]}, "ab", ""),
        ({"type": "ping"}, "", ""),
    ],
)
def test_deltas(event: dict[str, object], shown: str, besides: str) -> None:
    assert delta_texts(event) == (shown, besides)
