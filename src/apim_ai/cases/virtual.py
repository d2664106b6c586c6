"""Virtual time: an event loop in which nothing sleeps. When every task waits, the clock jumps to the next timer."""

from __future__ import annotations

import asyncio
import math
import selectors
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from selectors import SelectorKey

__all__ = ["VirtualClock", "VirtualLoop"]

T = TypeVar("T")

_RESOLUTION = 1e-6  # seconds; timers this near are due, whatever fractions added up to


class _JumpingSelector(selectors.SelectSelector):
    """Never waits: it moves the loop's time instead. There are no files to wait for, so it asks the system nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Jump to the next timer.

        Raises:
            TimeoutError: there is none, and nothing else that could ever happen.
        """
        if timeout is None:
            raise TimeoutError("the gateway waits for something that no mock will ever answer")
        if timeout > 0:
            # A year in, the next number is farther away than what is missing: the time must move all the same.
            self.now = max(self.now + timeout, math.nextafter(self.now, math.inf))
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time, in seconds since it was made. Without sockets and threads: cases need none."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._clock_resolution = _RESOLUTION

    def _make_self_pipe(self) -> None:
        """Do without the pipe that wakes a loop from other threads; making and closing it is a tenth of a small case."""
        self._ssock = self._csock = None

    def _close_self_pipe(self) -> None:
        """Do without."""

    def time(self) -> float:
        """Return the virtual seconds."""
        return self._jumping.now

    def is_busy(self) -> bool:
        """Whether anything but the running task could go on without time passing."""
        return bool(self._ready)  # type: ignore[attr-defined]  # asyncio has no public name for it

    def finish(self) -> None:
        """Cancel what still runs, let it clean up, and close."""
        pending = asyncio.all_tasks(self)
        for task in pending:
            task.cancel()
        if pending:
            self.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        if self._asyncgens:  # type: ignore[attr-defined]  # asyncio has no public name for it
            self.run_until_complete(self.shutdown_asyncgens())
        self.close()

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        return self.run_until_complete(main)


class VirtualClock:
    """The clock of a policy case; fits `clock.Clock`.

    Attributes:
        sleeps: the seconds of each sleep that policies asked for, since the last `forget`.
        delays: those, and what mocks made the gateway wait, in order.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, start: float) -> None:
        self._loop = loop
        self._offset = start - loop.time()
        self.sleeps: list[float] = []
        self.delays: list[float] = []

    def now(self) -> float:
        """Return virtual seconds since 1970, free of the noise of adding fractions."""
        return round(self._offset + self._loop.time(), 6)

    def monotonic(self) -> float:
        """Return virtual seconds."""
        return round(self._loop.time(), 6)

    async def sleep(self, seconds: float) -> None:
        """Jump ahead, once every other task waits as well."""
        self.sleeps.append(seconds)
        await self.delay(seconds)

    async def delay(self, seconds: float) -> None:
        """Jump ahead as `sleep` does, for something that no policy asked for."""
        self.delays.append(seconds)
        await asyncio.sleep(seconds)

    def forget(self) -> None:
        """Begin new lists of sleeps and delays."""
        self.sleeps.clear()
        self.delays.clear()

    async def advance_to(self, moment: float) -> None:
        """Move the clock without counting it as a sleep."""
        while (missing := moment - self.now()) > 0:  # noqa: ASYNC110 - rounding may leave a microsecond
            await asyncio.sleep(missing)
