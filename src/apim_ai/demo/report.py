"""What a demo found, as a value: its stages, its checks, what was deployed and how some requests went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Check", "DemoReport", "Excerpt", "ExcerptStep", "Stage", "Table"]


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the report.

    Attributes:
        group: what it is about, for the eye.
        seconds: how long its traffic took.
    """

    name: str
    group: str
    expected: str
    actual: str
    passed: bool
    seconds: float = 0.0

    @classmethod
    def compare(
        cls, name: str, group: str, expected: Mapping[str, object], actual: Mapping[str, object], seconds: float = 0.0
    ) -> Check:
        """Return the row for facts that were expected and facts that were seen; it passes if they are equal."""
        return cls(name, group, _words(expected), _words(actual), dict(expected) == dict(actual), seconds)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the pipeline, with what came out of it in a few words."""

    name: str
    seconds: float
    outcome: str


@dataclass(frozen=True, slots=True)
class ExcerptStep:
    """One policy of a trace."""

    policy: str
    section: str
    depth: int
    microseconds: float | None
    notes: tuple[str, ...]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The trace of one request of the demo."""

    title: str
    outcome: str
    steps: tuple[ExcerptStep, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Further figures: what was deployed, tokens by team and model."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class DemoReport:
    """The whole demo.

    Attributes:
        started: date and time in UTC, for people.
    """

    version: str
    started: str
    seconds: float
    stages: tuple[Stage, ...]
    checks: tuple[Check, ...]
    tables: tuple[Table, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()

    @property
    def passed(self) -> int:
        """How many checks passed."""
        return sum(check.passed for check in self.checks)

    @property
    def failed(self) -> int:
        """How many did not."""
        return len(self.checks) - self.passed

    @property
    def groups(self) -> dict[str, tuple[Check, ...]]:
        """The checks by group, in their order."""
        names = dict.fromkeys(check.group for check in self.checks)
        return {name: tuple(check for check in self.checks if check.group == name) for name in names}


def _words(facts: Mapping[str, object]) -> str:
    """Return facts in words: `status 401, backend calls 0`."""
    return ", ".join(f"{name} {_word(value)}" for name, value in facts.items())


def _word(value: object) -> str:
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case None:
            return "absent"
        case list() | tuple():
            return " ".join(_word(item) for item in cast("Sequence[object]", value)) or "none"
        case _:
            return str(value)
