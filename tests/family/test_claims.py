"""What a token's claims must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.family.claims import (
    Requirement,
    check_audience,
    check_claims,
    check_issuer,
    check_lifetime,
    claim_texts,
    document_issuer,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def reason(refusal: object) -> str | None:
    return getattr(refusal, "reason", None)


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("a b", ["a b"]),
        (True, ["true"]),
        (3, ["3"]),
        (1.5, ["1.5"]),
        (None, [""]),
        (["a", 1, [False]], ["a", "1", "false"]),
        ({"a": 1}, ['{"a":1}']),
        ([], []),
    ],
)
def test_values_of_claims(value: object, texts: list[str]) -> None:
    assert claim_texts(value) == texts


@pytest.mark.parametrize(
    ("claims", "skew", "found"),
    [
        ({"exp": 100}, 0, None),
        ({"exp": 99.5}, 0, "TokenExpired"),
        ({"exp": 90}, 10, None),
        ({"exp": 89}, 10, "TokenExpired"),
        ({"exp": 200, "nbf": 100}, 0, None),
        ({"exp": 200, "nbf": 101}, 0, "JwtInvalid"),
        ({"exp": 200, "nbf": 110}, 10, None),
        ({"exp": "200"}, 0, "JwtInvalid"),
        ({"exp": True}, 0, "JwtInvalid"),
        ({"exp": 200, "nbf": None}, 0, "JwtInvalid"),
        ({"exp": 1e300}, 0, None),
        ({"exp": -1e300}, 0, "TokenExpired"),
        ({}, 0, "JwtInvalid"),
    ],
)
def test_lifetime(claims: dict[str, object], skew: int, found: str | None) -> None:
    assert reason(check_lifetime(claims, 100, skew, needs_expiry=True)) == found


def test_an_expiry_may_be_left_out() -> None:
    assert check_lifetime({}, 100, 0, needs_expiry=False) is None
    assert reason(check_lifetime({"exp": 1}, 100, 0, needs_expiry=False)) == "TokenExpired"


@pytest.mark.parametrize(
    ("claims", "issuers", "holds"),
    [
        ({"iss": "a"}, ["b", "a"], True),
        ({"iss": "a/"}, ["a"], False),
        ({}, ["a"], False),
        ({"iss": ""}, [""], False),
        ({"iss": "x/t1/v2.0", "tid": "t1"}, ["x/{tenantid}/v2.0"], False),
        ({"iss": "a"}, [], False),
    ],
)
def test_issuers(claims: dict[str, object], issuers: list[str], *, holds: bool) -> None:
    assert (check_issuer(claims, issuers) is None) is holds


@pytest.mark.parametrize(
    ("tenant", "claims", "expected"),
    [
        ("common", {"tid": "t1"}, "x/t1/v2.0"),
        ("Organizations", {"tid": "t1"}, "x/t1/v2.0"),
        ("common", {}, ""),
        ("common", {"tid": ""}, ""),
        ("common", {"tid": 1}, ""),
        ("contoso", {"tid": "t1"}, "x/{tenantid}/v2.0"),
    ],
)
def test_only_documents_of_many_tenants_have_a_gap_for_the_tenant(
    tenant: str, claims: dict[str, object], expected: str
) -> None:
    url = f"https://login.test/{tenant}/v2.0/.well-known/openid-configuration"
    assert document_issuer(url, "x/{tenantid}/v2.0", claims) == expected
    assert document_issuer(url, "x/t9/v2.0", claims) == "x/t9/v2.0"


def test_audiences() -> None:
    assert check_audience({"aud": "a"}, ["a", "b"]) is None
    assert check_audience({"aud": ["c", "b"]}, ["a", "b"]) is None
    refused: list[dict[str, object]] = [{}, {"aud": "A"}, {"aud": []}, {"aud": ["c"]}, {"aud": ""}]
    for claims in refused:
        assert reason(check_audience(claims, ["a", "b"])) == "TokenAudienceNotAllowed"


@pytest.mark.parametrize(
    ("value", "required", "holds"),
    [
        ("a", Requirement("c", ("a",), is_any=False, separator=None), True),
        ("a b", Requirement("c", ("a", "b"), is_any=False, separator=" "), True),
        ("a b", Requirement("c", ("a", "b"), is_any=False, separator=None), False),
        ("a", Requirement("c", ("a", "b"), is_any=False, separator=" "), False),
        ("a", Requirement("c", ("a", "b"), is_any=True, separator=" "), True),
        (["a b", "c"], Requirement("c", ("b", "c"), is_any=False, separator=" "), True),
        ("", Requirement("c", (), is_any=False, separator=None), True),
        (True, Requirement("c", ("true",), is_any=False, separator=None), True),
        ("A", Requirement("c", ("a",), is_any=True, separator=None), False),
    ],
)
def test_required_claims(value: object, required: Requirement, *, holds: bool) -> None:
    found = check_claims({"c": value}, [required], without_values="exists")
    assert reason(found) == (None if holds else "TokenClaimValueNotAllowed")


def test_all_missing_claims_are_named() -> None:
    required = [Requirement(name, (), is_any=False, separator=None) for name in ("a", "b", "c")]
    found = check_claims({"b": 1}, required, without_values="exists")
    assert found is not None
    assert found.message == "JWT token is missing the following claims: a, c. Access denied."
    assert check_claims({}, required, without_values="ignore") is None


@given(JSON, st.lists(st.text(), min_size=1, max_size=3), st.booleans(), st.none() | st.text(min_size=1, max_size=2))
def test_any_claim_is_judged(value: object, values: list[str], is_any: bool, separator: str | None) -> None:
    required = Requirement("c", tuple(values), is_any, separator)
    found = check_claims({"c": value}, [required], without_values="exists")
    assert found is None or found.reason == "TokenClaimValueNotAllowed"
    if not is_any and found is None:
        either = Requirement("c", tuple(values), is_any=True, separator=separator)
        assert check_claims({"c": value}, [either], without_values="exists") is None
