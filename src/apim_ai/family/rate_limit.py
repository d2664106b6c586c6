"""Call rates: what `rate-limit` and `rate-limit-by-key` share, and what a limit of calls tells the caller."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

__all__ = ["CallRate", "Outputs", "key_or_refusal"]

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Outputs:
    """The attributes that name where a limit of calls tells its numbers."""

    retry_after_header: str = "Retry-After"
    retry_after_variable: str | None = None
    remaining_header: str | None = None
    remaining_variable: str | None = None
    total_header: str | None = None

    def retry_header(self, exchange: Exchange, seconds: int) -> tuple[str, str]:
        """Return the header of a refusal."""
        is_default = self.retry_after_header == "Retry-After"
        name = exchange.settings.errors_retry_after_name if is_default else self.retry_after_header
        return name, str(seconds)


class CallRate:
    """One counter as one exchange sees it."""

    def __init__(self, exchange: Exchange, key: str, calls: int, period: int, outputs: Outputs) -> None:
        self._exchange = exchange
        self._now = exchange.services.clock.monotonic()  # a window is its length, whatever is done to the date
        self._calls = calls
        self._period = float(period)
        self._counter = exchange.services.counters.rate(key, self._period, self._now)
        self._outputs = outputs

    def refuse_if_spent(self, source: str) -> None:
        """Check that one more call fits.

        Raises:
            PolicyError: it does not.
        """
        wait = self._counter.wait(1, self._calls, self._now)
        if wait <= 0:
            return
        self._exchange.note(f"refused: {self._calls} calls used")
        wait = wait if math.isfinite(wait) else self._period  # an expression may allow no call at all
        seconds = max(1, math.ceil(wait - _ROUNDING))
        if self._outputs.retry_after_variable:
            self._exchange.variables[self._outputs.retry_after_variable] = seconds
        self.publish()
        raise PolicyError(
            source,
            "RateLimitExceeded",
            "Rate limit is exceeded",
            429,
            body_message=f"Rate limit is exceeded. Try again in {seconds} seconds.",
            headers=[self._outputs.retry_header(self._exchange, seconds)],
        )

    def count(self, calls: int, now: float | None = None) -> None:
        """Count the call."""
        self._counter.charge(calls, self._calls, self._now if now is None else now)

    def publish(self) -> None:
        """Tell how many calls are left."""
        outputs = self._outputs
        left = max(0, math.floor(self._counter.left(self._calls, self._now) + _ROUNDING))
        if outputs.remaining_variable:
            self._exchange.variables[outputs.remaining_variable] = left
        if outputs.remaining_header or outputs.total_header:

            def write(response: Response) -> None:
                if outputs.remaining_header:
                    response.headers.set(outputs.remaining_header, str(left))
                if outputs.total_header:
                    response.headers.set(outputs.total_header, str(self._calls))

            self._exchange.on_leaving.append(write)


def key_or_refusal(source: str, key: str | None) -> str:
    """Return a counter key that is not null.

    Raises:
        PolicyError: it is.
    """
    if key is None:
        message = "Expression evaluation failed. The value of 'counter-key' is null."
        raise PolicyError(source, "ExpressionValueEvaluationFailure", message)
    return key
