"""From users to what they need at the peak: Little's law, and room for the moments above the mean.

Users are not calls: 2,000 of them have a few dozen messages under way at once. And the models' requests and tokens a
minute are the first wall, not the gateway.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt
from typing import TYPE_CHECKING, Literal, cast

from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.ops.capacity.assumptions import Assumptions
    from apim_ai.project import Bundle

__all__ = ["Capacity", "Configured", "capacity", "configured"]

_MOST_USERS = 100_000_000
_CASES: tuple[Literal["low", "high"], ...] = ("low", "high")


@dataclass(frozen=True, slots=True)
class Capacity:
    """What is needed in one case.

    Args:
        case: `low` or `high`.
        messages_per_day: of all users.
        messages_per_minute: in the busiest minute.
        model_requests_per_minute: in the busiest minute, those that the cache answers left out.
        tokens_per_minute: in and out, in the busiest minute.
        executions_at_once: messages that the orchestrator has under way, the mean of the busiest minute.
        executions_at_peak: the same with room for the moments above the mean.
        orchestrator_instances: needed instances, by executions that each takes.
        gateway_requests_per_second: from callers to the orchestrator, and from it to the models.
        gateway_units: units that take these.
    """

    case: Literal["low", "high"]
    messages_per_day: float
    messages_per_minute: float
    model_requests_per_minute: float
    tokens_per_minute: int
    executions_at_once: float
    executions_at_peak: int
    orchestrator_instances: Mapping[int, int]
    gateway_requests_per_second: float
    gateway_units: int


@dataclass(frozen=True, slots=True)
class Configured:
    """How many calls of the orchestrator an environment lets through at once, and whether that is enough, by case."""

    at_once_per_unit: int
    is_enough: Mapping[str, bool]


def capacity(users: int, assumptions: Assumptions) -> tuple[Capacity, ...]:
    """Return what a number of users needs, in the low and in the high case.

    Raises:
        UsageError: there are no users, or more than there are people.
    """
    if not 1 <= users <= _MOST_USERS:
        raise UsageError(f'"{users}" is no number of users', help=f"1 to {_MOST_USERS}")
    return tuple(_case(users, case, assumptions) for case in _CASES)


def _case(users: int, case: Literal["low", "high"], assumptions: Assumptions) -> Capacity:
    def given(name: str) -> float:
        return assumptions.value(name, case)

    day = users * given("active_share") * given("messages_per_day")
    minute = day * given("peak_hour_share") / 60 * given("burst")
    calls = minute * given("calls_per_message")
    asked = calls * (1 - given("cache_hits"))
    at_once = minute / 60 * given("seconds_per_message")
    at_peak = ceil(at_once + given("headroom") * sqrt(at_once))
    sizes = sorted({int(given("executions_low")), int(given("executions_high"))})
    seconds = (minute + calls) / 60
    return Capacity(
        case=case,
        messages_per_day=round(day, 3),
        messages_per_minute=round(minute, 3),
        model_requests_per_minute=round(asked, 3),
        tokens_per_minute=round(asked * (given("prompt_tokens") + given("completion_tokens"))),
        executions_at_once=round(at_once, 3),
        executions_at_peak=at_peak,
        orchestrator_instances={size: max(int(given("minimum_instances")), ceil(at_peak / size)) for size in sizes},
        gateway_requests_per_second=round(seconds, 3),
        gateway_units=max(int(given("minimum_units")), ceil(seconds / given("unit_requests"))),
    )


def configured(bundle: Bundle, needed: Iterable[Capacity]) -> Configured | None:
    """Return what an environment's variable `concurrency.orchestrator` lets through; None where it has none."""
    concurrency = bundle.variables.get("concurrency")
    limit = cast("Mapping[str, object]", concurrency).get("orchestrator") if isinstance(concurrency, dict) else None
    if not isinstance(limit, int):
        return None
    return Configured(limit, {each.case: limit * each.gateway_units >= each.executions_at_peak for each in needed})
