"""`cache-value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    ALL_SECTIONS,
    ANY,
    INTEGER,
    TEXT,
    VARIABLE_NAME,
    Item,
    Policy,
    Value,
    attribute,
    child,
    item,
    literal,
    policies,
    policy,
)
from apim_ai.family.cached_values import CACHING_TYPE, CachingType
from apim_ai.runtime import run_all

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange, Respond

__all__ = ["CacheValue"]

REFRESHING = "\x1fis being refreshed"  # the key under which the one exchange that refreshes a value says so
STALE_AFTER = "\x1fstale after"
SINGLE_FLIGHT = 30.0  # seconds after which a refresh that never ended no longer keeps others from trying


@item("value")
class CachedValue(Item):
    """The policies that set the variable when the cache has no value, or one that is to be refreshed."""

    policies: tuple[Policy, ...] = policies()


@policy("cache-value", sections=ALL_SECTIONS, documented=False)
class CacheValue(Policy):
    """Set a variable to a value out of the cache, computing and keeping it on a miss.

    After `refresh-after` one exchange computes the value anew while the others still get the old one.

    Source: only the authoring toolkit knows this policy.
    """

    key: Value[str] = attribute(TEXT)
    variable_name: str = literal(VARIABLE_NAME)
    expires_after: Value[int] | None = attribute(INTEGER, default=None, doc="seconds")
    refresh_after: Value[int] | None = attribute(INTEGER, default=None, doc="seconds, fewer than expires-after")
    default_value: Value[object] | None = attribute(ANY, default=None)
    caching_type: CachingType = literal(CACHING_TYPE, default="prefer-external")
    compute: CachedValue = child(CachedValue, required=True)

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Look the value up, and compute it where there is none."""
        key = self.key(exchange.context)
        cache = exchange.services.values
        found, value = cache.get(key)
        if found and not self._is_my_turn(exchange, key):
            exchange.note("hit")
            exchange.variables[self.variable_name] = value
            return None
        exchange.note("refresh" if found else "miss")
        try:
            outcome = await run_all(self.compute.policies, exchange)
        finally:
            cache.remove(key + REFRESHING)
        if outcome is None:
            self._keep(exchange, key)
        return outcome

    def _is_my_turn(self, exchange: Exchange, key: str) -> bool:
        """Whether the value is to be refreshed, and nobody does it yet."""
        cache = exchange.services.values
        has_time, stale_after = cache.get(key + STALE_AFTER)
        is_fresh = not has_time or not isinstance(stale_after, float) or exchange.services.clock.now() < stale_after
        if is_fresh or cache.get(key + REFRESHING)[0]:
            return False
        cache.put(key + REFRESHING, value=True, seconds=SINGLE_FLIGHT)
        return True

    def _keep(self, exchange: Exchange, key: str) -> None:
        context, cache = exchange.context, exchange.services.values
        if self.variable_name not in exchange.variables:
            if self.default_value is not None:
                exchange.variables[self.variable_name] = self.default_value(context)
            return
        seconds = float(self.expires_after(context)) if self.expires_after else float("inf")
        cache.put(key, exchange.variables[self.variable_name], seconds)
        if self.refresh_after is not None:
            cache.put(key + STALE_AFTER, exchange.services.clock.now() + self.refresh_after(context), seconds)
