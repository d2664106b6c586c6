"""Operations: token metrics by team and model, and a tier that is turned down while traffic runs."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from apim_ai.demo.caller import Caller
from apim_ai.demo.report import Check

if TYPE_CHECKING:
    from apim_ai.demo.caller import Reply
    from apim_ai.demo.world import World

__all__ = ["CHECKS"]

METRICS = "Token metrics"
TIERS = "Tiers in operation"
_OVERRIDE_SECONDS = 4
_PATIENCE = 20.0
_OK = 200


async def token_metrics(world: World) -> Check:
    """Prompt, completion and total tokens, by team and model; never by person."""
    before = len(world.reports.metrics)
    reply = await Caller(world, "analytics").chat("How many steps lead to the roof?", model="gpt-4o-mini")
    answer: dict[str, Any] = reply.json() or {}
    usage: dict[str, Any] = answer.get("usage") or {}
    new = world.reports.metrics[before:]
    values = {metric.name: metric.value for metric in new}
    dimensions = dict(new[0].dimensions) if new else {}
    expected = {
        "Total Tokens": usage.get("total_tokens"),
        "Team": "analytics",
        "Model": "gpt-4o-mini",
        "persons among the dimensions": 0,
    }
    actual = {
        "Total Tokens": values.get("Total Tokens") and int(values["Total Tokens"]),
        "Team": dimensions.get("Team"),
        "Model": dimensions.get("Model"),
        "persons among the dimensions": sum("user" in name.lower() for name in dimensions),
    }
    return Check.compare("tokens by team and model", METRICS, expected, actual, reply.seconds)


class _Traffic:
    """A team that goes on asking while the tier is switched."""

    def __init__(self, world: World) -> None:
        self._caller = Caller(world, "analytics")
        self.replies: list[Reply] = []

    async def run(self) -> None:
        while True:
            await self.ask()
            await asyncio.sleep(0.1)

    async def ask(self) -> Reply:
        reply = await self._caller.chat(f"What is the weather like at site {len(self.replies)}?")
        self.replies.append(reply)
        return reply

    async def budget(self) -> int:
        reply = await self.ask()
        return int(reply.headers.get("x-ratelimit-remaining-tokens", "-1"))


async def tier_switched(world: World) -> Check:
    """`apim-ai tier` gives gold silver's limit for some seconds: the next request has it, and it ends by itself."""
    limits = {tier.name: tier.limits["tpm"] for tier in world.bundle.tiers}
    gold, silver = limits["gold"], limits["silver"]
    traffic = _Traffic(world)
    began = monotonic()
    before = await traffic.budget()
    running = asyncio.create_task(traffic.run())
    try:
        switched = await _switch(world, silver)
        during = await traffic.budget()
        after = during
        while after <= silver and monotonic() - began < _PATIENCE:
            await asyncio.sleep(0.25)
            after = await traffic.budget()
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
    failed = sum(reply.status != _OK for reply in traffic.replies)
    expected = {"before": "gold", "at the next request": "silver", "by itself later": "gold", "failed requests": 0}
    actual = {
        "before": _tier_of(before, gold, silver),
        "at the next request": _tier_of(during, gold, silver) if switched else "not switched",
        "by itself later": _tier_of(after, gold, silver),
        "failed requests": failed,
    }
    return Check.compare("gold is turned down to silver", TIERS, expected, actual, monotonic() - began)


def _tier_of(remaining: int, gold: int, silver: int) -> str:
    if remaining < 0:
        return "unknown"
    return "silver" if remaining <= silver else "gold" if remaining <= gold else "more than gold"


async def _switch(world: World, tpm: int) -> bool:
    """Run the command as an operator does, in a process of its own."""
    place = ["--env", "local", "--project", str(world.project.root)]
    where = {"APIM_AI_CONTROL_PLANE": world.instance.control_plane, "APIM_AI_TOKEN": world.instance.token}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "apim_ai", "tier", "set", "gold", "--tpm", str(tpm)),
        *("--for", f"{_OVERRIDE_SECONDS}s", "--reason", "shown in the demo", "--yes", "--format", "json", *place),
        env={**os.environ, **where},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    with suppress(ValueError):
        return process.returncode == 0 and json.loads(out)["after"]["tpm"] == tpm
    return False


CHECKS = (token_metrics, tier_switched)
