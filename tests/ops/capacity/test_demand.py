from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.errors import UsageError
from apim_ai.ops.capacity import capacity, configured, read_assumptions
from apim_ai.project import Project

ROOT = Path(__file__).parents[3]


def test_two_thousand_users():
    low, high = capacity(2000, read_assumptions())
    assert (low.messages_per_day, low.messages_per_minute, low.model_requests_per_minute) == (12000, 72, 115.2)
    assert (high.messages_per_day, high.messages_per_minute, high.model_requests_per_minute) == (40000, 400, 800)
    assert (low.tokens_per_minute, high.tokens_per_minute) == (334_080, 3_680_000)
    assert (low.executions_at_once, high.executions_at_once) == (7.2, 40)
    # at 7.2 at once 15 slots leave 0.8 % waiting, and 40 + 3.09 * sqrt(40) are 59.5
    assert (low.executions_at_peak, high.executions_at_peak) == (16, 60)
    assert (low.orchestrator_instances, high.orchestrator_instances) == ({20: 2, 50: 2}, {20: 3, 50: 2})
    assert (low.gateway_units, high.gateway_units) == (1, 1)


def test_what_somebody_knows_better_counts():
    assumed = read_assumptions().given(["minimum_instances=1", "cache_hits=0.5", "seconds_per_message=60"])
    low, high = capacity(2000, assumed)
    assert low.model_requests_per_minute == 57.6
    assert (low.executions_at_once, low.executions_at_peak) == (72, 99)
    assert low.orchestrator_instances == {20: 5, 50: 2}
    assert high.orchestrator_instances == {20: 24, 50: 10}
    assert assumed.by_name["cache_hits"].source == "given"
    assert read_assumptions().by_name["cache_hits"].source == "assumed"


def test_units_follow_from_requests():
    assert capacity(2000, read_assumptions().given(["unit_requests=8"]))[1].gateway_units == 3


@given(st.integers(1, 10**8), st.integers(0, 10**6))
def test_more_users_never_need_less(users: int, more: int):
    for one, other in zip(
        capacity(users, read_assumptions()), capacity(min(10**8, users + more), read_assumptions()), strict=True
    ):
        assert other.executions_at_peak >= one.executions_at_peak >= one.executions_at_once
        assert other.gateway_units >= one.gateway_units >= 1
        assert other.orchestrator_instances[20] >= one.orchestrator_instances[20] >= one.orchestrator_instances[50]


@pytest.mark.parametrize("users", [0, -1, 10**9])
def test_no_number_of_users(users: int):
    with pytest.raises(UsageError, match="is no number of users"):
        capacity(users, read_assumptions())


@pytest.mark.parametrize(
    ("pair", "message", "help_"),
    [
        ("bursts=2", 'there is no assumption "bursts"', 'did you mean "burst"?'),
        ("burst", '"burst" is not of the form NAME=VALUE', None),
        ("burst=many", '"many" is no value of burst', "it is a number, 0 or more"),
        ("burst=nan", '"nan" is no value of burst', "it is a number, 0 or more"),
        ("active_share=1.5", '"1.5" is no value of active_share', "it is a number, 0 to 1"),
        ("executions_low=0", '"0" is no value of executions_low', "it is a number, 1 or more"),
    ],
)
def test_what_makes_no_sense_is_refused(pair: str, message: str, help_: str | None):
    with pytest.raises(UsageError) as error:
        read_assumptions().given([pair])
    assert (error.value.message, error.value.help) == (message, help_)


def test_each_assumption_says_what_it_means_and_where_it_is_from():
    assumptions = read_assumptions()
    assert assumptions.recorded.count("-") == 2
    for each in assumptions.by_name.values():
        assert each.means, each.name
        assert each.source, each.name
        assert each.least <= each.low <= each.high <= each.most, each.name


def test_the_configuration_is_held_against_it():
    bundle = Project.load(ROOT).bundle("dev", overrides={"concurrency.orchestrator": 50})
    found = configured(bundle, capacity(2000, read_assumptions()))
    assert found is not None
    assert found.at_once_per_unit == 50
    assert found.is_enough == {"low": True, "high": False}
    assert configured(replace(bundle, variables={}), capacity(1, read_assumptions())) is None
