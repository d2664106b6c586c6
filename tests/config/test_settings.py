from __future__ import annotations

from typing import cast

import pytest

from apim_ai.config import GatewaySettings, load_located, parse_assignments
from apim_ai.errors import ConfigError


def test_every_setting_has_an_attribute_of_its_name_and_its_default_reads_back():
    settings = GatewaySettings()
    table = GatewaySettings.table()
    assert len(table) == 86
    for info in table:
        assert info.attribute == info.name.replace(".", "_")
        assert settings.get(info.name) == getattr(settings, info.attribute)
        assert GatewaySettings.of({info.name: info.default}) == settings
        assert info.doc


def test_values_are_read_from_yaml_and_from_text_alike():
    as_yaml = GatewaySettings.of(
        {
            "token_limit.charge_failed": 0,
            "cache.conditional_304": True,
            "semantic_cache.store_statuses": [200, 203],
            "jwt.algorithms": ["RS256"],
            "gateway.units": 3,
            "content_safety.halt_on_blocklist_hit": True,
        }
    )
    as_text = GatewaySettings.of(
        {
            "token_limit.charge_failed": "0",
            "cache.conditional_304": "true",
            "semantic_cache.store_statuses": "[200, 203]",
            "jwt.algorithms": "RS256",
            "gateway.units": "3",
            "content_safety.halt_on_blocklist_hit": "true",
        }
    )
    assert as_yaml == as_text
    assert as_yaml.semantic_cache_store_statuses == (200, 203)
    assert as_yaml.content_safety_halt_on_blocklist_hit == "true"


def test_a_body_may_be_written_as_data():
    settings = GatewaySettings.of({"breaker.open_body": {"error": {"code": "open"}}})
    assert settings.breaker_open_body == '{"error":{"code":"open"}}'


def test_regions_are_named_or_counted():
    assert GatewaySettings().gateway_regions == ("",)
    assert GatewaySettings.of({"gateway.regions": 2}).gateway_regions == ("region-1", "region-2")
    assert GatewaySettings.of({"gateway.regions": ["West Europe"]}).gateway_regions == ("West Europe",)


def test_what_was_given_is_known():
    settings = GatewaySettings.of({"gateway.flavor": "classic"})
    assert settings == GatewaySettings()
    assert settings.given == {"gateway.flavor"}


def test_all_problems_are_told_at_once_with_places_and_suggestions():
    document = load_located(
        "token_limit.tokeniser: x\ncors.wildcard_with_credentials: ecoh\ngateway.units: 0\n", "f.yaml"
    )
    values = cast("dict[str, object]", document.value)
    with pytest.raises(ConfigError) as caught:
        GatewaySettings.of(values, span_of=lambda name: document.key_span((name,)))
    first, second, third = caught.value, *caught.value.also
    assert str(first) == 'f.yaml:1:1: there is no setting "token_limit.tokeniser"'
    assert first.help == 'did you mean "token_limit.tokenizer"?'
    assert second.help == 'did you mean "echo"?'
    assert "whole number from 1" in third.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gateway.units", 1.5), ("gateway.units", True), ("gateway.units", "many"), ("errors.timeout_status", 99),
        ("jwt.algorithms", ["none"]), ("jwt.algorithms", None), ("breaker.open_status_reason", None),
        ("cache.conditional_304", "yes"), ("gateway.regions", []), ("gateway.regions", 0),
    ],
)  # fmt: skip
def test_values_that_do_not_fit_are_refused(name: str, value: object):
    with pytest.raises(ConfigError):
        GatewaySettings.of({name: value})


def test_assignments_of_the_command_line():
    assert parse_assignments(["a.b=c=d", " e =1"]) == {"a.b": "c=d", "e": "1"}
    with pytest.raises(ConfigError, match='"x" is not of the form'):
        parse_assignments(["x"])
