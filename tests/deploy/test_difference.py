from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apim_ai.deploy.difference import changed_fields, cut, declared_form, digest_of, merged, shape_of
from apim_ai.deploy.masking import masked
from apim_ai.resource import kinds

BACKEND = kinds.find("backend")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)
SLOW_MACHINES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
OBJECTS = st.dictionaries(st.text(max_size=3), JSON, max_size=4)


def form(properties: dict[str, Any]) -> dict[str, Any]:
    return declared_form(BACKEND, properties)


@SLOW_MACHINES
@given(OBJECTS)
def test_nothing_differs_from_itself(value: dict[str, Any]) -> None:
    declared = form(value)
    assert cut(BACKEND, declared, shape_of(BACKEND, declared)) == declared
    assert list(changed_fields(declared, declared)) == []


@SLOW_MACHINES
@given(OBJECTS, OBJECTS)
def test_what_others_add_is_cut_away(declared: dict[str, Any], added: dict[str, Any]) -> None:
    ours = form(declared)
    theirs = {**form(added), **ours}
    assert cut(BACKEND, theirs, shape_of(BACKEND, ours)) == ours


@SLOW_MACHINES
@given(OBJECTS, OBJECTS)
def test_a_difference_is_always_told(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert (list(changed_fields(form(left), form(right))) == []) == (form(left) == form(right))


@SLOW_MACHINES
@given(OBJECTS)
def test_equal_forms_have_equal_digests_whatever_their_order(value: dict[str, Any]) -> None:
    assert digest_of(dict(reversed(value.items()))) == digest_of(value)
    assert digest_of({**value, "more": 1}) != digest_of(value)


def test_a_default_that_is_declared_equals_one_that_is_not_there() -> None:
    ours = form({"tls": {"validateCertificateChain": True}, "type": "Single"})
    assert cut(BACKEND, form({}), shape_of(BACKEND, ours)) == ours


def test_in_a_map_every_key_counts() -> None:
    ours = form({"credentials": {"header": {"a": ["1"]}}})
    theirs = form({"credentials": {"header": {"a": ["1"], "b": ["2"]}, "query": {"c": ["3"]}}})
    assert [c.path for c in changed_fields(cut(BACKEND, theirs, shape_of(BACKEND, ours)), ours)] == [
        "credentials.header.b"
    ]


def test_what_is_put_keeps_what_others_set_and_drops_what_we_no_longer_declare() -> None:
    actual = {"url": "old", "title": "ours once", "description": "theirs", "tls": {"validateCertificateName": False}}
    declared = {"url": "new", "tls": {"validateCertificateChain": False}}
    former = shape_of(BACKEND, form({"url": "old", "title": "ours once"}))
    assert merged(BACKEND, actual, declared, former) == {
        "url": "new",
        "description": "theirs",
        "tls": {"validateCertificateName": False, "validateCertificateChain": False},
    }


def test_another_type_of_backend_takes_nothing_over() -> None:
    pool: dict[str, Any] = {"type": "Pool", "pool": {"services": []}}
    assert merged(BACKEND, {"type": "Single", "url": "x", "protocol": "http"}, pool, 1) == pool


def test_secrets_inside_a_change_are_words() -> None:
    after = {"credentials": {"authorization": {"scheme": "Bearer", "parameter": "hush"}, "header": {"k": ["hush"]}}}
    changes = [masked(BACKEND, change) for change in changed_fields({}, after)]
    assert "hush" not in repr(changes)
    assert "Bearer" in repr(changes)
    deep = [masked(BACKEND, change) for change in changed_fields({"credentials": {"header": {"k": ["a"]}}}, after)]
    assert "hush" not in repr(deep)
    assert "(secret, changed)" in repr(deep)
