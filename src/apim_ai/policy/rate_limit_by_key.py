"""`rate-limit-by-key`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    BOOLEAN,
    HEADER_NAME,
    INTEGER,
    NULLABLE_TEXT,
    VARIABLE_NAME,
    Policy,
    Value,
    attribute,
    integer,
    literal,
    policy,
)
from apim_ai.family.increment import count_when_due
from apim_ai.family.rate_limit import CallRate, Outputs, key_or_refusal

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["RateLimitByKey"]


@policy(
    "rate-limit-by-key",
    sections=("inbound",),
    gateways=("classic", "v2", "self-hosted"),
    maybe_gateways=("workspace",),
    page="rate-limit-by-key-policy",
    settings=("gateway.flavor", "gateway.regions", "errors.retry_after_name"),
)
class RateLimitByKey(Policy):
    """Refuse with 429 the calls of a key that come too fast.

    Source: rate-limit-by-key page.
    """

    calls: Value[int] = attribute(integer(minimum=1))
    renewal_period: Value[int] = attribute(integer(1, 300), doc="seconds")
    counter_key: Value[str | None] = attribute(NULLABLE_TEXT, doc="one counter for each value in the whole service")
    increment_condition: Value[bool] | None = attribute(BOOLEAN, default=None)
    increment_count: Value[int] = attribute(INTEGER, default=1)
    retry_after_header_name: str = literal(HEADER_NAME, default="Retry-After")
    retry_after_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    remaining_calls_header_name: str | None = literal(HEADER_NAME, default=None)
    remaining_calls_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    total_calls_header_name: str | None = literal(HEADER_NAME, default=None)
    increment_after_response: bool | None = literal(BOOLEAN, default=None, documented=False)
    flexible_retry_window: bool | None = literal(BOOLEAN, default=None, documented=False)

    def run(self, exchange: Exchange, /) -> None:
        """Check the counter, and count the call now or after the response."""
        context = exchange.context
        key = key_or_refusal(self.element_name, self.counter_key(context))
        outputs = Outputs(
            self.retry_after_header_name,
            self.retry_after_variable_name,
            self.remaining_calls_header_name,
            self.remaining_calls_variable_name,
            self.total_calls_header_name,
        )
        rate = CallRate(exchange, f"calls {key}", self.calls(context), self.renewal_period(context), outputs)
        rate.refuse_if_spent(self.element_name)
        clock = exchange.services.clock
        count_when_due(
            exchange,
            self.increment_condition,
            self.increment_count,
            lambda calls: rate.count(calls, clock.monotonic()),
            after_response=bool(self.increment_after_response),
        )
        rate.publish()
