"""Periods of quotas."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.family.periods import calendar_period, clock_text, fixed_period, period_since, spoken


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("name", "now", "start", "end"),
    [
        ("Hourly", "2026-03-04T05:06:07", "2026-03-04T05:00:00", "2026-03-04T06:00:00"),
        ("Daily", "2026-03-04T05:06:07", "2026-03-04T00:00:00", "2026-03-05T00:00:00"),
        ("Weekly", "2026-03-04T05:06:07", "2026-03-02T00:00:00", "2026-03-09T00:00:00"),
        ("Monthly", "2026-12-31T23:59:59", "2026-12-01T00:00:00", "2027-01-01T00:00:00"),
        ("Yearly", "2026-03-04T05:06:07", "2026-01-01T00:00:00", "2027-01-01T00:00:00"),
    ],
)
def test_calendar(name: str, now: str, start: str, end: str) -> None:
    period = calendar_period(name, at(now))
    assert (period.start, period.end) == (at(start), at(end))


def test_indefinite_never_ends() -> None:
    period = calendar_period("Indefinite", at("2026-03-04T05:06:07"))
    assert math.isinf(period.end)
    assert period.wait(0) is None


@pytest.mark.parametrize(
    ("name", "first", "now", "start", "end"),
    [
        ("Hourly", "2026-01-01T00:30:00", "2026-01-01T01:29:59", "2026-01-01T00:30:00", "2026-01-01T01:30:00"),
        ("Hourly", "2026-01-01T00:30:00", "2026-01-01T01:30:00", "2026-01-01T01:30:00", "2026-01-01T02:30:00"),
        ("Monthly", "2026-01-31T10:00:00", "2026-03-01T00:00:00", "2026-02-28T10:00:00", "2026-03-31T10:00:00"),
        ("Monthly", "2026-01-15T10:00:00", "2026-02-15T09:59:59", "2026-01-15T10:00:00", "2026-02-15T10:00:00"),
        ("Yearly", "2024-02-29T00:00:00", "2025-03-01T00:00:00", "2025-02-28T00:00:00", "2026-02-28T00:00:00"),
    ],
)
def test_since_first_use(name: str, first: str, now: str, start: str, end: str) -> None:
    period = period_since(name, at(first), at(now))
    assert (period.start, period.end) == (at(start), at(end))


@given(
    st.sampled_from(["Hourly", "Daily", "Weekly", "Monthly", "Yearly"]),
    st.integers(0, 4_000_000_000),
    st.integers(0, 200_000_000),
)
def test_now_is_always_inside(name: str, first: int, later: int) -> None:
    now = first + later
    for period in (calendar_period(name, now), period_since(name, first, now)):
        assert period.start <= now < period.end


def test_fixed_periods() -> None:
    assert fixed_period(300, 100, 399).end == 400
    assert fixed_period(300, 100, 400).start == 400
    assert math.isinf(fixed_period(0, 100, 400).end)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1293, "21 minutes and 33 seconds"),
        (1, "1 second"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (86_400 + 7200 + 1, "1 day, 2 hours and 1 second"),
        (0, "0 seconds"),
    ],
)
def test_spoken(seconds: int, text: str) -> None:
    assert spoken(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(5, "00:00:05"), (3661, "01:01:01"), (86_399, "23:59:59"), (90_061, "1.01:01:01")]
)
def test_clock_text(seconds: int, text: str) -> None:
    assert clock_text(seconds) == text
