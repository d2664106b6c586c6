"""`cache-store-value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, ANY, INTEGER, TEXT, Policy, Value, attribute, literal, policy
from apim_ai.family.cached_values import CACHING_TYPE, CachingType

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["CacheStoreValue"]


@policy(
    "cache-store-value",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="cache-store-value-policy",
)
class CacheStoreValue(Policy):
    """Keep a value in the cache.

    Source: cache-store-value, from schema and toolkit.
    """

    key: Value[str] = attribute(TEXT)
    value: Value[object] = attribute(ANY)
    duration: Value[int] = attribute(INTEGER, doc="seconds")
    caching_type: CachingType = literal(CACHING_TYPE, default="prefer-external")

    def run(self, exchange: Exchange, /) -> None:
        """Keep the value. A cache that fails never fails the request."""
        context = exchange.context
        value = self.value(context)
        if value is None:
            exchange.note("not stored: the value is null")
            return
        try:
            exchange.services.values.put(self.key(context), value, self.duration(context))
        except TypeError:
            exchange.note("not stored: the value cannot be serialised")
