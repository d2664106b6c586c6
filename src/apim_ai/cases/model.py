"""Policy cases and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from apim_ai.config.yaml import Located
    from apim_ai.source import Span

__all__ = ["Case", "CaseResult", "Failure", "StepResult"]


@dataclass(frozen=True, slots=True)
class Case:
    """One declarative test of a policy, checked against the shape of the format.

    Args:
        file: the case file's name as the user gave it.
        index: its number in the file.
        name: its `name`, else the file's.
        content: the case as plain values.
        folder: what paths in the case are relative to.
        located: where each value stands.
    """

    file: str
    index: int
    name: str
    content: Mapping[str, Any]
    folder: Path
    located: Located = field(repr=False)

    def span(self, *path: str | int) -> Span:
        """Return where a value of the case stands."""
        return self.located.span(path)


@dataclass(frozen=True, slots=True)
class Failure:
    """One expectation that does not hold. `expected` and `actual` are JSON values."""

    what: str
    expected: object
    actual: object


@dataclass(frozen=True, slots=True)
class StepResult:
    """What became of a step (of the last of its repetitions that failed).

    Args:
        index: number of the step from 0; -1 for the totals of the case.
        failures: what does not hold.
        trace: the policies that ran, as lines for the terminal; only for a failed step.
        span: where the step stands.
    """

    index: int
    failures: tuple[Failure, ...] = ()
    trace: tuple[str, ...] = ()
    span: Span | None = None

    @property
    def passed(self) -> bool:
        """Whether everything held."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of a case.

    Args:
        steps: a result for each step that ran.
        error: why the case could not be loaded, with its place; the exit code is then 2.
        unsupported: the policy that the local gateway does not run, by name.
        failures: what failed outside of any step, such as a refusal that did not come.
        seconds: real time.
    """

    file: str
    name: str
    steps: tuple[StepResult, ...] = ()
    error: str | None = None
    unsupported: str | None = None
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the case was loaded and everything held."""
        is_clean = self.error is None and self.unsupported is None and not self.failures
        return is_clean and all(step.passed for step in self.steps)
