"""The rule AIM722."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, pools
from apim_ai.lint.rule import Case, EstateRule
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["PoolMemberUndefined"]


class PoolMemberUndefined(EstateRule):
    """A pool lists a backend that does not exist.

    The service refuses it.

    Look at the suggestion.
    """

    code, name, severity = "AIM722", "pool-member-undefined", "error"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={
                **POOL,
                "backends/pool": {
                    "type": "Pool",
                    "pool": {"services": [{"id": "/backends/first"}, {"id": "/backends/secnd"}]},
                },
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the members of each pool."""
        known = {name.lower() for name in estate.backends}
        for pool, members in pools(estate):
            for name in members:
                if name.lower() not in known:
                    message = f"the pool '{pool.name}' lists '{name}', which does not exist"
                    yield self.found(place_of(pool), message, help=did_you_mean(name, estate.backends))
