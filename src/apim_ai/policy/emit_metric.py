"""`emit-metric`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    ALL_SECTIONS,
    BOOLEAN,
    DECIMAL,
    TEXT,
    Policy,
    Value,
    attribute,
    children,
    literal,
    policy,
)
from apim_ai.family.dimensions import DEFAULT_NAMESPACE, DIMENSIONS_AT_MOST, MetricDimension, evaluated, filled_in
from apim_ai.runtime import Metric

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["EmitMetric"]


@policy(
    "emit-metric",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="emit-metric-policy",
)
class EmitMetric(Policy):
    """Emit a custom metric."""

    name: str = literal(TEXT)
    namespace: str = literal(TEXT, default=DEFAULT_NAMESPACE)
    value: Value[float] = attribute(DECIMAL, default=1.0)
    default_dimensions: Value[bool] | None = attribute(
        BOOLEAN, default=None, expressions="undocumented", documented=False
    )
    dimensions: tuple[MetricDimension, ...] = children(
        MetricDimension, at_least=1, at_most=DIMENSIONS_AT_MOST, disputed=True
    )

    def run(self, exchange: Exchange, /) -> None:
        """Emit it now."""
        context = exchange.context
        dimensions = filled_in(evaluated(self.dimensions, context), context)
        exchange.services.metrics.emit(Metric(self.name, self.namespace, self.value(context), dimensions))
