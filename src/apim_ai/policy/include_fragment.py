"""`include-fragment`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, TEXT, Policy, literal, policy
from apim_ai.runtime import run_all

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange, Respond

__all__ = ["IncludeFragment"]


@policy(
    "include-fragment",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="include-fragment-policy",
)
class IncludeFragment(Policy):
    """Run the policies of a fragment here, as if they stood in this document."""

    fragment_id: str = literal(TEXT)

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Run the fragment in the including section and scope."""
        policies = exchange.services.fragments.policies(self.fragment_id, exchange.section)
        exchange.fragment = self.fragment_id
        try:
            return await run_all(policies, exchange)
        finally:
            exchange.fragment = None
