"""Every attribute, child and documented error of a policy that runs has a case, and so has every setting."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.policy.used import running_cases

from apim_ai.cases.match import matches
from apim_ai.definition import POLICIES
from apim_ai.definition.nodes import AttributePart, ChildPart, ContentPart, TextsPart
from apim_ai.family.fidelity import all_fidelities
from apim_ai.family.unsupported import UnsupportedPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.policy.used import Used

    from apim_ai.definition import Definition

REFERENCE = json.loads((Path(__file__).parents[1] / "definition" / "policies.json").read_text(encoding="utf-8"))
RUN = [name for name in POLICIES.names if not issubclass(POLICIES.find(name) or UnsupportedPolicy, UnsupportedPolicy)]
ERRORS = [
    pytest.param(entry["name"], error, id=f"{entry['name']}: {error['when']}")
    for entry in REFERENCE["policies"]
    for error in entry["errors"]
]
NO_CASE = {
    "forward-request: client went away": "a case always takes its answer; tests/gateway have callers that leave",
}
"""Errors that no case can bring about, with the reason."""
NOT_IN_CASES = {
    "validate-content/content@schema-ref": "names a schema of the API, which a case does not declare",
    "validate-jwt/issuer-signing-keys/zumo-master-key#text": "of Mobile Services, which no page describes",
    "validate-jwt/issuer-signing-keys/zumo-master-key@id": "of Mobile Services, which no page describes",
    "validate-jwt/token": "the older form of issuer-signing-keys, which no page describes",
    "validate-jwt/key@n": "half of a public key opens nothing",
    "validate-jwt/key@e": "half of a public key opens nothing",
}
"""Parts that no case can use, with the reason."""


def parts(definition: Definition, path: str, seen: tuple[str, ...] = ()) -> Iterator[str]:
    for part in definition.parts:
        if isinstance(part, AttributePart) and part.documented:
            yield f"{path}@{part.name}"
        elif isinstance(part, ContentPart) and not part.markup:
            yield f"{path}#text"
        elif isinstance(part, TextsPart):
            yield f"{path}/{part.name}"
        elif isinstance(part, ChildPart) and part.item.definition.name not in seen:
            yield from parts(part.item.definition, f"{path}/{part.name}", (*seen, part.item.definition.name))


def definition_of(name: str) -> Definition:
    policy = POLICIES.find(name)
    assert policy is not None
    return policy.definition


@cache
def used() -> frozenset[str]:
    return frozenset(attribute for case in running_cases() for attribute in case.attributes)


@pytest.mark.parametrize("name", RUN)
def test_every_attribute_and_child_of_a_policy_has_a_case(name: str) -> None:
    assert sorted(set(parts(definition_of(name), name)) - used() - NOT_IN_CASES.keys()) == []


def test_every_setting_that_decides_something_of_a_policy_has_a_case() -> None:
    named = {setting for fidelity in all_fidelities() for setting in fidelity.settings}
    assert sorted(named - {setting for case in running_cases() for setting in case.settings}) == []


def test_exceptions_are_of_things_that_exist() -> None:
    assert {path for name in RUN for path in parts(definition_of(name), name)} >= NOT_IN_CASES.keys()
    assert {str(param.id) for param in ERRORS} >= NO_CASE.keys()


@pytest.mark.parametrize(("name", "error"), ERRORS)
def test_every_documented_error_has_a_case(name: str, error: dict[str, Any]) -> None:
    if f"{name}: {error['when']}" in NO_CASE:
        pytest.skip(NO_CASE[f"{name}: {error['when']}"])
    assert any(expects(case, name, error) for case in running_cases() if name in (*case.policies, "forward-request"))


def expects(case: Used, name: str, error: dict[str, Any]) -> bool:
    """Whether a case expects an error: by its reason and the words that tell it from others, else by its status."""
    wanted = error["last_error"]
    for expect in case.expected:
        given: dict[str, Any] = expect.get("last_error") or {}
        if given and given.get("source", name) != name:
            continue
        if wanted["reason"] and not any(matches(given.get("reason"), each) for each in wanted["reason"].split(" or ")):
            continue
        if not wanted["reason"] and not _is_status(error["http_status"], expect.get("status")):
            continue
        if all(word in json.dumps([expect, case.case.name]) for word in words(wanted["message"])):
            return True
    return False


def _is_status(documented: object, expected: object) -> bool:
    """Whether a case expects the documented status; one in braces, such as `{backend status}`, is any."""
    return documented is None or isinstance(documented, str) or documented == expected


def words(message: str | None) -> list[str]:
    """Return what of a message tells two errors of one reason apart."""
    return [word for word in ("call volume", "bandwidth", "will exceed") if word in (message or "")]
