"""Provisioned capacity that is full: the circuit opens, pay-as-you-go answers, the circuit closes."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from apim_ai.demo.backends.fault import read_fault
from apim_ai.demo.caller import Caller
from apim_ai.demo.report import Check

if TYPE_CHECKING:
    from apim_ai.demo.world import World

__all__ = ["CHECKS"]

GROUP = "Spill-over and return"
RETRY_AFTER = 2
_PATIENCE = 15.0


async def spill_over(world: World) -> Check:
    """PTU answers 429 with Retry-After: the same request is answered by pay-as-you-go, the next goes there at once."""
    throttled = read_fault({"status": 429, "headers": {"Retry-After": str(RETRY_AFTER)}})
    world.simulation.faults.set("aoai-ptu", [throttled, None])
    caller = Caller(world, "research")
    first = await caller.chat("Which printers stand on floor one?")
    second = await caller.chat("Which printers stand on floor two?")
    expected = {
        "status": [200, 200],
        "backends of the first": ["aoai-ptu", "aoai-payg"],
        "backends of the second": ["aoai-payg"],
    }
    actual = {
        "status": [first.status, second.status],
        "backends of the first": [call.backend for call in first.model_calls],
        "backends of the second": [call.backend for call in second.model_calls],
    }
    return Check.compare("PTU is full", GROUP, expected, actual, first.seconds)


async def return_to_ptu(world: World) -> Check:
    """After the time that PTU asked for the circuit closes."""
    caller = Caller(world, "research")
    began = monotonic()
    number = 0
    reply = await caller.chat("Which lamps stand in room 0?")
    while reply.served_by != "aoai-ptu" and monotonic() - began < _PATIENCE:
        await asyncio.sleep(0.25)
        number += 1
        reply = await caller.chat(f"Which lamps stand in room {number}?")
    expected = {"status": 200, "served by": "aoai-ptu"}
    actual = {"status": reply.status, "served by": reply.served_by}
    return Check.compare("the circuit closes again", GROUP, expected, actual, monotonic() - began)


CHECKS = (spill_over, return_to_ptu)
