"""Which limits are in force: the configured ones, or those laid over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from apim_ai.deploy.live import FOREVER, LIMITS, display_name, overrides
from apim_ai.errors import UsageError
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from datetime import datetime

    from apim_ai.deploy.service import Entity

__all__ = ["Limits", "TierState", "find_tier", "read_tiers"]

Limits = Mapping[str, int]
"""Values by limit: `tpm`, `rps`, `quota`."""

_LIMIT = re.compile(rf"tier-(?P<tier>.+?)-(?P<limit>{'|'.join(LIMITS)})\Z")


@dataclass(frozen=True, slots=True)
class TierState:
    """A tier as it is in force.

    Args:
        name: its name.
        limits: the configured values.
        override: the values laid over them, or None.
        until: when the override ends; None also for one without an end.
        callers: how many subscriptions have the tier.
    """

    name: str
    limits: Limits
    override: Limits | None = None
    until: datetime | None = None
    callers: int = 0

    @property
    def effective(self) -> Limits:
        """The values that the gateway honours now."""
        return {**self.limits, **(self.override or {})}


def read_tiers(
    named_values: Iterable[Entity],
    subscriptions: Iterable[Entity],
    products: Mapping[str, Iterable[str]],
    now: datetime,
) -> tuple[TierState, ...]:
    """Return the tiers that a service has.

    Args:
        named_values: of the service.
        subscriptions: of the service.
        products: the products that give each tier.
        now: for what is in force.
    """
    named_values = tuple(named_values)
    limits: dict[str, dict[str, int]] = {}
    for entity in named_values:
        match = _LIMIT.match(display_name(entity))
        value = str(entity.properties.get("value", ""))
        if match and not match["tier"].endswith("-override") and value.isdecimal():
            limits.setdefault(match["tier"], {})[match["limit"]] = int(value)
    live = {override.tier: override for override in overrides(named_values, now)}
    scopes = [relative_id(str(entity.properties.get("scope", ""))).lower() for entity in subscriptions]
    return tuple(
        TierState(
            name=name,
            limits={limit: limits[name][limit] for limit in LIMITS if limit in limits[name]},
            override=live[name].limits if name in live else None,
            until=live[name].until if name in live and live[name].until < FOREVER else None,
            callers=sum(scopes.count(f"products/{product.lower()}") for product in products.get(name, ())),
        )
        for name in sorted(limits)
    )


def find_tier(tiers: Iterable[TierState], name: str) -> TierState:
    """Return the tier of a name.

    Raises:
        UsageError: the service has none of that name.
    """
    by_name = {tier.name: tier for tier in tiers}
    if name not in by_name:
        close = get_close_matches(name, by_name, 1)
        known = ", ".join(by_name) or "none; deploy first"
        raise UsageError(
            f'the service has no tier "{name}"', help=f'did you mean "{close[0]}"?' if close else f"its tiers: {known}"
        )
    return by_name[name]
