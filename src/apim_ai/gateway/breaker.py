"""The circuit breaker of a backend: a pure state machine, and its rule as configured.

Source: backends page, "Circuit breaker"; what it leaves open are the settings `breaker.*`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, cast

from apim_ai.resource.shape import in_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.config import GatewaySettings

__all__ = ["CLOSED", "Circuit", "Rule", "failures_at", "recorded", "retry_after_seconds", "rule_of"]

DEFAULT_INTERVAL, DEFAULT_TRIP = 60.0, 60.0


@dataclass(frozen=True, slots=True)
class Rule:
    """When a circuit trips and for how long.

    Args:
        count: failures in the interval that trip it, or None.
        percentage: percentage of failures in the interval that trips it, or None.
        interval: seconds in which calls are counted.
        statuses: inclusive ranges of statuses that are failures.
        reasons: reasons of gateway errors that are failures.
        trip_seconds: how long it stays open.
        accepts_retry_after: whether a `Retry-After` of the backend decides that instead.
    """

    count: int | None
    percentage: float | None
    interval: float
    statuses: tuple[tuple[int, int], ...]
    reasons: tuple[str, ...]
    trip_seconds: float
    accepts_retry_after: bool

    def is_failure(self, status: int | None, reason: str | None, settings: GatewaySettings) -> bool:
        """Return whether a response's status, or a gateway error's reason, counts as a failure."""
        if status is not None:
            for low, high in self.statuses:  # noqa: SIM110 - asked of each answer, and a generator costs as much again
                if low <= status <= high:
                    return True
            return False
        if reason is None:
            return False
        if settings.breaker_error_reason_match == "exact":
            return reason in self.reasons
        return any(each.lower() in reason.lower() or reason.lower() in each.lower() for each in self.reasons)


def rule_of(properties: Mapping[str, Any]) -> Rule | None:
    """Read the breaker of a backend entity's properties; one rule a backend is what the service takes."""
    breaker = cast("Mapping[str, Any]", properties.get("circuitBreaker") or {})
    rules = cast("list[Mapping[str, Any]]", breaker.get("rules") or [])
    if not rules:
        return None
    rule = rules[0]
    failure = cast("Mapping[str, Any]", rule.get("failureCondition") or {})
    ranges = cast("list[Mapping[str, Any]]", failure.get("statusCodeRanges") or [])
    count, percentage = failure.get("count"), failure.get("percentage")
    return Rule(
        int(count) if count is not None else None,
        float(percentage) if percentage is not None else None,
        _duration(failure.get("interval"), DEFAULT_INTERVAL),
        tuple((int(each["min"]), int(each["max"])) for each in ranges),
        tuple(str(reason) for reason in cast("list[object]", failure.get("errorReasons") or [])),
        _duration(rule.get("tripDuration"), DEFAULT_TRIP),
        bool(rule.get("acceptRetryAfter")),
    )


def _duration(value: object, default: float) -> float:
    text = in_seconds(str(value)) if value else ""
    try:
        return float(text.removeprefix("PT").removesuffix("S"))
    except ValueError:
        return default


@dataclass(frozen=True, slots=True)
class Circuit:
    """What a breaker remembers.

    Args:
        calls: (seconds, failed) of the calls that still count, oldest first; successes only where a percentage counts.
        started: when the running interval began (setting `breaker.window` fixed).
        open_until: seconds until which requests are refused.
        asked: the longest `Retry-After` seen in the interval (setting `breaker.retry_after_from`).
    """

    calls: tuple[tuple[float, bool], ...] = ()
    started: float = 0.0
    open_until: float = 0.0
    asked: float | None = None

    def is_open(self, now: float) -> bool:
        """Return whether requests are refused at a time."""
        return now < self.open_until


CLOSED = Circuit()


def recorded(
    circuit: Circuit, rule: Rule, now: float, *, failed: bool, retry_after: float | None, settings: GatewaySettings
) -> Circuit:
    """Return the circuit after a call.

    Args:
        circuit: before it.
        rule: its rule.
        now: seconds of the gateway's clock.
        failed: whether the call counts as a failure.
        retry_after: seconds that the response asked to wait, or None.
        settings: `breaker.window`, `breaker.percentage_min_calls`, `breaker.retry_after_from`.
    """
    if circuit.open_until and not circuit.is_open(now):
        circuit = replace(CLOSED, started=now)
    if not failed and rule.percentage is None:
        return circuit
    circuit = _in_interval(circuit, rule, now, is_sliding=settings.breaker_window == "sliding")
    asked = max((each for each in (circuit.asked, retry_after) if each is not None), default=None)
    circuit = replace(circuit, calls=(*circuit.calls, (now, failed)), asked=asked)
    if not failed or not _trips(circuit, rule, settings.breaker_percentage_min_calls):
        return circuit
    wanted = retry_after if settings.breaker_retry_after_from == "tripping-response" else asked
    seconds = wanted if rule.accepts_retry_after and wanted is not None else rule.trip_seconds
    return Circuit(open_until=now + seconds)


def failures_at(circuit: Circuit, rule: Rule, now: float, settings: GatewaySettings) -> int:
    """Return how many failures count at a time: so many are on the way to the next trip."""
    counted = _in_interval(circuit, rule, now, is_sliding=settings.breaker_window == "sliding")
    return sum(failed for _, failed in counted.calls)


def _in_interval(circuit: Circuit, rule: Rule, now: float, *, is_sliding: bool) -> Circuit:
    """Drop what no longer counts."""
    if is_sliding:
        calls = tuple(call for call in circuit.calls if now - call[0] < rule.interval)
        return replace(circuit, calls=calls, asked=circuit.asked if calls else None)
    if now - circuit.started >= rule.interval:
        return Circuit(started=now)
    return circuit


def _trips(circuit: Circuit, rule: Rule, min_calls: int) -> bool:
    failures = sum(failed for _, failed in circuit.calls)
    if rule.count is not None:
        return failures >= rule.count
    if rule.percentage is None or len(circuit.calls) < min_calls:
        return False
    return failures * 100 >= rule.percentage * len(circuit.calls)


def retry_after_seconds(value: str | None, now: float) -> float | None:
    """Return the seconds of a `Retry-After` header, a number or a date; None where there is none that can be read."""
    if not value:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None
