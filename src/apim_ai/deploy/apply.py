"""Execute a plan's steps: as many at once as allowed, longest chain first, each after what it needs."""

from __future__ import annotations

import heapq
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from apim_ai.deploy.outcome import Outcome, Progress
from apim_ai.deploy.service import UnreachableError
from apim_ai.deploy.write import write
from apim_ai.errors import ApimAiError, CredentialError, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apim_ai.deploy.graph import Step
    from apim_ai.deploy.ledger import Ledger
    from apim_ai.deploy.service import Service

__all__ = ["Execution"]

_LOCKING_KINDS = frozenset({"api", "api_release", "api_schema"})
"""Kinds whose writes take the lock of their API: two at once answer 409."""


class Execution:
    """Runs steps against a service.

    Args:
        service: the control plane.
        ledger: what this project declared last time.
        concurrency: requests in flight at once, at most.
        progress: hears what happens.
        fail_fast: start nothing more after the first failure.
    """

    def __init__(
        self,
        service: Service,
        ledger: Ledger,
        *,
        concurrency: int = 16,
        progress: Sequence[Progress] = (),
        fail_fast: bool = False,
    ) -> None:
        self._service = service
        self._ledger = ledger
        self._concurrency = concurrency
        self._progress = progress
        self._fail_fast = fail_fast
        self._running: dict[Future[Outcome], Step] = {}
        self._locked: set[str] = set()
        self._stopped: str | None = None
        self.outcomes: dict[int, Outcome] = {}

    def run(self, steps: Sequence[Step]) -> tuple[Outcome, ...]:
        """Execute steps; a failure leaves out what needs it, and all else goes on.

        An interruption (Ctrl-C, SIGTERM) starts nothing more, waits for what is in flight and is raised again.

        Returns:
            The outcomes in the order of the steps; `outcomes` has them also after an interruption.
        """
        waiting = {step.index: set(step.needs) for step in steps}
        by_index = {step.index: step for step in steps}
        dependants: dict[int, list[int]] = {}
        for step in steps:
            for need in step.needs:
                dependants.setdefault(need, []).append(step.index)
        ready = [(-step.chain, step.index) for step in steps if not step.needs]
        heapq.heapify(ready)
        with ThreadPoolExecutor(self._concurrency, "apim-ai-write") as pool:
            try:
                while ready or self._running:
                    self._start(ready, by_index, pool)
                    for index in self._finished():
                        self._release(index, waiting, dependants, by_index, ready)
            except BaseException:
                self._stopped = "interrupted"
                self._drain()
                raise
            finally:
                self._skip_rest(steps)
        return tuple(self.outcomes[step.index] for step in steps)

    def _start(self, ready: list[tuple[int, int]], steps: dict[int, Step], pool: ThreadPoolExecutor) -> None:
        """Start what is ready, as far as there is room; what waits for an API's lock stays ready."""
        held: list[tuple[int, int]] = []
        while ready and len(self._running) < self._concurrency and not self._stopped:
            item = heapq.heappop(ready)
            step = steps[item[1]]
            lock = _lock_of(step)
            if lock in self._locked:
                held.append(item)
                continue
            if lock:
                self._locked.add(lock)
            self._running[pool.submit(self._execute, step)] = step
        if self._stopped:
            ready.clear()
        for item in held:
            heapq.heappush(ready, item)

    def _execute(self, step: Step) -> Outcome:
        """Write one change; runs in a worker."""
        begin = time.perf_counter()
        error: ApimAiError | None = None
        try:
            for listener in self._progress:
                listener.started(step.change)
            write(step.change, self._service, self._ledger)
        except ApimAiError as raised:
            error = raised
            if isinstance(raised, UnreachableError | CredentialError | Refused):
                self._stopped = raised.message
        outcome = Outcome.of(step.change, time.perf_counter() - begin, error)
        for listener in self._progress:
            listener.finished(outcome)
        return outcome

    def _finished(self) -> Iterable[int]:
        """Wait until something is done and return the indices of what is."""
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        return [self._collect(future) for future in done]

    def _collect(self, future: Future[Outcome]) -> int:
        step = self._running.pop(future)
        self._locked.discard(_lock_of(step))
        self.outcomes[step.index] = outcome = future.result()
        if outcome.state == "failed" and self._fail_fast:
            self._stopped = f"{outcome.id} failed"
        return step.index

    def _release(
        self,
        index: int,
        waiting: dict[int, set[int]],
        dependants: dict[int, list[int]],
        steps: dict[int, Step],
        ready: list[tuple[int, int]],
    ) -> None:
        """Make ready what waited for a step alone, or skip all that needs it when it failed."""
        for dependant in dependants.get(index, ()):
            if self.outcomes[index].state == "done":
                waiting[dependant].discard(index)
                if not waiting[dependant] and dependant not in self.outcomes:
                    heapq.heappush(ready, (-steps[dependant].chain, dependant))
            elif dependant not in self.outcomes:
                cause = self.outcomes[index]
                reason = cause.error if cause.state == "skipped" else f"because {cause.id} failed"
                self.outcomes[dependant] = Outcome.skipped(steps[dependant].change, reason or "")
                self._release(dependant, waiting, dependants, steps, ready)

    def _drain(self) -> None:
        """Wait for what is in flight, so that nothing is done without being noted."""
        while self._running:
            list(self._finished())

    def _skip_rest(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if step.index not in self.outcomes:
                self.outcomes[step.index] = Outcome.skipped(
                    step.change, f"because {self._stopped or 'it was interrupted'}"
                )


def _lock_of(step: Step) -> str:
    if step.change.kind not in _LOCKING_KINDS:
        return ""
    return "/".join(step.change.id.lower().split("/")[:2]).partition(";")[0]
