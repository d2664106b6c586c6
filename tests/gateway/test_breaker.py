"""The breaker's transitions."""

from __future__ import annotations

import pytest

from apim_ai.config import GatewaySettings
from apim_ai.gateway.breaker import CLOSED, Circuit, Rule, recorded, retry_after_seconds, rule_of

SETTINGS = GatewaySettings()
COUNT_3 = Rule(3, None, 60.0, ((429, 429), (500, 599)), ("Timeout",), 30.0, accepts_retry_after=True)
HALF = Rule(None, 50.0, 60.0, ((500, 599),), (), 30.0, accepts_retry_after=False)


def after(rule: Rule, *calls: tuple[float, bool], settings: GatewaySettings = SETTINGS) -> Circuit:
    circuit = CLOSED
    for now, failed in calls:
        circuit = recorded(circuit, rule, now, failed=failed, retry_after=None, settings=settings)
    return circuit


def test_trips_at_the_count():
    assert not after(COUNT_3, (0, True), (1, True)).is_open(1)
    tripped = after(COUNT_3, (0, True), (1, True), (2, True))
    assert tripped.is_open(2)
    assert tripped.is_open(31.9)
    assert not tripped.is_open(32)


def test_failures_older_than_the_interval_do_not_count():
    assert not after(COUNT_3, (0, True), (1, True), (60, True)).is_open(60)
    assert after(COUNT_3, (0.5, True), (1, True), (60, True)).is_open(60)


def test_a_fixed_window_forgets_all_at_once():
    fixed = SETTINGS.with_values({"breaker.window": "fixed"})
    assert after(COUNT_3, (50, True), (55, True), (65, True)).is_open(65)
    assert not after(COUNT_3, (50, True), (59, True), (61, True), settings=fixed).is_open(61)


def test_closes_fully_after_the_trip():
    tripped = after(COUNT_3, (0, True), (0, True), (0, True))
    again = recorded(tripped, COUNT_3, 31, failed=True, retry_after=None, settings=SETTINGS)
    assert not again.is_open(31)
    assert len(again.calls) == 1


def test_successes_do_not_grow_a_count_breaker():
    circuit = recorded(CLOSED, COUNT_3, 1, failed=False, retry_after=None, settings=SETTINGS)
    assert circuit is CLOSED


def test_trips_at_the_percentage():
    assert after(HALF, (0, True)).is_open(0)
    assert not after(HALF, (0, False), (1, False), (2, True)).is_open(2)
    assert after(HALF, (0, False), (1, True)).is_open(1)


def test_a_percentage_waits_for_enough_calls():
    patient = SETTINGS.with_values({"breaker.percentage_min_calls": 3})
    assert not after(HALF, (0, True), (1, True), settings=patient).is_open(1)
    assert after(HALF, (0, True), (1, True), (2, True), settings=patient).is_open(2)


@pytest.mark.parametrize(("seconds", "until"), [(7.0, 9.0), (None, 32.0)])
def test_retry_after_of_the_tripping_response_decides(seconds: float | None, until: float):
    circuit = after(COUNT_3, (0, True), (1, True))
    circuit = recorded(circuit, COUNT_3, 2, failed=True, retry_after=seconds, settings=SETTINGS)
    assert circuit.open_until == until


def test_retry_after_of_any_response_decides_when_the_setting_says_so():
    settings = SETTINGS.with_values({"breaker.retry_after_from": "any-response"})
    circuit = CLOSED
    for now, seconds in ((0, 20.0), (1, 5.0), (2, None)):
        circuit = recorded(circuit, COUNT_3, now, failed=True, retry_after=seconds, settings=settings)
    assert circuit.open_until == 22


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (429, None, True),
        (500, None, True),
        (404, None, False),
        (None, "Timeout", True),
        (None, "BackendConnectionFailure", False),
        (None, None, False),
    ],
)
def test_what_counts_as_a_failure(status: int | None, reason: str | None, *, expected: bool):
    assert COUNT_3.is_failure(status, reason, SETTINGS) is expected


def test_reasons_compare_exactly_when_the_setting_says_so():
    exact = SETTINGS.with_values({"breaker.error_reason_match": "exact"})
    lower = Rule(1, None, 60.0, (), ("timeout",), 30.0, accepts_retry_after=False)
    assert lower.is_failure(None, "Timeout", SETTINGS)
    assert not lower.is_failure(None, "Timeout", exact)


def test_reads_the_rule_of_an_entity():
    rule = rule_of(
        {
            "circuitBreaker": {
                "rules": [
                    {
                        "failureCondition": {
                            "count": 1,
                            "interval": "PT1M30S",
                            "statusCodeRanges": [{"min": 429, "max": 429}],
                            "errorReasons": ["Timeout"],
                        },
                        "tripDuration": "PT10S",
                        "acceptRetryAfter": True,
                    }
                ]
            }
        }
    )
    assert rule == Rule(1, None, 90.0, ((429, 429),), ("Timeout",), 10.0, accepts_retry_after=True)
    assert rule_of({}) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12.0), ("Thu, 01 Jan 1970 00:00:30 GMT", 20.0), ("soon", None), ("", None), (None, None)],
)
def test_reads_retry_after(text: str | None, expected: float | None):
    assert retry_after_seconds(text, now=10.0) == expected
