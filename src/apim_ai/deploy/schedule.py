"""Which step is next: after what it needs, longest chain first, one at a time where an API's lock is taken.

Workers ask it themselves, so that between two requests nothing waits for another thread.
"""

from __future__ import annotations

import heapq
from threading import Condition
from typing import TYPE_CHECKING

from apim_ai.deploy.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.deploy.graph import Step

__all__ = ["Schedule"]

_LOCKING_KINDS = frozenset({"api", "api_release", "api_schema"})
"""Kinds whose writes take the lock of their API: two at once answer 409."""


class Schedule:
    """Hands out steps to several threads and takes their outcomes.

    Args:
        steps: what is to be done.
        fail_fast: hand out nothing more after the first failure.
    """

    def __init__(self, steps: Sequence[Step], *, fail_fast: bool = False) -> None:
        self._changed = Condition()
        self._steps = {step.index: step for step in steps}
        self._waiting = {step.index: set(step.needs) for step in steps}
        self._dependants: dict[int, list[int]] = {}
        for step in steps:
            for need in step.needs:
                self._dependants.setdefault(need, []).append(step.index)
        self._ready = [(-step.chain, step.index) for step in steps if not step.needs]
        heapq.heapify(self._ready)
        self._locked: set[str] = set()
        self._fail_fast = fail_fast
        self._stopped: str | None = None
        self.outcomes: dict[int, Outcome] = {}

    def take(self) -> Step | None:
        """Return the next step, waiting for one to become ready; None when there is nothing more to do."""
        with self._changed:
            while not self._stopped and len(self.outcomes) < len(self._steps):
                step = self._next()
                if step is not None:
                    return step
                self._changed.wait()
            return None

    def finish(self, step: Step, outcome: Outcome) -> None:
        """Take the outcome of a step: what waited for it alone becomes ready, what needed it in vain is skipped."""
        with self._changed:
            self._locked.discard(_lock_of(step))
            self._settle(step.index, outcome)
            if outcome.state == "failed" and self._fail_fast:
                self._stopped = self._stopped or f"{outcome.id} failed"
            self._changed.notify_all()

    def stop(self, reason: str) -> None:
        """Hand out nothing more; what is under way ends as it will."""
        with self._changed:
            self._stopped = self._stopped or reason
            self._changed.notify_all()

    def skip_rest(self) -> None:
        """Note what was never handed out."""
        for index, step in self._steps.items():
            if index not in self.outcomes:
                self.outcomes[index] = Outcome.skipped(step.change, f"because {self._stopped or 'it was interrupted'}")

    def _next(self) -> Step | None:
        """Take the first ready step whose API is free; those that wait for a lock stay ready."""
        held: list[tuple[int, int]] = []
        found: Step | None = None
        while self._ready and found is None:
            item = heapq.heappop(self._ready)
            step = self._steps[item[1]]
            lock = _lock_of(step)
            if lock in self._locked:
                held.append(item)
                continue
            if lock:
                self._locked.add(lock)
            found = step
        for item in held:
            heapq.heappush(self._ready, item)
        return found

    def _settle(self, index: int, outcome: Outcome) -> None:
        self.outcomes[index] = outcome
        for dependant in self._dependants.get(index, ()):
            if outcome.state == "done":
                self._waiting[dependant].discard(index)
                if not self._waiting[dependant] and dependant not in self.outcomes:
                    heapq.heappush(self._ready, (-self._steps[dependant].chain, dependant))
            elif dependant not in self.outcomes:
                reason = outcome.error if outcome.state == "skipped" else f"because {outcome.id} failed"
                self._settle(dependant, Outcome.skipped(self._steps[dependant].change, reason or ""))


def _lock_of(step: Step) -> str:
    if step.change.kind not in _LOCKING_KINDS:
        return ""
    return "/".join(step.change.id.lower().split("/")[:2]).partition(";")[0]
