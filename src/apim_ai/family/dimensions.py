"""Dimensions of custom metrics: those with a value of their own, and those that the gateway fills in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, Item, Value, attribute, item, requires

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apim_ai.expression.context import Context

__all__ = [
    "DEFAULT_NAMESPACE",
    "DIMENSIONS_AT_MOST",
    "Dimension",
    "MetricDimension",
    "TokenDimension",
    "evaluated",
    "filled_in",
]

DEFAULT_NAMESPACE = "API Management"
DIMENSIONS_AT_MOST = 10  # the schema's; newer pages allow 5 custom ones, which is the linter's business

_FILLED_IN: dict[str, Callable[[Context], str]] = {
    "API ID": lambda context: context.api.id,
    "Operation ID": lambda context: context.operation.id if context.operation else "",
    "Product ID": lambda context: context.product.id if context.product else "",
    "User ID": lambda context: context.user.id if context.user else "",
    "Subscription ID": lambda context: context.subscription.id if context.subscription else "",
    "Location": lambda context: context.deployment.region,
    "Gateway ID": lambda context: context.deployment.gateway_id,
    "Backend ID": lambda context: context.backend.id if context.backend else "",
}
_BY_DEFAULT = tuple(f"name={name}" for name in _FILLED_IN)


class Dimension(Item):
    """What both kinds of dimension have."""

    name: Value[str]
    value: Value[str] | None

    @cached_property
    def fixed(self) -> tuple[str, str | None] | None:
        """Name and value where they are the same in each exchange."""
        return (self.name.fixed, self.value.fixed if self.value else None) if self.is_constant else None

    def evaluated(self, context: Context) -> tuple[str, str | None]:
        """Return name and value as they are now; None where the gateway fills the value in."""
        return self.name(context), self.value(context) if self.value else None


@item("dimension", requires("name", "value", unless=_BY_DEFAULT))
class MetricDimension(Dimension):
    """A dimension; one of the gateway's own names needs no value."""

    name: Value[str] = attribute(TEXT)
    value: Value[str] | None = attribute(TEXT, default=None)


@item("dimension", requires("name", "value", unless=_BY_DEFAULT))
class TokenDimension(Dimension):
    """A dimension; one of the gateway's own names needs no value."""

    name: Value[str] = attribute(TEXT)
    value: Value[str] | None = attribute(TEXT, default=None)


def evaluated(dimensions: Sequence[Dimension], context: Context) -> list[tuple[str, str | None]]:
    """Return names and values as they are now; None where the gateway fills the value in."""
    return [entry.fixed or entry.evaluated(context) for entry in dimensions]


def filled_in(dimensions: Sequence[tuple[str, str | None]], context: Context) -> tuple[tuple[str, str], ...]:
    """Return the dimensions with the values that the gateway knows now: the backend is chosen late."""
    return tuple(
        [
            (name, value if value is not None else _FILLED_IN[name](context) if name in _FILLED_IN else "")
            for name, value in dimensions
        ]
    )
