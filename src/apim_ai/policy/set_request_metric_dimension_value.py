"""`set-request-metric-dimension-value`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, Policy, Value, attribute, policy
from apim_ai.runtime import UnsupportedPolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["SetRequestMetricDimensionValue"]


@policy("set-request-metric-dimension-value", sections=("inbound",), scopes=(), gateways=(), documented=False)
class SetRequestMetricDimensionValue(Policy):
    """Set a dimension of the service's own request metric. Known to the editor schema only."""

    name: Value[str] = attribute(TEXT, expressions="undocumented", documented=False)
    value: Value[str] = attribute(TEXT, expressions="undocumented", documented=False)

    async def run(self, exchange: Exchange, /) -> None:  # noqa: ARG002 - refused
        """Refuse: what it does is documented nowhere."""
        raise UnsupportedPolicyError(self.element_name, "it is not documented")
