"""Execute a plan's steps with several threads."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from apim_ai.deploy.outcome import Outcome, Progress
from apim_ai.deploy.schedule import Schedule
from apim_ai.deploy.service import UnreachableError
from apim_ai.deploy.workers import threads_for, workers
from apim_ai.deploy.write import write
from apim_ai.errors import ApimAiError, CredentialError, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.deploy.graph import Step
    from apim_ai.deploy.ledger import Ledger
    from apim_ai.deploy.service import Service

__all__ = ["Execution"]

_FATAL = (UnreachableError, CredentialError, Refused)
"""Errors after which nothing else can work either."""


class Execution:
    """Runs steps against a service.

    Args:
        steps: what is to be done, in what order.
        service: the control plane.
        ledger: what this project declared last time.
        progress: hears what happens.
        fail_fast: start nothing more after the first failure.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        service: Service,
        ledger: Ledger,
        *,
        progress: Sequence[Progress] = (),
        fail_fast: bool = False,
    ) -> None:
        self._service = service
        self._ledger = ledger
        self._progress = progress
        self._schedule = Schedule(steps, fail_fast=fail_fast)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What has become of the steps so far, in their order; also after an interruption."""
        found = self._schedule.outcomes
        return tuple(found[index] for index in sorted(found))

    def run(self, concurrency: int) -> tuple[Outcome, ...]:
        """Execute the steps; a failure leaves out what needs it, and all else goes on.

        An interruption (Ctrl-C, SIGTERM) starts nothing more, waits for what is in flight and is raised again.

        Args:
            concurrency: requests in flight at once, at most.

        Returns:
            The outcomes in the order of the steps.
        """
        with workers(concurrency, "apim-ai-write") as pool:
            try:  # already here: while threads start is a likely moment to be interrupted
                working = [pool.submit(self._work) for _ in range(threads_for(concurrency))]
                for worker in working:
                    worker.result()
            except BaseException:
                self._schedule.stop("it was interrupted")
                raise
        self._schedule.skip_rest()
        return self.outcomes

    def finish(self) -> None:
        """Note what was never begun, after an interruption."""
        self._schedule.skip_rest()

    def _work(self) -> None:
        while (step := self._schedule.take()) is not None:
            begin = time.perf_counter()
            error: ApimAiError | None = None
            warning: str | None = None
            try:
                for listener in self._progress:
                    listener.started(step.change)
                warning = write(step.change, self._service, self._ledger)
            except ApimAiError as raised:
                error = raised
                if isinstance(raised, _FATAL):
                    self._schedule.stop(raised.message)
            except BaseException:
                self._schedule.stop("of an internal error")
                raise
            outcome = Outcome.of(step.change, time.perf_counter() - begin, error, warning)
            self._schedule.finish(step, outcome)
            for listener in self._progress:
                listener.finished(outcome)
