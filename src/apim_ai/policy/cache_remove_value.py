"""`cache-remove-value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, TEXT, Policy, Value, attribute, literal, policy
from apim_ai.family.cached_values import CACHING_TYPE, CachingType

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["CacheRemoveValue"]


@policy(
    "cache-remove-value",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="cache-remove-value-policy",
)
class CacheRemoveValue(Policy):
    """Delete a value from the cache."""

    key: Value[str] = attribute(TEXT)
    caching_type: CachingType = literal(CACHING_TYPE, default="prefer-external")

    def run(self, exchange: Exchange, /) -> None:
        """Delete the value."""
        exchange.services.values.remove(self.key(exchange.context))
