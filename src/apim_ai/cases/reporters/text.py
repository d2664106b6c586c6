"""A test run for the terminal: failures with expected, actual and the trace; one line at the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.cases.model import CaseResult, Failure

__all__ = ["failure_lines", "render"]

_LONGEST = 400


def render(results: Sequence[CaseResult], seconds: float) -> str:
    """Return what the terminal shows."""
    lines: list[str] = []
    for result in results:
        if not result.passed:
            lines += [f"FAILED {result.file} :: {result.name}", *failure_lines(result), ""]
    passed = sum(result.passed for result in results)
    return "\n".join([*lines, f"{passed} passed, {len(results) - passed} failed in {seconds:.2f} s"])


def failure_lines(result: CaseResult) -> Iterator[str]:
    """Yield what is wrong with a case, indented."""
    if result.error is not None:
        yield from (f"  {line}" for line in result.error.splitlines())
    if result.unsupported is not None:
        yield f"  unsupported: the local gateway does not run '{result.unsupported}'"
    for failure in result.failures:
        yield from _failure(failure)
    for step in result.steps:
        if step.failures:
            where = f" ({step.span})" if step.span else ""
            yield f"  step {step.index}{where}" if step.index >= 0 else "  totals"
            for failure in step.failures:
                yield from _failure(failure)
            if step.trace:
                yield "    trace:"
                yield from (f"      {line}" for line in step.trace)


def _failure(failure: Failure) -> Iterator[str]:
    yield f"    {failure.what}"
    yield f"      expected: {_shown(failure.expected)}"
    yield f"      actual:   {_shown(failure.actual)}"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
