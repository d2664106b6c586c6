"""Windows over answers, and streams that wait for the verdict."""

from __future__ import annotations

import asyncio
import json
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from hypothesis import given
from hypothesis import strategies as st

from apim_ai.family.content_safety import Inspector, Verdict, Window, guarded, windows
from apim_ai.message import Body

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    import pytest


def delta(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


class Judge:
    """Flags texts that hold a word; remembers what it was asked."""

    def __init__(self, word: str = "evil", verdict: Verdict = "flagged") -> None:
        self.word = word
        self.verdict: Verdict = verdict
        self.asked: list[str] = []

    async def piece(self, text: str) -> Verdict:
        self.asked.append(text)
        return self.verdict if self.word in text else "safe"


def passed(judge: Judge, chunks: Sequence[bytes], size: int, overlap: int = 0, *, allows: bool = False) -> bytes:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def collect() -> bytes:
        inspector = cast("Inspector", judge)
        body = Body(stream=stream())
        return b"".join(
            [piece async for piece in guarded(body, bytes, inspector, Window(size, overlap), allows_unknown=allows)]
        )

    return asyncio.run(collect())


@given(st.text(max_size=100), st.integers(1, 20), st.integers(0, 25))
def test_windows_cover_the_text_in_order(text: str, size: int, overlap: int) -> None:
    found = list(windows(text, Window(size, overlap)))
    step = max(size - overlap, 1)
    assert all(len(window) <= size for window in found)
    assert "".join([*(window[:step] for window in found[:-1]), found[-1]]) == text


def test_windows_overlap() -> None:
    assert list(windows("0123456789", Window(4, 1))) == ["0123", "3456", "6789"]
    assert list(windows("", Window(4, 1))) == [""]


@given(st.lists(st.text(max_size=6), max_size=8), st.integers(1, 12), st.integers(0, 6), st.data())
def test_a_harmless_stream_passes_unchanged(texts: list[str], size: int, overlap: int, data: st.DataObject) -> None:
    content = b"".join(delta(text) for text in texts) + b"data: [DONE]\n\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=6)))
    places = [0, *cuts, len(content)]
    chunks = [content[start:end] for start, end in pairwise(places)]
    judge = Judge("\0never")
    assert passed(judge, chunks, size, overlap) == content
    assert sum(map(len, judge.asked)) >= len("".join(texts))


def test_nothing_of_the_flagged_window_or_after_it_passes() -> None:
    chunks = [delta("good"), delta("ev"), delta("il"), delta("good"), b"data: [DONE]\n\n"]
    judge = Judge()
    assert passed(judge, chunks, 4) == delta("good")
    assert judge.asked == ["good", "evil"]


def test_half_an_event_waits_for_its_other_half() -> None:
    event = delta("evil")
    assert passed(Judge(), [delta(""), event[:-12], event[-12:]], 4) == delta("")


def test_an_overlap_finds_what_lies_across_windows() -> None:
    chunks = [delta("xxev"), delta("ilxx")]
    assert passed(Judge(), chunks, 4) == b"".join(chunks)
    assert b"il" not in passed(Judge(), chunks, 4, 2)


def test_a_judge_who_does_not_know_lets_pass_only_what_the_setting_allows() -> None:
    assert passed(Judge(verdict="unknown"), [delta("evil")], 4) == b""
    assert passed(Judge(verdict="unknown"), [delta("evil")], 4, allows=True) == delta("evil")


def test_a_last_event_that_no_line_break_ends_is_judged() -> None:
    event = delta("evil").rstrip(b"\n")
    assert passed(Judge(), [delta("good"), event], 4) == delta("good")
    assert passed(Judge(), [delta("good"), event], 100) == b""


def test_a_line_too_long_to_be_read_ends_the_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apim_ai.family.chat.stream.LONGEST_LINE", 200)
    chunks = [delta("good"), delta("x" * 300)[:250], delta("x" * 300)[250:], delta("good")]
    assert passed(Judge(), chunks, 4) == delta("good")
    assert passed(Judge(), chunks, 4, allows=True) == b"".join(chunks)
