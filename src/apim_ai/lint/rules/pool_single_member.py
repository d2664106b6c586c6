"""The rule AIM521."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, pools
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["PoolSingleMember"]


class PoolSingleMember(EstateRule):
    """A pool with one member.

    When it trips, callers get 503.

    Add one in another region.
    """

    code, name, severity = "AIM521", "pool-single-member", "info"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={**POOL, "backends/pool": {"type": "Pool", "pool": {"services": [{"id": "/backends/first"}]}}},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Count the members."""
        for pool, members in pools(estate):
            if len(members) == 1:
                yield self.found(
                    place_of(pool), f"the pool '{pool.name}' has one member", help="add one in another region"
                )
