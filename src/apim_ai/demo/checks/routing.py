"""Content safety, and the cascade from small to large models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.demo.caller import Caller
from apim_ai.demo.prompts import PROMPTS, UNSAFE_PROMPT
from apim_ai.demo.report import Check

if TYPE_CHECKING:
    from apim_ai.demo.world import World

__all__ = ["CHECKS"]

SAFETY = "Content safety"
CASCADE = "Cascade"


async def unsafe_prompt(world: World) -> Check:
    """An attack on the model never reaches it."""
    reply = await Caller(world, "analytics").chat(UNSAFE_PROMPT)
    expected = {"status": 403, "reason": "unsafe_prompt", "model calls": 0}
    actual = {"status": reply.status, "reason": reply.reason, "model calls": len(reply.model_calls)}
    return Check.compare("an unsafe prompt", SAFETY, expected, actual, reply.seconds)


async def by_header(world: World) -> Check:
    """The intent header chooses the size of the model."""
    header = world.headers()["intent"]
    seen: list[str] = []
    seconds = 0.0
    for number, intent in enumerate(("small", "mini", "large")):
        question = PROMPTS[5 + number].question  # known ones, of which the small model is sure
        reply = await Caller(world, "analytics").chat(question, model="auto", headers={header: intent})
        seen.append(reply.served_by)
        seconds += reply.seconds
    expected = {"small, mini, large served by": ["slm", "aoai-mini", "aoai-ptu"]}
    return Check.compare("by header", CASCADE, expected, {"small, mini, large served by": seen}, seconds)


async def low_confidence(world: World) -> Check:
    """A small model that is not sure hands over, once."""
    header = world.headers()["intent"]
    question = "What does clause nineteen of the supplier contract mean for us?"
    reply = await Caller(world, "analytics").chat(question, model="auto", headers={header: "small"})
    expected = {"status": 200, "asked": ["slm", "aoai-mini"]}
    actual = {"status": reply.status, "asked": [call.backend for call in reply.model_calls]}
    return Check.compare("a small model that is not sure", CASCADE, expected, actual, reply.seconds)


async def unknown_model(world: World) -> Check:
    """A model that is not among the routes is not to be had."""
    reply = await Caller(world, "analytics").chat(PROMPTS[0].question, model="gpt-unknown")
    expected = {"status": 404, "reason": "model_not_found", "backend calls": 0}
    actual = {"status": reply.status, "reason": reply.reason, "backend calls": len(reply.calls)}
    return Check.compare("a model that nobody serves", CASCADE, expected, actual, reply.seconds)


CHECKS = (unsafe_prompt, by_header, low_confidence, unknown_model)
