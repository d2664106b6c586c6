"""The trace: steps inside one another, also in branches that run at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from apim_ai.runtime import Trace

if TYPE_CHECKING:
    from apim_ai.source import Span

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Policy:
    element_name: str
    span: Span | None = None


def begin(trace: Trace, name: str, now: float) -> None:
    trace.begin(Policy(name), "inbound", "api", now)


def test_steps_stand_inside_one_another() -> None:
    trace = Trace()
    begin(trace, "choose", 1.0)
    trace.note("when 1 holds")
    begin(trace, "set-header", 2.0)
    trace.note("inside")
    trace.end(2.5)
    trace.note("after")
    begin(trace, "set-body", 2.75)
    trace.end(2.75)
    trace.end(3.0)
    trace.note("nowhere")
    begin(trace, "retry", 4.0)
    assert [(step.policy, step.depth, step.seconds, step.notes) for step in trace.steps] == [
        ("choose", 0, 2.0, ("when 1 holds", "after")),
        ("set-header", 1, 0.5, ("inside",)),
        ("set-body", 1, 0.0, ()),
        ("retry", 0, None, ()),
    ]


def test_steps_are_shown_without_secrets() -> None:
    trace = Trace()
    trace.redact = lambda text: text.replace("hunter2", "***")
    begin(trace, "choose", 1.0)
    trace.note("the key is hunter2")
    trace.end(2.0)
    assert trace.steps[0].notes == ("the key is ***",)


async def test_branches_that_run_at_once_keep_their_notes_apart() -> None:
    trace = Trace()
    begin(trace, "wait", 0.0)

    async def branch(name: str) -> None:
        trace.branch()
        begin(trace, name, 0.0)
        await asyncio.sleep(0)
        trace.note(f"note of {name}")
        trace.end(1.0)

    await asyncio.gather(*(asyncio.create_task(branch(name)) for name in ("a", "b")))
    trace.note("both ended")
    trace.end(2.0)
    assert [(step.policy, step.depth, step.notes) for step in trace.steps] == [
        ("wait", 0, ("both ended",)),
        ("a", 1, ("note of a",)),
        ("b", 1, ("note of b",)),
    ]


async def test_steps_of_branches_stand_in_the_order_in_which_they_began() -> None:
    trace = Trace()
    ticks = iter(range(100))
    begin(trace, "wait", next(ticks) / 1)

    async def branch(name: str) -> None:
        trace.branch()
        for number in (1, 2):
            begin(trace, f"{name}{number}", next(ticks) / 1)
            await asyncio.sleep(0)
            trace.end(next(ticks) / 1)

    await asyncio.gather(*(asyncio.create_task(branch(name)) for name in "ab"))
    assert [step.policy for step in trace.steps] == ["wait", "a1", "b1", "a2", "b2"]


async def test_a_branch_may_have_branches() -> None:
    trace = Trace()
    begin(trace, "wait", 0.0)

    async def branch(name: str, *inside: str) -> None:
        trace.branch()
        begin(trace, name, 0.0)
        await asyncio.gather(*(asyncio.create_task(branch(each)) for each in inside))
        trace.note(name)
        trace.end(1.0)

    await asyncio.gather(*(asyncio.create_task(branch(name, f"{name}1", f"{name}2")) for name in "ab"))
    trace.note("wait")
    trace.end(1.0)
    assert {step.policy: (step.depth, step.notes) for step in trace.steps} == {
        "wait": (0, ("wait",)),
        **{name: (1, (name,)) for name in "ab"},
        **{name: (2, (name,)) for name in ("a1", "a2", "b1", "b2")},
    }


def test_traces_of_nested_exchanges_keep_apart() -> None:
    outer, inner = Trace(), Trace()
    outer.branch()
    begin(outer, "send-request", 0.0)
    begin(inner, "set-header", 0.0)
    outer.note("of the outer one")
    inner.end(1.0)
    inner.note("nowhere")
    outer.end(1.0)
    assert [(step.policy, step.depth, step.notes) for trace in (inner, outer) for step in trace.steps] == [
        ("set-header", 0, ()),
        ("send-request", 0, ("of the outer one",)),
    ]
