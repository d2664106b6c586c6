from __future__ import annotations

from apim_ai.deploy.ledger import Ledger


def test_a_first_plan_has_the_same_fingerprints_in_every_process() -> None:
    assert Ledger.read("shop", ()).salt == Ledger.read("shop", ()).salt != ""
    assert Ledger.read("shop", ()).salt != Ledger.read("other", ()).salt
