"""The rule AIM515."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, breaker_rules, pools
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["PoolWithoutBreaker"]


class PoolWithoutBreaker(EstateRule):
    """A member of a pool without a circuit breaker.

    Members of lower priority are used only while the breakers of the higher ones are open: without one, never.

    Give each member a rule.
    """

    code, name, severity = "AIM515", "pool-without-breaker", "error"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={**POOL, "backends/first": {"url": "https://first.example.com", "protocol": "http"}},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the members of each pool."""
        for pool, members in pools(estate):
            for name in members:
                member = estate.backends.get(name)
                if member is not None and not breaker_rules(member):
                    message = f"'{name}', a member of the pool '{pool.name}', has no circuit breaker"
                    yield self.found(place_of(member), message, help="add circuitBreaker.rules")
