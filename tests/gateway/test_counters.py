"""Budgets: the field log of a classic gateway, buckets, charges that are amended later."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.gateway.counters import BucketCharge, MemoryCounters, SlidingWindow, TokenBucket


def test_the_field_log_of_a_classic_gateway() -> None:
    """t=2 used 59; t=17 used 55; t=33 refused for 29 s; t=48 for 14 s; t=64 accepted with nothing left."""
    window = SlidingWindow(60)
    assert window.wait(0, 100, 2) == 0
    window.charge(59, 100, 2)
    assert window.left(100, 2) == 41
    assert window.wait(0, 100, 17) == 0
    window.charge(55, 100, 17)
    assert window.left(100, 17) == -14
    assert window.wait(0, 100, 33) == pytest.approx(29)
    assert window.wait(0, 100, 48) == pytest.approx(14)
    assert window.wait(0, 100, 62) == 0
    assert window.wait(0, 100, 64) == 0
    window.charge(59, 100, 64)
    assert window.left(100, 64) == -14


def test_an_estimate_waits_until_it_fits() -> None:
    window = SlidingWindow(60)
    window.charge(59, 100, 2)
    assert window.wait(60, 100, 10) == pytest.approx(52)
    assert window.wait(30, 100, 10) == 0
    assert window.wait(41, 100, 10) == 0
    assert math.isinf(window.wait(101, 100, 10))


def test_a_window_charge_keeps_the_time_of_the_decision() -> None:
    window = SlidingWindow(60)
    charge = window.charge(10, 100, 0)
    charge.amend(90)
    assert window.left(100, 59) == 10
    assert window.left(100, 60) == 100


def test_a_window_charge_moves_when_told() -> None:
    window = SlidingWindow(60)
    charge = window.charge(10, 100, 0)
    charge.amend(90, at=30)
    assert window.left(100, 60) == 10
    assert window.left(100, 90) == 100


def test_amending_a_charge_that_left_the_window_changes_nothing() -> None:
    window = SlidingWindow(60)
    charge = window.charge(10, 100, 0)
    window.charge(5, 100, 59)
    assert window.left(100, 61) == 95
    charge.amend(90)
    assert window.left(100, 61) == 95


def test_a_bucket_fills_up_and_may_be_overdrawn() -> None:
    bucket = TokenBucket(60)
    assert bucket.left(60, 0) == 60
    charge = bucket.charge(0, 60, 0)
    charge.amend(90)
    assert bucket.left(60, 0) == -30
    assert bucket.wait(0, 60, 0) == pytest.approx(30)
    assert bucket.wait(0, 60, 29.5) == pytest.approx(0.5)
    assert bucket.wait(0, 60, 30) == 0, "a level refilled to exactly 0 admits"
    assert bucket.wait(10, 60, 30) == pytest.approx(10)
    assert bucket.left(60, 1000) == 60


def test_a_bucket_emptied_to_exactly_0_refuses_until_it_has_refilled_a_little() -> None:
    bucket = TokenBucket(60)
    bucket.charge(60, 60, 0)
    assert 0 < bucket.wait(0, 60, 0) <= 1
    assert bucket.wait(0, 60, 1) == 0


def test_a_late_bucket_charge_counts_from_the_decision() -> None:
    bucket = TokenBucket(60)
    charge = bucket.charge(0, 60, 0)
    assert bucket.left(60, 30) == 60, "full all the time"
    charge.amend(50)
    assert bucket.left(60, 30) == 40, "50 taken at second 0, 30 of them refilled since"


def test_a_late_bucket_charge_may_be_told_to_count_from_now() -> None:
    bucket = TokenBucket(60)
    charge = bucket.charge(0, 60, 0)
    charge.amend(50, at=30)
    assert bucket.left(60, 30) == 10


def test_two_late_bucket_charges_do_not_share_what_ran_over() -> None:
    bucket = TokenBucket(60)
    first, second = bucket.charge(0, 60, 0), bucket.charge(0, 60, 0)
    bucket.left(60, 20)
    first.amend(15)
    second.amend(15)
    assert bucket.left(60, 20) == 50, "30 taken at second 0, 20 of them refilled since"


def test_a_period_knows_its_own_charges() -> None:
    counters = MemoryCounters()
    period = counters.quota("k", 0)
    charge = period.charge(10)
    following = counters.quota("k", 100)
    charge.amend(30)
    assert (period.used, following.used) == (30, 0)
    assert counters.quota("k", 100) is following


def test_flavors_choose_the_algorithm() -> None:
    assert isinstance(MemoryCounters("classic").rate("k", 60, 0), SlidingWindow)
    assert isinstance(MemoryCounters("v2").rate("k", 60, 0), TokenBucket)


def test_idle_counters_are_forgotten() -> None:
    counters = MemoryCounters()
    counters.rate("busy", 60, 0).charge(1, 10, 1_000_000)
    for number in range(20_000):
        counters.rate(f"caller {number}", 60, 0)
    assert counters.rate("busy", 60, 1_000_001).left(10, 1_000_001) == 9
    assert len(counters) < 10_000


steps = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 50)), max_size=30)


@given(steps)
def test_a_window_is_the_sum_of_the_last_minute(steps: list[tuple[int, int]]) -> None:
    window, now, charged = SlidingWindow(60), 0, list[tuple[int, int]]()
    for pause, amount in steps:
        now += pause
        assert window.left(100, now) == 100 - sum(tokens for time, tokens in charged if now - time < 60)
        window.charge(amount, 100, now)
        charged.append((now, amount))


@given(steps, st.integers(0, 100), st.sampled_from([SlidingWindow, TokenBucket]))
def test_after_the_wait_it_fits_and_before_it_does_not(
    steps: list[tuple[int, int]], amount: int, kind: type[SlidingWindow | TokenBucket]
) -> None:
    counter, now = kind(60), 0.0
    for pause, tokens in steps:
        now += pause
        counter.charge(tokens, 100, now)
    wait = counter.wait(amount, 100, now)
    if wait > 0:
        assert counter.wait(amount, 100, now + wait - 1e-3 * wait) > 0
    assert counter.wait(amount, 100, now + wait + 1e-6) == 0


@given(steps, st.data())
def test_a_bucket_charged_late_is_one_charged_in_time(steps: list[tuple[int, int]], data: st.DataObject) -> None:
    late, prompt, now = TokenBucket(60), TokenBucket(60), 0.0
    open_: list[tuple[BucketCharge, int]] = []
    for pause, amount in steps:
        now += pause
        prompt.charge(amount, 100, now)
        open_.append((late.charge(0, 100, now), amount))
        late.left(100, now)
    now += data.draw(st.integers(0, 30))
    for charge, amount in open_:
        charge.amend(amount)
    assert late.left(100, now) <= prompt.left(100, now) + 1e-6
