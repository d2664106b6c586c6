"""Prompts in each vendor's shape."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apim_ai.config import GatewaySettings
from apim_ai.expression.context import Context
from apim_ai.family.chat.prompt import Message, Prompt, Question, question_of, read_prompt
from apim_ai.message import Body, Headers, Request, Url
from apim_ai.runtime import Exchange

if TYPE_CHECKING:
    from apim_ai.runtime import Services


class Words:
    """Counts words."""

    def count(self, text: str, model: str) -> int:
        return len(text.split())

    def warm(self) -> None:
        """Need nothing."""


class Pieces(Words):
    """Counts pieces."""

    def count(self, text: str, model: str) -> int:
        return 1


def prompt(path: str, body: object, **headers: str) -> Prompt | None:
    request = Request("POST", Url.parse(f"https://gateway.test{path}"), Headers(headers.items()))
    return read_prompt(request, json.dumps(body).encode())


def test_chat() -> None:
    found = prompt(
        "/openai/deployments/gpt-4o/chat/completions",
        {
            "model": "ignored",
            "stream": True,
            "stream_options": {"include_usage": True},
            "messages": [
                {"role": "system", "content": "Be brief."},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "What is this?"},
                        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                    ],
                },
                {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]},
                {"role": "tool", "content": "42"},
            ],
        },
    )
    assert found is not None
    assert (found.shape, found.model, found.streams, found.wants_usage, found.images) == (
        "chat",
        "gpt-4o",
        True,
        True,
        1,
    )
    assert found.messages == (
        Message("system", ("Be brief.",)),
        Message("user", ("What is this?",)),
        Message("assistant", ("f", "{}")),
        Message("tool", ("42",)),
    )


@pytest.mark.parametrize(
    ("path", "body", "shape", "texts", "tokens"),
    [
        ("/completions", {"prompt": "a b"}, "completion", ["a b"], 0),
        ("/completions", {"prompt": ["a", "b"]}, "completion", ["a", "b"], 0),
        ("/completions", {"prompt": [1, 2, 3]}, "completion", [], 3),
        ("/embeddings", {"input": "a"}, "embeddings", ["a"], 0),
        ("/embeddings", {"input": [[1, 2], [3]]}, "embeddings", [], 3),
        ("/x", {"input": "a"}, "embeddings", ["a"], 0),
        ("/openai/v1/responses", {"input": "a", "instructions": "b"}, "responses", ["b", "a"], 0),
        ("/x", {"input": "a", "max_output_tokens": 1}, "responses", ["a"], 0),
        (
            "/responses",
            {
                "input": [
                    {"role": "user", "content": [{"type": "input_text", "text": "a"}]},
                    {"type": "function_call", "name": "f", "arguments": "{}"},
                    {"type": "function_call_output", "output": "b"},
                ]
            },
            "responses",
            ["a", "f\n{}", "b"],
            0,
        ),
        (
            "/anthropic/v1/messages",
            {"system": "s", "messages": [{"role": "user", "content": [{"type": "tool_result", "content": "r"}]}]},
            "messages",
            ["s", "r"],
            0,
        ),
        (
            "/v1/models/gemini:generateContent",
            {"systemInstruction": {"parts": [{"text": "s"}]}, "contents": [{"role": "user", "parts": [{"text": "u"}]}]},
            "vertex",
            ["s", "u"],
            0,
        ),
    ],
)
def test_shapes(path: str, body: object, shape: str, texts: list[str], tokens: int) -> None:
    found = prompt(path, body)
    assert found is not None
    assert (found.shape, list(found.texts), found.tokens) == (shape, texts, tokens)


def test_anthropic_is_known_by_its_header_too() -> None:
    found = prompt("/chat", {"messages": []}, **{"anthropic-version": "2023-06-01"})
    assert found is not None
    assert found.shape == "messages"


def test_a_vertex_stream_is_known_by_its_path() -> None:
    found = prompt("/v1/models/gemini-2:streamGenerateContent", {"contents": []})
    assert found is not None
    assert (found.streams, found.model) == (True, "gemini-2")


@pytest.mark.parametrize("body", [{}, [], "x", 1, None, {"question": "?"}])
def test_what_is_no_prompt_is_none(body: object) -> None:
    assert prompt("/chat", body) is None


def test_the_estimate_adds_overhead_images_and_tools() -> None:
    found = prompt(
        "/chat",
        {
            "messages": [
                {"role": "user", "content": "one two three"},
                {"role": "user", "content": [{"type": "image_url"}, {"type": "text", "text": "four"}]},
            ],
            "tools": [{"type": "function", "function": {"name": "a b"}}],
        },
    )
    assert found is not None
    assert found.estimate(Words(), GatewaySettings()) == 4 + 2 * 3 + 85 + 2
    chosen = GatewaySettings(token_limit_message_overhead=0, token_limit_image_tokens=1, token_limit_tools="ignore")
    assert found.estimate(Words(), chosen) == 4 + 1


members = st.sampled_from(
    [
        "messages",
        "input",
        "prompt",
        "contents",
        "system",
        "tools",
        "content",
        "role",
        "stream",
        "parts",
        "model",
        "type",
    ]
)


parts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(members, inner, max_size=3),
    max_leaves=12,
)


@example({"messages": [{"role": ["user"], "content": [{"type": {}, "text": "a"}, {"type": ["image"]}]}]})
@example({"system": [{"type": []}], "messages": [{"role": {}}]})
@given(st.dictionaries(members, parts))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy with other things
def test_nothing_that_is_sent_is_an_error(body: dict[str, object]) -> None:
    found = prompt("/chat/completions", body)
    if found is not None:
        assert found.estimate(Words(), GatewaySettings()) >= 0


def test_pieces_of_a_message_are_counted_one_by_one() -> None:
    found = prompt("/chat", {"messages": [{"role": "user", "content": [{"text": "one two"}, {"text": "three"}]}]})
    assert found is not None
    assert found.messages[0].text == "one two\nthree"
    assert found.estimate(Pieces(), GatewaySettings()) == 2 + 3


def test_tools_nested_beyond_reason_are_no_error() -> None:
    nested = "[" * 1000 + "]" * 1000
    request = Request("POST", Url.parse("https://gateway.test/chat"))
    found = read_prompt(request, f'{{"messages": [], "tools": [{nested}]}}'.encode())
    assert found is None or found.estimate(Words(), GatewaySettings()) >= 0


def asked(path: str, content: bytes, **headers: str) -> Question:
    context = Context(
        Request("POST", Url.parse(f"https://gateway.test{path}"), Headers(headers.items()), Body(content))
    )
    question = question_of(Exchange(context, cast("Services", None), GatewaySettings()))
    assert question is not None
    return question


CHAT = {"messages": [{"role": "user", "content": "Hello"}]}
CHAT_PATH = "/openai/deployments/gpt-4o/chat/completions"


def test_a_prompt_is_read_when_somebody_asks_for_it() -> None:
    question = asked(CHAT_PATH, json.dumps(CHAT).encode())
    assert (question.streams, question.is_read) == (False, False)
    prompt = question.prompt
    assert prompt is not None
    assert (prompt.model, [*prompt.texts], question.is_read) == ("gpt-4o", ["Hello"], True)
    assert question.prompt is prompt


@pytest.mark.parametrize(
    ("path", "content", "headers"),
    [
        (CHAT_PATH, json.dumps({**CHAT, "stream": True}).encode(), {}),
        (CHAT_PATH, json.dumps({**CHAT, "stream": True}).replace('"stream"', '"stre\\u0061m"').encode(), {}),
        (CHAT_PATH, json.dumps({**CHAT, "stream": True}).encode("utf-16"), {}),
        (
            CHAT_PATH,
            gzip.compress(json.dumps({**CHAT, "stream": True}).encode(), mtime=0),
            {"Content-Encoding": "gzip"},
        ),
        ("/models/gemini:streamGenerateContent", b'{"contents": [{"parts": [{"text": "Hello"}]}]}', {}),
    ],
)
def test_a_wish_for_a_stream_is_seen_however_it_is_written(path: str, content: bytes, headers: dict[str, str]) -> None:
    assert asked(path, content, **headers).streams


@given(st.booleans(), st.text(max_size=8), st.sampled_from(["stream", "messages", "input", "prompt", "contents", "x"]))
@settings(deadline=None)
def test_a_question_tells_what_its_prompt_tells(wish: bool, text: str, name: str) -> None:
    for ascii_only in (True, False):
        content = json.dumps({**CHAT, "user": text, name: wish, text: 1}, ensure_ascii=ascii_only)
        try:
            question = asked(CHAT_PATH, content.encode())
        except UnicodeEncodeError:
            continue
        early, prompt = question.streams, question.prompt
        assert early == (prompt is not None and prompt.streams)


@pytest.mark.parametrize("path", ["/v1/messages", "/v1/messages/", "/V1/Messages"])
def test_anthropic_messages_are_refused_at_once_where_they_are_not_understood(path: str) -> None:
    question = asked(path, json.dumps(CHAT).encode())
    assert (question.is_read, question.streams) == (True, False)
