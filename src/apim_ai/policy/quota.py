"""`quota`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import INTEGER, LONG, TEXT, Item, Policy, at_least_one, children, integer, item, literal, policy
from apim_ai.family.call_limit import counting_place, inner_place, is_meant
from apim_ai.family.call_quota import CallQuota
from apim_ai.family.periods import fixed_period

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.runtime import Exchange

__all__ = ["Quota"]


@item("operation", at_least_one("name", "id"))
class OperationQuota(Item):
    """A quota for one operation."""

    name: str | None = literal(TEXT, default=None)
    id_: str | None = literal(TEXT, name="id", default=None)
    calls: int | None = literal(integer(minimum=1), default=None)
    bandwidth: int | None = literal(LONG, default=None, doc="kilobytes")
    renewal_period: int | None = literal(
        INTEGER,
        default=None,
        disputed=True,
        doc="seconds; 0 for a lifetime; without one, that of the element around it",
    )


@item("api", at_least_one("name", "id"), at_least_one("calls", "bandwidth"))
class ApiQuota(Item):
    """A quota for one API, and quotas for its operations."""

    name: str | None = literal(TEXT, default=None)
    id_: str | None = literal(TEXT, name="id", default=None)
    calls: int | None = literal(integer(minimum=1), default=None)
    bandwidth: int | None = literal(LONG, default=None, doc="kilobytes")
    renewal_period: int | None = literal(
        INTEGER,
        default=None,
        disputed=True,
        doc="seconds; 0 for a lifetime; without one, that of the element around it",
    )
    operations: tuple[OperationQuota, ...] = children(OperationQuota)


@policy(
    "quota",
    at_least_one("calls", "bandwidth"),
    sections=("inbound",),
    scopes=("product",),
    once="definition",
    page="quota-policy",
    settings=(
        "quota.bandwidth_counts",
        "errors.retry_after_name",
    ),
)
class Quota(Policy):
    """Refuse with 403 the calls of a subscription that has used up its calls or bandwidth of a period.

    Periods are counted from the start of the subscription. Without a subscription it does nothing.

    Source: quota page.
    """

    calls: int | None = literal(integer(minimum=1), default=None)
    bandwidth: int | None = literal(LONG, default=None, doc="kilobytes")
    renewal_period: int = literal(INTEGER, doc="seconds; 0 for a lifetime")
    apis: tuple[ApiQuota, ...] = children(ApiQuota, doc="quotas for single APIs, counted apart")

    def run(self, exchange: Exchange, /) -> None:
        """Check all quotas that apply, then count the call in each."""
        if exchange.context.subscription is None:
            exchange.note("no subscription, no quota")
            return
        quotas = list(self._quotas(exchange, exchange.context.subscription.id))
        for quota in quotas:
            quota.refuse_if_spent(self.element_name)
        for quota in quotas:
            quota.count(1)
            quota.count_bytes()

    def _quotas(self, exchange: Exchange, subscription: str) -> Iterator[CallQuota]:
        context, place = exchange.context, f"{subscription} in {counting_place(exchange)}"
        yield _opened(self, self.renewal_period, exchange, place)
        for api in self.apis:
            if not is_meant(api.name, api.id_, context.api):
                continue
            seconds = self.renewal_period if api.renewal_period is None else api.renewal_period
            yield _opened(api, seconds, exchange, f"{place} {inner_place(context, of_operation=False)}")
            for operation in api.operations:
                if is_meant(operation.name, operation.id_, context.operation):
                    inner = seconds if operation.renewal_period is None else operation.renewal_period
                    yield _opened(operation, inner, exchange, f"{place} {inner_place(context, of_operation=True)}")


def _opened(limit: Quota | ApiQuota | OperationQuota, seconds: int, exchange: Exchange, key: str) -> CallQuota:
    now = exchange.services.clock.now()
    subscription = exchange.context.subscription
    first = (subscription.start_date or subscription.created_date) if subscription else None
    if first is None:
        first = exchange.services.counters.first_use(f"quota {key}", now)
    period = fixed_period(seconds, first, now)
    return CallQuota(exchange, key, period, calls=limit.calls, bandwidth=limit.bandwidth)
