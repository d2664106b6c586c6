"""A clock that tests move by hand."""

from __future__ import annotations

import asyncio

from apim_ai.cases.moments import START, parse_duration, parse_time

__all__ = ["ManualClock"]


class ManualClock:
    """Time for a test: it stands still until the test moves it, and nobody who waits waits for real.

    Args:
        start: an ISO 8601 time; without a zone it is UTC.

    Raises:
        ValueError: the start is no time.
    """

    def __init__(self, start: str = START) -> None:
        self._began = self._now = parse_time(start)

    def now(self) -> float:
        """Return seconds since 1970 in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds since the clock began."""
        return self._now - self._began

    async def sleep(self, seconds: float) -> None:
        """Move the clock on instead of waiting."""
        self._now += seconds
        await asyncio.sleep(0)

    def advance(self, duration: float | str) -> None:
        """Move the clock on.

        Args:
            duration: seconds, or a text such as `30s`, `5m` or `1h30m`.

        Raises:
            ValueError: it is no duration.
        """
        self._now += parse_duration(duration)
