"""The rule AIM518."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, breaker_rules, member_with
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["BreakerTripExtremes"]


class BreakerTripExtremes(EstateRule):
    """A circuit breaker that stays open for more than ten minutes.

    One bad moment is a long outage.

    A minute is enough; Retry-After makes it longer where the backend says so.
    """

    code, name, severity = "AIM518", "breaker-trip-extremes", "warning"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />', resources={**POOL, "backends/first": member_with(trip="PT1H")}
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the durations."""
        for backend in estate.backends.values():
            for rule in breaker_rules(backend):
                match = _DURATION.fullmatch(str(rule.get("tripDuration", "")))
                seconds = (
                    sum(int(n or 0) * unit for n, unit in zip(match.groups(), _SECONDS, strict=True)) if match else 0
                )
                if seconds > _TEN_MINUTES:
                    message = f"the circuit breaker of '{backend.name}' stays open for {seconds // 60} minutes"
                    yield self.found(place_of(backend), message, help="a minute is enough")


_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_SECONDS = (86_400, 3_600, 60, 1)
_TEN_MINUTES = 600
