from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.demo.backends.fault import Fault, Faults, read_fault
from apim_ai.errors import UsageError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["status", "headers", "delay", "json", "body", "base64", "sse", "chunks", "error", "reset_after"]
)


def test_responses_are_used_in_turn_and_the_last_one_repeats() -> None:
    faults = Faults(["a", "b"])
    faults.set("a", [Fault(status=429), Fault(status=503)])
    assert [answer.status for answer in (faults.next("a"), faults.next("a"), faults.next("a")) if answer] == [
        429,
        503,
        503,
    ]
    assert faults.next("b") is None
    faults.set("a", [])
    assert faults.next("a") is None


def test_null_lets_the_backend_answer_by_itself() -> None:
    faults = Faults(["a"])
    faults.set("a", [read_fault({"status": 429}), read_fault(None)])
    assert faults.next("a") == Fault(status=429, headers=(("content-length", "0"),))
    assert faults.next("a") is None
    assert faults.next("a") is None


def test_an_unknown_backend_is_named() -> None:
    with pytest.raises(UsageError, match='"ptu"') as caught:
        Faults(["aoai-ptu"]).set("ptu", [])
    assert "aoai-ptu" in (caught.value.help or "")


@pytest.mark.parametrize(
    ("given", "chunks", "headers"),
    [
        ({"json": {"a": 1}}, (b'{"a": 1}',), {"content-type": "application/json", "content-length": "8"}),
        ({"body": "x"}, (b"x",), {"content-length": "1"}),
        ({"base64": "AAE="}, (b"\0\1",), {"content-length": "2"}),
        ({"chunks": ["a", "b"]}, (b"a", b"b"), {}),
        (
            {"sse": ["x", {"event": "e", "data": {"b": 2}}, "two\nlines"]},
            (b"data: x\n\n", b'event: e\ndata: {"b": 2}\n\n', b"data: two\ndata: lines\n\n"),
            {"content-type": "text/event-stream"},
        ),
        (
            {"json": 1, "headers": {"Content-Type": "text/x"}},
            (b"1",),
            {"Content-Type": "text/x", "content-length": "1"},
        ),
    ],
)
def test_each_form_of_content(given: object, chunks: tuple[bytes, ...], headers: dict[str, str]) -> None:
    fault = read_fault(given)
    assert fault is not None
    assert fault.chunks == chunks
    assert dict(fault.headers) == headers


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (5, "object or null"),
        ({"stauts": 1}, "stauts"),
        ({"status": 99}, "status"),
        ({"status": True}, "status"),
        ({"delay": -1}, "delay"),
        ({"delay": 10_000}, "delay"),
        ({"error": "boom"}, "connect, timeout, reset"),
        ({"headers": []}, "headers"),
        ({"headers": {"a": "b\r\nc: d"}}, "line break"),
        ({"base64": "?"}, "base64"),
        ({"chunks": "x"}, "chunks"),
        ({"chunks": [1]}, "chunks"),
        ({"body": 1}, "body"),
        ({"reset_after": -1}, "reset_after"),
    ],
)
def test_what_is_wrong_with_a_response_is_named(given: object, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        read_fault(given)


@given(st.dictionaries(KEYS, JSON) | JSON)
def test_any_json_is_a_fault_or_is_refused(value: object) -> None:
    try:
        fault = read_fault(value)
    except UsageError:
        return
    assert fault is None or isinstance(fault, Fault)
