from __future__ import annotations

import pytest

from apim_ai.config import load_located
from apim_ai.config.models import BackendSpec, NamedValueSpec, ProjectFile
from apim_ai.config.validation import validated
from apim_ai.errors import ConfigError


def problems(text: str) -> list[tuple[str, str | None]]:
    document = load_located(text, "apim.yaml")
    with pytest.raises(ConfigError) as caught:
        validated(ProjectFile, document.value, document)
    found = [caught.value, *caught.value.also]
    return [(str(error), error.help) for error in found]


def test_every_problem_is_told_with_its_place_and_a_suggestion():
    text = """\
nam: x
apis: openai
routes:
  a: {deployment: 5, backend: x, cahe: off}
backends:
  b: {url: u, circuit_breaker: {statuses: [a], cout: 3}}
named_values: {x: {valu: 1}, "z z": 1}
"""
    found = problems(text)
    assert ('apim.yaml:1:1: there is no key "nam" here', 'did you mean "name"?') in found
    assert ('apim.yaml:1:1: the key "name" is missing', None) in found
    assert ('apim.yaml:2:7: a list is expected here, not "openai"', None) in found
    assert ('apim.yaml:4:19: text is expected here, not "5"', None) in found
    assert ('apim.yaml:4:34: there is no key "cahe" here', 'did you mean "cache"?') in found
    assert ('apim.yaml:6:48: there is no key "cout" here', 'did you mean "count"?') in found
    assert ('apim.yaml:7:20: there is no key "valu" here', 'did you mean "value"?') in found
    assert any(text.startswith("apim.yaml:7:37: ") for text, _ in found)


def test_an_unknown_key_without_a_likely_one_lists_what_may_stand_there():
    found = problems("name: a\napis: []\nxyzzy: 1\n")
    assert found[0][0] == 'apim.yaml:3:1: there is no key "xyzzy" here'
    assert "known keys: access_chain" in (found[0][1] or "")


def test_an_empty_file_says_what_it_should_hold():
    document = load_located("", "apim.yaml")
    with pytest.raises(ConfigError, match="should hold a project"):
        validated(ProjectFile, document.value, document, what="project")


def test_a_scalar_is_a_plain_named_value():
    assert NamedValueSpec.model_validate("on", strict=True).value == "on"
    assert NamedValueSpec.model_validate(3, strict=True).value == 3


@pytest.mark.parametrize(
    "value",
    [{}, {"value": "a", "key_vault": "https://v"}, {"secret": True}, ["a"], {"value": "a", "nope": 1}],
)
def test_a_named_value_has_exactly_one_source(value: object):
    with pytest.raises(ValueError, match=r"NamedValueSpec"):
        NamedValueSpec.model_validate(value, strict=True)


@pytest.mark.parametrize("duration", ["10s", "PT", "P", "PT1S1M", "1M", ""])
def test_durations_are_iso_8601(duration: str):
    breaker = {"count": 1, "statuses": ["429"], "interval": duration}
    with pytest.raises(ValueError, match="interval"):
        BackendSpec.model_validate({"url": "u", "circuit_breaker": breaker})


@pytest.mark.parametrize("status", ["4299", "600", "500-", "5xx", "429-499-500"])
def test_statuses_of_a_breaker_are_ranges(status: str):
    breaker = {"count": 1, "statuses": [status]}
    with pytest.raises(ValueError, match="statuses"):
        BackendSpec.model_validate({"url": "u", "circuit_breaker": breaker})


def test_a_backend_is_single_or_a_pool():
    with pytest.raises(ValueError, match='either "url" or "pool"'):
        BackendSpec.model_validate({})
