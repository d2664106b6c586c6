"""`cache-lookup-value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, ANY, TEXT, VARIABLE_NAME, Policy, Value, attribute, literal, policy
from apim_ai.family.cached_values import CACHING_TYPE, CachingType

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["CacheLookupValue"]


@policy(
    "cache-lookup-value",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="cache-lookup-value-policy",
)
class CacheLookupValue(Policy):
    """Set a variable to a value out of the cache; on a miss to the default, or not at all.

    Source: cache-lookup-value page.
    """

    key: Value[str] = attribute(TEXT)
    variable_name: str = literal(VARIABLE_NAME)
    default_value: Value[object] | None = attribute(ANY, default=None)
    caching_type: CachingType = literal(CACHING_TYPE, default="prefer-external")

    def run(self, exchange: Exchange, /) -> None:
        """Look the value up."""
        key = self.key(exchange.context)
        found, value = exchange.services.values.get(key)
        exchange.note("hit" if found else "miss")
        if found:
            exchange.variables[self.variable_name] = value
        elif self.default_value is not None:
            exchange.variables[self.variable_name] = self.default_value(exchange.context)
