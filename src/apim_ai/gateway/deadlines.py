"""Time limits of many answers at once: one timer of the event loop for each length of time, not for each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from apim_ai.gateway.http1 import Answer

__all__ = ["Deadlines"]

MOST_LENGTHS = 64  # expressions may compute time limits; answers with further lengths have timers of their own
_CLOCK_STEP = 0.001  # seconds that the event loop's clock may be behind its timers


class Deadlines:
    """Tells answers when their time is over, unless they came before that."""

    def __init__(self) -> None:
        self._queues: dict[float, _Queue] = {}

    def __len__(self) -> int:
        return len(self._queues)

    def watch(self, answer: Answer, seconds: float) -> asyncio.TimerHandle | _Queue:
        """Let an answer expire after so many seconds; whoever has it calls `cancel` or `forget` with it."""
        loop = answer.headed.get_loop()
        queue = self._queues.get(seconds)
        if queue is None or queue.loop is not loop:
            if len(self._queues) >= MOST_LENGTHS:
                self._queues = {length: queue for length, queue in self._queues.items() if queue.is_needed(loop)}
            if len(self._queues) >= MOST_LENGTHS:
                return loop.call_later(seconds, answer.expire)
            queue = self._queues[seconds] = _Queue(loop, seconds)
        queue.add(answer)
        return queue

    @staticmethod
    def forget(answer: Answer, watched: asyncio.TimerHandle | _Queue) -> None:
        """Watch an answer no longer."""
        if isinstance(watched, _Queue):
            watched.remove(answer)
        else:
            watched.cancel()


class _Queue:
    """The answers that have the same length of time, the one that is due first in front."""

    __slots__ = ("_due", "_seconds", "_timer", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self.loop = loop
        self._seconds = seconds
        self._due: dict[Answer, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def is_needed(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Whether an answer of the running loop waits."""
        return self.loop is loop and bool(self._due)

    def add(self, answer: Answer) -> None:
        """Begin to watch an answer."""
        self._due[answer] = self.loop.time() + self._seconds
        if self._timer is None:
            self._timer = self.loop.call_later(self._seconds, self._look)

    def remove(self, answer: Answer) -> None:
        """Watch an answer no longer; the timer stays, for the next is not far."""
        self._due.pop(answer, None)

    def _look(self) -> None:
        """Expire what is due, and come again for the next."""
        self._timer = None
        border = self.loop.time() + _CLOCK_STEP
        while self._due:
            answer, at = next(iter(self._due.items()))
            if at > border:
                self._timer = self.loop.call_at(at, self._look)
                return
            del self._due[answer]
            answer.expire()
