"""Runs policies one after the other, writes the trace, and turns what goes wrong into a `PolicyError`."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from apim_ai.expression import ClrException
from apim_ai.runtime.changes import changes, noted
from apim_ai.runtime.errors import PolicyError
from apim_ai.runtime.exchange import Exchange, Respond
from apim_ai.runtime.trace import Changed, Failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.runtime.exchange import Runnable
    from apim_ai.runtime.trace import Log

__all__ = ["expression_failure", "run_all"]


async def run_all(policies: Sequence[Runnable], exchange: Exchange) -> Respond | None:
    """Run policies in order until one responds.

    The bodies that a policy's own expressions read are buffered before it runs, and no others.

    Returns:
        The early response, or None when all ran to their end.

    Raises:
        PolicyError: a policy refused, or an expression of it threw.
    """
    trace = exchange.trace
    log = trace.place() if trace.has_branches else trace.log
    now = perf_counter()
    for policy in policies:
        log.append((policy, exchange.section, exchange.scope, now))
        before = _Before(exchange, log) if trace.is_detailed else None
        try:
            if policy.reads_bodies:
                await exchange.buffer(policy.reads)
            outcome = policy.run(exchange)
            if outcome is not None and not isinstance(outcome, Respond):
                outcome = await outcome
        except PolicyError as error:
            log.append(Failed(f"{error.reason}: {error.message}"))
            _place(error, policy, exchange)
            raise
        except ClrException as thrown:
            error = expression_failure(policy.element_name, thrown)
            log.append(Failed(error.message))
            _place(error, policy, exchange)
            raise error from thrown
        finally:
            if before is not None:
                before.compare(exchange, log)
            now = perf_counter()  # and the next one begins
            log.append(now)
        if outcome is not None:
            return outcome
    return None


class _Before:
    """What a policy of a detailed trace found."""

    def __init__(self, exchange: Exchange, log: Log) -> None:
        self._began = len(log)
        self._found = noted(exchange)

    def compare(self, exchange: Exchange, log: Log) -> None:
        """Put down what the policy changed; where others ran inside it, the changes are theirs."""
        if not any(isinstance(happening, (list, tuple)) for happening in log[self._began :]):
            log.append(Changed(changes(self._found, noted(exchange))))


def expression_failure(source: str, thrown: ClrException) -> PolicyError:
    """Return the error that an exception inside an expression becomes (error-handling page, builtin errors)."""
    message = f"Expression evaluation failed. {thrown.message}"
    return PolicyError(source, "ExpressionValueEvaluationFailure", message)


def _place(error: PolicyError, policy: Runnable, exchange: Exchange) -> None:
    """Note where an error happened, unless a policy inside has done so."""
    if error.section is None:
        error.section = exchange.section
        error.scope = exchange.scope
        error.path = policy.path
        error.policy_id = policy.policy_id
