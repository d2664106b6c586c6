"""The rule AIM522."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, pools
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["PoolWeightPriority"]


class PoolWeightPriority(EstateRule):
    """A member of a pool with the weight 0.

    It is never used.

    Give it a share, or remove it.
    """

    code, name, severity = "AIM522", "pool-weight-priority", "warning"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={
                **POOL,
                "backends/pool": {
                    "type": "Pool",
                    "pool": {
                        "services": [{"id": "/backends/first", "weight": 100}, {"id": "/backends/second", "weight": 0}]
                    },
                },
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the weights."""
        for pool, _ in pools(estate):
            members = cast("Mapping[str, object]", pool.properties.get("pool") or {})
            services = cast("list[Mapping[str, object]]", members.get("services") or [])
            for service in services:
                if service.get("weight") == 0:
                    name = str(service.get("id", "")).rsplit("/", 1)[-1]
                    message = f"'{name}', a member of the pool '{pool.name}', has the weight 0"
                    yield self.found(place_of(pool), message, help="give it a share, or remove it")
