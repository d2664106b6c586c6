"""The rule AIM516."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, breaker_rules, member_with, status_ranges
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["BreakerMisses429"]


class BreakerMisses429(EstateRule):
    """A circuit breaker that does not count 429.

    A member that is throttled stays in use.

    Add the range 429 to 429.
    """

    code, name, severity = "AIM516", "breaker-misses-429", "warning"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={**POOL, "backends/first": member_with(ranges=((500, 599),))},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the ranges of each rule."""
        for backend in estate.backends.values():
            for rule in breaker_rules(backend):
                ranges = status_ranges(rule)
                if ranges and not any(low <= _THROTTLED <= high for low, high in ranges):
                    message = f"the circuit breaker of '{backend.name}' does not count 429"
                    yield self.found(place_of(backend), message, help="add the range 429 to 429")


_THROTTLED = 429
