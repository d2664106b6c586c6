"""`rate-limit`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    HEADER_NAME,
    TEXT,
    VARIABLE_NAME,
    Item,
    Policy,
    at_least_one,
    attribute,
    children,
    integer,
    item,
    literal,
    policy,
)
from apim_ai.family.call_limit import counting_place, inner_place, is_meant
from apim_ai.family.rate_limit import CallRate, Outputs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.definition import Value
    from apim_ai.expression.context import Context
    from apim_ai.runtime import Exchange

__all__ = ["RateLimit"]


@item("operation", at_least_one("name", "id"))
class OperationRate(Item):
    """A limit for one operation."""

    name: str | None = literal(TEXT, default=None)
    id_: str | None = literal(TEXT, name="id", default=None)
    calls: int = literal(integer(minimum=1))
    renewal_period: int = literal(integer(1, 300), doc="seconds")
    retry_after_header_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    retry_after_variable_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    remaining_calls_header_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    remaining_calls_variable_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    total_calls_header_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )


@item("api", at_least_one("name", "id"))
class ApiRate(Item):
    """A limit for one API, and limits for its operations."""

    name: str | None = literal(TEXT, default=None)
    id_: str | None = literal(TEXT, name="id", default=None)
    calls: int = literal(integer(minimum=1))
    renewal_period: int = literal(integer(1, 300), doc="seconds")
    retry_after_header_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    retry_after_variable_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    remaining_calls_header_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    remaining_calls_variable_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    total_calls_header_name: Value[str] | None = attribute(
        TEXT, default=None, expressions="undocumented", documented=False
    )
    operations: tuple[OperationRate, ...] = children(OperationRate)


@policy(
    "rate-limit",
    sections=("inbound",),
    scopes=("product", "api", "operation"),
    once="definition",
    page="rate-limit-policy",
    settings=("gateway.flavor", "gateway.regions", "errors.retry_after_name"),
)
class RateLimit(Policy):
    """Refuse with 429 the calls of a subscription that come too fast. Without a subscription it does nothing.

    Source: rate-limit page.
    """

    calls: int = literal(integer(minimum=1))
    renewal_period: int = literal(integer(1, 300), doc="seconds")
    retry_after_header_name: str = literal(HEADER_NAME, default="Retry-After")
    retry_after_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    remaining_calls_header_name: str | None = literal(HEADER_NAME, default=None)
    remaining_calls_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    total_calls_header_name: str | None = literal(HEADER_NAME, default=None)
    apis: tuple[ApiRate, ...] = children(ApiRate, doc="limits for single APIs, counted apart")

    def run(self, exchange: Exchange, /) -> None:
        """Check all limits that apply, then count the call in each."""
        subscription = exchange.context.subscription
        if subscription is None:
            exchange.note("no subscription, no limit")
            return
        place = f"calls of {subscription.id} in {counting_place(exchange)}"
        rates = list(self._rates(exchange, place))
        for rate in rates:
            rate.refuse_if_spent(self.element_name)
        for rate in rates:
            rate.count(1)
            rate.publish()

    def _rates(self, exchange: Exchange, place: str) -> Iterator[CallRate]:
        context = exchange.context
        outputs = Outputs(
            self.retry_after_header_name,
            self.retry_after_variable_name,
            self.remaining_calls_header_name,
            self.remaining_calls_variable_name,
            self.total_calls_header_name,
        )
        yield CallRate(exchange, place, self.calls, self.renewal_period, outputs)
        for api in self.apis:
            if not is_meant(api.name, api.id_, context.api):
                continue
            key = f"{place} {inner_place(context, of_operation=False)}"
            yield CallRate(exchange, key, api.calls, api.renewal_period, _outputs(api, context, outputs))
            for operation in api.operations:
                if is_meant(operation.name, operation.id_, context.operation):
                    key = f"{place} {inner_place(context, of_operation=True)}"
                    named = _outputs(operation, context, outputs)
                    yield CallRate(exchange, key, operation.calls, operation.renewal_period, named)


def _outputs(inner: ApiRate | OperationRate, context: Context, outer: Outputs) -> Outputs:
    def named(value: Value[str] | None) -> str | None:
        return value(context) if value is not None else None

    return Outputs(
        named(inner.retry_after_header_name) or outer.retry_after_header,
        named(inner.retry_after_variable_name) or outer.retry_after_variable,
        named(inner.remaining_calls_header_name),
        named(inner.remaining_calls_variable_name),
        named(inner.total_calls_header_name),
    )
