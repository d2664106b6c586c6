"""Runs policies one after the other, writes the trace, and turns what goes wrong into a `PolicyError`."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from apim_ai.expression import ClrException
from apim_ai.runtime.changes import changes, noted
from apim_ai.runtime.errors import PolicyError
from apim_ai.runtime.exchange import BODY_READS, Exchange, Respond

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.runtime.exchange import Runnable

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
    for policy in policies:
        step = trace.begin(policy.element_name, exchange.section, exchange.scope, policy.span, perf_counter())
        before = noted(exchange) if trace.is_detailed else None
        try:
            if policy.reads._value_ & BODY_READS:
                await exchange.buffer(policy.reads)
            outcome = await policy.run(exchange)
        except PolicyError as error:
            step.error = step.error or f"{error.reason}: {error.message}"
            _place(error, policy, exchange)
            raise
        except ClrException as thrown:
            error = expression_failure(policy.element_name, thrown)
            step.error = error.message
            _place(error, policy, exchange)
            raise error from thrown
        finally:
            trace.end(step, perf_counter())
            if before is not None and trace.steps[-1] is step:  # else its changes are those of the policies inside
                step.changes = changes(before, noted(exchange))
        if outcome is not None:
            return outcome
    return None


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
