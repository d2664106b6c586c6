"""`retry`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, BOOLEAN, Policy, Value, attribute, integer, policies, policy
from apim_ai.expression import ClrException
from apim_ai.message import Response
from apim_ai.runtime import PolicyError, expression_failure, run_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.runtime import Exchange, Respond

__all__ = ["Retry"]

MOST = 50
"""How often policies may be repeated at most, whatever an expression says."""

_NULL_TEST = re.compile(r"\bcontext\s*\.\s*Response\s*(?:[!=]=\s*null\b|\?\s*\.|is\s+null\b)")


@policy(
    "retry",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="retry-policy",
    settings=("retry",),
)
class Retry(Policy):
    """Run the policies inside once, then again while the condition holds, at most `count` more times."""

    condition: Value[bool] = attribute(BOOLEAN)
    count: Value[int] = attribute(integer(1, MOST), doc="how often to repeat at most")
    interval: Value[int] = attribute(integer(0), doc="seconds between attempts")
    max_interval: Value[int] | None = attribute(
        integer(0), default=None, doc="seconds; exponential waits stop growing here"
    )
    delta: Value[int] | None = attribute(integer(0), default=None, doc="seconds by which the wait grows")
    first_fast_retry: Value[bool] = attribute(BOOLEAN, default=False, doc="do not wait before the first repetition")
    policies: tuple[Policy, ...] = policies()

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Attempt, look at the condition, wait, attempt again."""
        context = exchange.context
        left = min(self.count(context), MOST)
        waits: Iterator[float] | None = None
        blank = None if self._tests_for_null else _blank(exchange)
        while True:
            error: PolicyError | None = None
            try:
                outcome = await run_all(self.policies, exchange)
                if outcome is not None:
                    return outcome
            except PolicyError as failure:
                if not exchange.settings.retry_swallow_errors:
                    raise
                error = failure
                if blank is not None and exchange.response is blank:
                    exchange.response = None
            if left <= 0 or not await self._holds(exchange):
                if error is not None:
                    raise error
                return None
            left -= 1
            waits = waits or self._waits(exchange)
            await self._pause(exchange, next(waits), left)

    @cached_property
    def _tests_for_null(self) -> bool:
        """Whether the policies inside know that there may be no response yet."""
        element = self.element
        return (
            element is not None
            and _NULL_TEST.search(element.source.text, element.open_end, element.close_start) is not None
        )

    async def _holds(self, exchange: Exchange) -> bool:
        if self.condition.reads_bodies:
            await exchange.buffer(self.condition.reads)
        try:
            return self.condition(exchange.context)
        except ClrException as thrown:
            raise expression_failure(self.element_name, thrown) from thrown

    async def _pause(self, exchange: Exchange, seconds: float, left: int) -> None:
        exchange.note(f"attempt again after {seconds:g} s, {left} left")
        if seconds > 0:
            await exchange.services.clock.sleep(seconds)

    def _waits(self, exchange: Exchange) -> Iterator[float]:
        """Yield the seconds before each repetition (retry page; formulas as in its remarks)."""
        context, settings = exchange.context, exchange.settings
        is_fast = self.first_fast_retry(context)
        schedule = self._schedule(exchange)
        if is_fast:
            yield 0.0
            if settings.retry_first_fast_shifts_schedule:
                next(schedule)
        yield from schedule

    def _schedule(self, exchange: Exchange) -> Iterator[float]:
        context = exchange.context
        interval = float(self.interval(context))
        delta = None if self.delta is None else float(self.delta(context))
        maximum = None if self.max_interval is None else float(self.max_interval(context))
        number = 0
        while True:
            if delta is None:
                if maximum is not None and exchange.settings.retry_max_interval_without_delta == "error":
                    raise PolicyError(self.element_name, "RetryConfiguration", "max-interval is given without delta")
                yield interval
            elif maximum is None:
                yield interval + number * delta
            else:
                spread = exchange.services.random.uniform(0.8 * delta, 1.2 * delta)
                yield min(interval + (2 ** min(number, 32) - 1) * spread, maximum)
            number += 1


def _blank(exchange: Exchange) -> Response | None:
    """Put a response without meaning where none has come yet, and return it; not where it would hide that there is none.

    Vendor samples ask for the status of `context.Response` before the first attempt of a `retry` in backend, without a
    test for null ("retry with PAYG" among them).
    """
    context = exchange.context
    if exchange.section != "backend" or context.response is not None:
        return None
    blank = context.response = Response(200)
    return blank
