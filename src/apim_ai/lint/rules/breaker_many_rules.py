"""The rule AIM519."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, breaker_rules, member_with
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["BreakerManyRules"]


class BreakerManyRules(EstateRule):
    """More than one rule in a circuit breaker.

    Only one is accepted.

    Put all ranges into it.
    """

    code, name, severity = "AIM519", "breaker-many-rules", "error"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case('<set-backend-service backend-id="pool" />', resources={**POOL, "backends/first": member_with(rules=2)}),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Count the rules."""
        for backend in estate.backends.values():
            count = len(breaker_rules(backend))
            if count > 1:
                message = f"the circuit breaker of '{backend.name}' has {count} rules; one is accepted"
                yield self.found(place_of(backend), message, help="put all ranges into one rule")
