"""Limits: a greedy person is stopped, and nobody else behind the same bot notices."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from apim_ai.demo.caller import Caller
from apim_ai.demo.report import Check

if TYPE_CHECKING:
    from apim_ai.demo.caller import Reply
    from apim_ai.demo.world import World

__all__ = ["CHECKS"]

GROUP = "Token limits"
OTHERS = 25
ATTEMPTS = 12
_LONG = "Summarise this report: " + "the quarterly figures of the northern region rose again. " * 120


async def greedy_person(world: World) -> Check:
    """One person uses up the tokens of the minute."""
    last, passed = await _until_refused(world)
    remaining = passed.headers.get("x-ratelimit-remaining-tokens", "") if passed else ""
    expected = {"status": 429, "Retry-After": "1 to 60 s", "remaining-tokens header": "a number", "model calls": 0}
    wait = last.headers.get("retry-after", "")
    actual = {
        "status": last.status,
        "Retry-After": "1 to 60 s" if wait.isdigit() and 1 <= int(wait) <= 60 else wait or None,  # noqa: PLR2004 - a minute
        "remaining-tokens header": "a number" if remaining.isdigit() else remaining or None,
        "model calls": len(last.model_calls),
    }
    return Check.compare("one person uses up a minute's tokens", GROUP, expected, actual, last.seconds)


async def _until_refused(world: World) -> tuple[Reply, Reply | None]:
    greedy = Caller(world, "bot", end_user="greedy@example.test")
    passed: Reply | None = None
    reply = await greedy.chat(f"1. {_LONG}")
    for number in range(2, ATTEMPTS):
        if reply.status != 200:  # noqa: PLR2004 - OK
            break
        passed, reply = reply, await greedy.chat(f"{number}. {_LONG}")
    return reply, passed


async def the_others(world: World) -> Check:
    """The others behind the same bot go on meanwhile."""
    people = [Caller(world, "bot", end_user=f"person-{number}@example.test") for number in range(OTHERS)]
    asked = (person.chat(f"What is on the menu in canteen {number}?") for number, person in enumerate(people))
    replies = await asyncio.gather(*asked)
    greedy = await Caller(world, "bot", end_user="greedy@example.test").chat(f"99. {_LONG}")
    expected = {f"of {OTHERS} others answered": OTHERS, "the greedy one": 429}
    answered = sum(reply.status == 200 for reply in replies)  # noqa: PLR2004 - OK
    actual = {f"of {OTHERS} others answered": answered, "the greedy one": greedy.status}
    return Check.compare("the others behind the bot go on", GROUP, expected, actual, greedy.seconds)


async def spoofed_person(world: World) -> Check:
    """The header that names a person counts only from the bot: a team cannot escape its limit with it."""
    header = world.headers()["end_user"]
    first = await Caller(world, "analytics").chat("How high is the tower?", headers={header: "one"})
    second = await Caller(world, "analytics").chat("How wide is the river?", headers={header: "two"})
    left = [int(reply.headers.get("x-ratelimit-remaining-tokens", "-1")) for reply in (first, second)]
    expected = {"status": [200, 200], "same budget": True}
    actual = {"status": [first.status, second.status], "same budget": 0 <= left[1] < left[0]}
    return Check.compare("a team pretends to be many people", GROUP, expected, actual, second.seconds)


CHECKS = (greedy_person, the_others, spoofed_person)
