"""The claims of a token as C# sees them: found once for a token, and yet nobody's writing reaches anybody else."""

from __future__ import annotations

from apim_ai.expression import Jwt

CLAIMS = {"aud": ["a", "b"], "azp": "caller", "exp": 1_700_000_000}


def test_claims_are_texts_and_lists_have_each_of_their_values():
    assert Jwt({}, CLAIMS).claims() == {"aud": ["a", "b"], "azp": ["caller"], "exp": ["1700000000"]}


def test_what_is_known_of_a_token_serves_the_next_reader():
    texts: dict[str, list[str]] = {}
    first = Jwt({}, CLAIMS, "x.y.z", texts).claims()
    assert texts == first
    texts["azp"] = ["known"]
    assert Jwt({}, CLAIMS, "x.y.z", texts).claims()["azp"] == ["known"]


def test_what_one_exchange_writes_to_an_array_no_other_sees():
    texts: dict[str, list[str]] = {}
    Jwt({}, CLAIMS, "x.y.z", texts).claims()["azp"][0] = "somebody else"
    assert Jwt({}, CLAIMS, "x.y.z", texts).claims()["azp"] == ["caller"]


def test_tokens_share_nothing_by_default():
    assert Jwt({}, {"azp": "one"}).claims() != Jwt({}, {"azp": "two"}).claims()
