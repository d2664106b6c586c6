"""The rule AIM517."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, breaker_rules, member_with, status_ranges
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["BreakerRetryAfter"]


class BreakerRetryAfter(EstateRule):
    """A circuit breaker that counts 429 and does not heed Retry-After.

    It closes before the backend is ready, or long after.

    Write `acceptRetryAfter: true`.
    """

    code, name, severity = "AIM517", "breaker-retry-after", "warning"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={**POOL, "backends/first": member_with(accept_retry_after=False)},
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the rules that count 429."""
        for backend in estate.backends.values():
            for rule in breaker_rules(backend):
                counts_throttling = any(low <= _THROTTLED <= high for low, high in status_ranges(rule))
                if counts_throttling and not rule.get("acceptRetryAfter"):
                    message = f"the circuit breaker of '{backend.name}' does not heed Retry-After"
                    yield self.found(place_of(backend), message, help="write acceptRetryAfter: true")


_THROTTLED = 429
