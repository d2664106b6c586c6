"""`wait`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from apim_ai.definition import Policy, Value, attribute, choice, policies, policy
from apim_ai.runtime import run_all

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange, Respond

__all__ = ["Wait"]


@policy("wait", sections=("inbound", "backend", "outbound"), page="wait-policy")
class Wait(Policy):
    """Run the policies inside at once and wait for all of them, or for the first one to end."""

    for_: Value[Literal["all", "any"]] = attribute(
        choice("all", "any"), name="for", default="all", doc="what to wait for; with `any` the others are cancelled"
    )
    policies: tuple[Policy, ...] = policies(
        only=("send-request", "cache-lookup-value", "choose"),
        also=("forward-request", "cache-store-value", "authentication-managed-identity", "authentication-token"),
        at_least=1,
    )

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Start all, wait, and cancel what is still running."""
        waits_for = self.for_(exchange.context)
        tasks = [asyncio.create_task(_branch(each, exchange)) for each in self.policies]
        condition = asyncio.FIRST_COMPLETED if waits_for == "any" else asyncio.FIRST_EXCEPTION
        try:
            done, _ = await asyncio.wait(tasks, return_when=condition)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        exchange.note(f"{len(done)} of {len(tasks)} ended")
        outcomes = [task.result() for task in tasks if task in done]
        return next((outcome for outcome in outcomes if outcome is not None), None)


async def _branch(policy: Policy, exchange: Exchange) -> Respond | None:
    exchange.trace.branch()
    return await run_all((policy,), exchange)
