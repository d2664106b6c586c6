"""Quotas of calls and bandwidth: what `quota` and `quota-by-key` share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.family.periods import clock_text
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.family.periods import Period
    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

__all__ = ["CallQuota"]

KILOBYTE = 1024


class CallQuota:
    """One counter as one exchange sees it."""

    def __init__(
        self, exchange: Exchange, key: str, period: Period, *, calls: int | None, bandwidth: int | None
    ) -> None:
        self._exchange = exchange
        self._period = period
        self._most_calls = calls
        self._most_kilobytes = bandwidth
        counters = exchange.services.counters
        self._calls = counters.quota(f"quota calls {key}", period.start)
        self._bytes = counters.quota(f"quota bytes {key}", period.start)

    def refuse_if_spent(self, source: str, own: int = 0) -> None:
        """Check that something is left of both.

        Args:
            source: the policy's element name.
            own: what this very exchange has already been counted, by another policy on the same key.

        Raises:
            PolicyError: nothing is.
        """
        if self._most_calls is not None and self._calls.used - own >= self._most_calls:
            raise self._refusal(source, "Out of call volume quota.")
        if self._most_kilobytes is not None and self._bytes.used >= self._most_kilobytes * KILOBYTE:
            raise self._refusal(source, "Out of bandwidth quota.")

    def _refusal(self, source: str, message: str) -> PolicyError:
        exchange = self._exchange
        exchange.note(f"refused: {self._calls.used:g} calls, {self._bytes.used:g} bytes used")
        seconds = self._period.wait(exchange.services.clock.now())
        headers: list[tuple[str, str]] = []
        if seconds is not None:
            message = f"{message} Quota will be replenished in {clock_text(seconds)}."
            headers.append((exchange.settings.errors_retry_after_name, str(seconds)))
        return PolicyError(source, "QuotaExceeded", message, 403, headers=headers)

    def count(self, calls: int) -> None:
        """Count the call."""
        self._calls.charge(calls)

    def count_bytes(self) -> None:
        """Let the bodies of this exchange be counted as they pass (setting `quota.bandwidth_counts`)."""
        if self._most_kilobytes is None:
            return
        exchange, counts = self._exchange, self._exchange.settings.quota_bandwidth_counts
        exchange.trace.decided_by("quota.bandwidth_counts", counts)
        request = exchange.request.body
        if counts != "response" and request is not None:
            if request.content is not None:
                self._bytes.charge(len(request.content))
            else:
                request.tap(_ByteTap(self._bytes.charge))
        if counts != "request":
            exchange.on_leaving.append(self._watch)

    def _watch(self, response: Response) -> None:
        if response.body is not None:
            response.body.tap(_ByteTap(self._bytes.charge))


class _ByteTap:
    """Counts the bytes of a body, and charges them at its end."""

    __slots__ = ("_charge", "_is_over", "_size")

    def __init__(self, charge: Callable[[float], object]) -> None:
        self._charge = charge
        self._size = 0
        self._is_over = False

    def chunk(self, data: bytes, /) -> None:
        """See some bytes; a body that is sent again is counted once."""
        if not self._is_over:
            self._size += len(data)

    def end(self, *, complete: bool) -> None:  # noqa: ARG002 - what has passed counts, however it ended
        """See the end."""
        self._is_over = True
        self._charge(self._size)
