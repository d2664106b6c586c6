"""The trace: steps inside one another, also in branches that run at once."""

from __future__ import annotations

import asyncio

import pytest

from apim_ai.runtime import Trace

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_steps_stand_inside_one_another() -> None:
    trace = Trace()
    outer = trace.begin("choose", "inbound", "api", None, 1.0)
    trace.note("when 1 holds")
    inner = trace.begin("set-header", "inbound", "api", None, 2.0)
    trace.note("inside")
    trace.end(inner, 2.5)
    trace.note("after")
    trace.end(outer, 3.0)
    trace.note("nowhere")
    assert [(step.policy, step.depth, step.seconds) for step in trace.steps] == [
        ("choose", 0, 2.0),
        ("set-header", 1, 0.5),
    ]
    assert (outer.notes, inner.notes) == (["when 1 holds", "after"], ["inside"])


async def test_branches_that_run_at_once_keep_their_notes_apart() -> None:
    trace = Trace()
    wait = trace.begin("wait", "inbound", "api", None, 0.0)

    async def branch(name: str) -> None:
        trace.branch()
        step = trace.begin(name, "inbound", "api", None, 0.0)
        await asyncio.sleep(0)
        trace.note(f"note of {name}")
        trace.end(step, 1.0)

    await asyncio.gather(*(asyncio.create_task(branch(name)) for name in ("a", "b")))
    trace.note("both ended")
    trace.end(wait, 2.0)
    assert [(step.policy, step.depth, step.notes) for step in trace.steps] == [
        ("wait", 0, ["both ended"]),
        ("a", 1, ["note of a"]),
        ("b", 1, ["note of b"]),
    ]


async def test_a_branch_may_have_branches() -> None:
    trace = Trace()
    wait = trace.begin("wait", "inbound", "api", None, 0.0)

    async def branch(name: str, *inside: str) -> None:
        trace.branch()
        step = trace.begin(name, "inbound", "api", None, 0.0)
        await asyncio.gather(*(asyncio.create_task(branch(each)) for each in inside))
        trace.note(name)
        trace.end(step, 1.0)

    await asyncio.gather(*(asyncio.create_task(branch(name, f"{name}1", f"{name}2")) for name in "ab"))
    trace.note("wait")
    trace.end(wait, 1.0)
    assert {step.policy: (step.depth, step.notes) for step in trace.steps} == {
        "wait": (0, ["wait"]),
        **{name: (1, [name]) for name in "ab"},
        **{name: (2, [name]) for name in ("a1", "a2", "b1", "b2")},
    }


def test_traces_of_nested_exchanges_keep_apart() -> None:
    outer, inner = Trace(), Trace()
    outer.branch()
    step = outer.begin("send-request", "inbound", "api", None, 0.0)
    other = inner.begin("set-header", "inbound", "api", None, 0.0)
    outer.note("of the outer one")
    inner.end(other, 1.0)
    inner.note("nowhere")
    outer.end(step, 1.0)
    assert (other.depth, other.notes, step.notes) == (0, [], ["of the outer one"])
