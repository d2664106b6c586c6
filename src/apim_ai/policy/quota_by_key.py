"""`quota-by-key`."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apim_ai.definition import (
    BOOLEAN,
    DATE_TIME,
    INTEGER,
    LONG,
    NULLABLE_TEXT,
    Policy,
    Value,
    at_least_one,
    attribute,
    integer,
    literal,
    policy,
)
from apim_ai.definition.kinds import OutOfRangeError
from apim_ai.family.call_quota import CallQuota
from apim_ai.family.increment import count_when_due
from apim_ai.family.periods import fixed_period
from apim_ai.family.rate_limit import key_or_refusal

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["QuotaByKey"]

SHORTEST = 300
_COUNTED = "the quota keys counted in the exchange"


def _period(text: str) -> int:
    seconds = integer(minimum=0).parse(text)
    if 0 < seconds < SHORTEST:
        raise OutOfRangeError(f"is neither 0 nor at least {SHORTEST}")
    return seconds


@policy(
    "quota-by-key",
    at_least_one("calls", "bandwidth"),
    sections=("inbound",),
    gateways=("classic", "self-hosted"),
    maybe_gateways=("workspace",),
    page="quota-by-key-policy",
    settings=("quota.bandwidth_counts", "errors.retry_after_name"),
)
class QuotaByKey(Policy):
    """Refuse with 403 the calls of a key that has used up its calls or bandwidth of a period.

    Several of these on one key count a request once.

    Source: quota-by-key page.
    """

    calls: int | None = literal(integer(minimum=1), default=None)
    bandwidth: int | None = literal(LONG, default=None, doc="kilobytes")
    counter_key: Value[str | None] = attribute(NULLABLE_TEXT, doc="one counter for each value in the whole service")
    increment_condition: Value[bool] | None = attribute(BOOLEAN, default=None)
    increment_count: Value[int] = attribute(INTEGER, default=1, documented=False)
    renewal_period: int = literal(
        replace(integer(minimum=0), parse=_period), doc="seconds, at least 300; 0 for a lifetime"
    )
    first_period_start: datetime = literal(DATE_TIME, default=datetime(1, 1, 1, tzinfo=UTC))

    def run(self, exchange: Exchange, /) -> None:
        """Check the quota, and count the call now or after the response."""
        key = key_or_refusal(self.element_name, self.counter_key(exchange.context))
        period = fixed_period(self.renewal_period, self.first_period_start.timestamp(), exchange.services.clock.now())
        key = f"by key {self.renewal_period} {key}"
        quota = CallQuota(exchange, key, period, calls=self.calls, bandwidth=self.bandwidth)
        counted = exchange.private.setdefault(_COUNTED, _Counted())
        assert isinstance(counted, _Counted)  # noqa: S101 - nobody else uses this name
        quota.refuse_if_spent(self.element_name, counted.calls.get(key, 0))
        if self.bandwidth is not None and key not in counted.bytes:
            counted.bytes.add(key)
            quota.count_bytes()
        if key in counted.calls:
            return
        counted.calls[key] = 0

        def count(calls: int) -> None:
            counted.calls[key] = calls
            quota.count(calls)

        count_when_due(exchange, self.increment_condition, self.increment_count, count)


@dataclass(slots=True)
class _Counted:
    """What one exchange has been counted: several policies on one key count it once."""

    calls: dict[str, int] = field(default_factory=dict[str, int])
    bytes: set[str] = field(default_factory=set[str])
