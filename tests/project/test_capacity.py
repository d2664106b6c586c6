from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from apim_ai.project import Bundle, Project
from apim_ai.project.bundle import BackendFacts
from apim_ai.project.capacity import Ceiling, ceiling_of, declared_callers


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Project.load(Path(__file__).parents[2]).bundle("prod")


def taking(bundle: Bundle, **tpm: int) -> Bundle:
    facts = {name.replace("_", "-"): BackendFacts(capacity={"tpm": value}) for name, value in tpm.items()}
    return replace(bundle, backends=facts)


def test_pools_count_as_their_members_and_each_backend_once(bundle: Bundle):
    given = taking(bundle, aoai_ptu=1, aoai_payg=20, aoai_mini=300, slm=4000, orchestrator=50000)
    assert ceiling_of(given) == Ceiling(4321, None)
    assert ceiling_of(given, ["aoai-payg", "aoai-pool", "aoai-payg"]) == Ceiling(21, None)


def test_one_backend_that_does_not_say_makes_the_sum_unknown(bundle: Bundle):
    given = taking(bundle, aoai_ptu=1)
    assert ceiling_of(given, ["aoai-pool"]).is_unknown
    assert ceiling_of(given, ["of-somebody-else"]).is_unknown
    assert ceiling_of(given, []).is_unknown
    assert ceiling_of(given, ["aoai-ptu"]) == Ceiling(1, None)


def test_a_single_caller_never_gets_more_than_there_is():
    ceiling = Ceiling(100, 600)
    assert ceiling.above({"tpm": 100, "rps": 10, "quota": 10**9}) is None
    assert ceiling.above({"tpm": 101}) == "tpm 101 is more than all backends together take (tpm 100)"
    assert ceiling.above({"rps": 11}) == "rps 11 is more than all backends together take (rps 10)"
    assert Ceiling().above({"tpm": 10**9}) is None


def test_all_callers_together():
    gold, silver = {"tpm": 60}, {"tpm": 10}
    assert Ceiling(100).crowded([(gold, 1), (silver, 4)]) == ()
    assert Ceiling(100).crowded([(gold, 1), (silver, 5)]) == (
        "all callers together may use tpm 110, the backends take tpm 100",
    )
    assert Ceiling(100, oversubscription=1.2).crowded([(gold, 1), (silver, 6)]) == ()
    assert "1.2 times of which are fine" in Ceiling(100, oversubscription=1.2).crowded([(gold, 1), (silver, 7)])[0]


def test_callers_by_tier(bundle: Bundle):
    assert declared_callers(bundle) == {"bronze": 1, "silver": 1, "gold": 2, "bot": 1, "bot-user": 0}
