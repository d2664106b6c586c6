"""`block`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, Policy, policies, policy
from apim_ai.runtime import run_all

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange, Respond

__all__ = ["Block"]


@policy("block", sections=ALL_SECTIONS, documented=False)
class Block(Policy):
    """Hold policies together; only the editor schema knows it."""

    policies: tuple[Policy, ...] = policies()

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Run what stands inside."""
        return await run_all(self.policies, exchange)
