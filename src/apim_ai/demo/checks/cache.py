"""The semantic cache: the same person's question in other words, and never anybody else's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.demo.caller import Caller
from apim_ai.demo.prompts import PROMPTS
from apim_ai.demo.report import Check

if TYPE_CHECKING:
    from apim_ai.demo.world import World

__all__ = ["CHECKS"]

GROUP = "Semantic cache"
PROMPT = PROMPTS[1]


async def rephrased(world: World) -> Check:
    """Asked again in other words, the answer comes from the cache."""
    bot = Caller(world, "bot", end_user="ada@example.test")
    first = await bot.chat(PROMPT.question)
    second = await bot.chat(PROMPT.rephrased)
    expected = {"status": 200, "model calls": [1, 0], "same answer": True}
    actual = {
        "status": second.status,
        "model calls": [len(first.model_calls), len(second.model_calls)],
        "same answer": _answer(first.json()) == _answer(second.json()) != "",
    }
    return Check.compare("the same person asks in other words", GROUP, expected, actual, second.seconds)


async def another_person(world: World) -> Check:
    """Another person behind the same bot gets an answer of their own."""
    reply = await Caller(world, "bot", end_user="bob@example.test").chat(PROMPT.question)
    expected = {"status": 200, "model calls": 1}
    actual = {"status": reply.status, "model calls": len(reply.model_calls)}
    return Check.compare("another person asks the same", GROUP, expected, actual, reply.seconds)


async def another_team(world: World) -> Check:
    """Another team as well."""
    reply = await Caller(world, "analytics").chat(PROMPT.question)
    expected = {"status": 200, "model calls": 1}
    actual = {"status": reply.status, "model calls": len(reply.model_calls)}
    return Check.compare("another team asks the same", GROUP, expected, actual, reply.seconds)


async def streamed(world: World) -> Check:
    """Streams are never cached."""
    bot = Caller(world, "bot", end_user="ada@example.test")
    reply = await bot.chat(PROMPT.question, stream=True)
    expected = {"status": 200, "model calls": 1, "events": "many"}
    actual = {
        "status": reply.status,
        "model calls": len(reply.model_calls),
        "events": "many" if reply.chunks > 3 else reply.chunks,  # noqa: PLR2004 - more than an empty stream has
    }
    return Check.compare("a stream passes by the cache", GROUP, expected, actual, reply.seconds)


def _answer(body: object) -> str:
    try:
        return str(body["choices"][0]["message"]["content"])  # type: ignore[index]  # a chat completion
    except (KeyError, IndexError, TypeError):
        return ""


CHECKS = (rephrased, another_person, another_team, streamed)
