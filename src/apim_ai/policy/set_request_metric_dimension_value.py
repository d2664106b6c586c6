"""`set-request-metric-dimension-value`."""

from __future__ import annotations

from apim_ai.definition import TEXT, Value, attribute, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["SetRequestMetricDimensionValue"]


@policy("set-request-metric-dimension-value", sections=("inbound",), scopes=(), gateways=(), documented=False)
class SetRequestMetricDimensionValue(UnsupportedPolicy):
    """Set a dimension of the service's own request metric. Known to the editor schema only."""

    needs = "a description of what the service does with it"

    name: Value[str] = attribute(TEXT, expressions="undocumented", documented=False)
    value: Value[str] = attribute(TEXT, expressions="undocumented", documented=False)
