"""Which member of a pool takes a request."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from apim_ai.config import GatewaySettings
from apim_ai.gateway.pool import Affinity, Member, Selector, affinity_of, best_group, members_of

A, B, C = Member("a", 1, 3), Member("b", 1, 1), Member("c", 2, 1)


def test_weights_are_kept_and_turns_are_smooth():
    selector = Selector(None)
    assert "".join(selector.select([A, B]).backend_id for _ in range(8)) == "aabaaaba"


def test_equal_weights_take_turns():
    selector = Selector(None)
    pair = [Member("a", 1, 1), Member("b", 1, 1)]
    assert [selector.select(pair).backend_id for _ in range(4)] == ["a", "b", "a", "b"]


def test_weights_of_zero_are_all_alike():
    selector = Selector(None)
    pair = [Member("a", 1, 0), Member("b", 1, 0)]
    assert {selector.select(pair).backend_id for _ in range(2)} == {"a", "b"}


def test_a_lower_group_serves_only_when_the_higher_is_tripped():
    assert best_group([A, B, C], ()) == (A, B)
    assert best_group([A, B, C], {"a"}) == (B,)
    assert best_group([A, B, C], {"a", "b"}) == (C,)
    assert best_group([A, B, C], {"a", "b", "c"}) == ()


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6))
def test_each_round_serves_every_member_by_its_weight(weights: list[int]):
    members = [Member(f"m{number}", 1, weight) for number, weight in enumerate(weights)]
    selector = Selector(None)
    counts = Counter(selector.select(members).backend_id for _ in range(sum(weights)))
    assert counts == {member.backend_id: member.weight for member in members}


def test_random_selection_is_seeded():
    first, second = Selector(Random(7)), Selector(Random(7))  # noqa: S311 - turns, not secrets
    turns = [first.select([A, B]).backend_id for _ in range(50)]
    assert turns == [second.select([A, B]).backend_id for _ in range(50)]
    assert set(turns) == {"a", "b"}


def test_reads_members_in_every_spelling_of_ids():
    properties = {
        "pool": {
            "services": [
                {"id": "/backends/a", "priority": 1, "weight": 3},
                {"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/x/backends/b"},
            ],
            "sessionAffinity": {"sessionId": {"source": "Cookie", "name": "tie"}},
        }
    }
    assert members_of(properties, GatewaySettings()) == (Member("a", 1, 3), Member("b", 1, 1))
    assert affinity_of(properties) == Affinity("tie")
    assert affinity_of({}) is None


def test_cookie_values_tell_members_apart_and_say_nothing():
    assert Affinity.value("pool", A) == Affinity.value("POOL", A)
    assert Affinity.value("pool", A) != Affinity.value("pool", B)
    assert Affinity.value("pool", A) != "a"
