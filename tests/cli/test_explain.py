"""`apim-ai explain`: policies and rules on the terminal and as JSON."""

from __future__ import annotations

import json

import pytest

from apim_ai.cli.group import run
from apim_ai.definition import POLICIES


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["explain", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", POLICIES.names)
def test_each_policy_has_its_page(name: str, capsys: pytest.CaptureFixture[str]):
    text = shown(capsys, name)
    for title in ("Sections", "Scopes", "Gateways", "Local", "Example"):
        assert f"\n{title}" in text
    assert f"<{name}" in text
    prose = text.split("\nExample")[0].splitlines()
    assert [line for line in prose if len(line) > 80 and "http" not in line] == []


def test_a_page_says_what_matters(capsys: pytest.CaptureFixture[str]):
    text = shown(capsys, "validate-jwt")
    assert "header-name  header-name" in text
    assert "failed-validation-httpcode  int, 100 to 599, default 401" in text
    assert "output-token-variable-name  variable-name, no expression" in text
    assert "Elements, in this order" in text
    assert "  required-claims/claim  1 or more" in text
    assert "      @match  all | any, default all, expression disputed" in text
    assert "exactly one of 'header-name', 'query-parameter-name', 'token-value' is needed" in text
    assert "expired: 401, TokenExpired" in text
    assert "learn.microsoft.com/azure/api-management/validate-jwt-policy" in text


def test_a_name_may_be_written_as_an_element(capsys: pytest.CaptureFixture[str]):
    assert shown(capsys, "<choose>") == shown(capsys, "choose")


def test_json_has_the_same(capsys: pytest.CaptureFixture[str]):
    document = json.loads(shown(capsys, "llm-token-limit", "--format", "json"))
    assert document["sections"] == ["inbound"]
    key = next(each for each in document["attributes"] if each["name"] == "counter-key")
    assert (key["required"], key["expressions"], key["type"]) == (True, "allowed", "string")
    assert document["local"]["level"] == "configurable"
    assert "AIM301" in document["rules"]
    assert document["errors"][0]["status"] == 429


def test_the_list(capsys: pytest.CaptureFixture[str]):
    lines = shown(capsys).splitlines()
    assert [line.split()[0] for line in lines] == list(POLICIES.names)
    listed = json.loads(shown(capsys, "--format", "json"))["policies"]
    assert [each["name"] for each in listed] == list(POLICIES.names)


@pytest.mark.parametrize("word", ["AIM401", "aim401", "spoofable-counter-key"])
def test_rules_are_explained_too(word: str, capsys: pytest.CaptureFixture[str]):
    assert shown(capsys, word).startswith("AIM401 spoofable-counter-key (error)")


def test_a_rule_as_json(capsys: pytest.CaptureFixture[str]):
    document = json.loads(shown(capsys, "AIM401", "--format", "json"))
    assert (document["rule"], document["severity"], bool(document["bad"])) == ("AIM401", "error", True)


@pytest.mark.parametrize(("word", "meant"), [("setheader", "set-header"), ("spoofable-key", "spoofable-counter-key")])
def test_a_misspelt_name_is_suggested(word: str, meant: str, capsys: pytest.CaptureFixture[str]):
    assert run(["explain", word]) == 2
    assert f"did you mean '{meant}'?" in capsys.readouterr().err


def test_the_schema_for_editors_is_printed(capsys: pytest.CaptureFixture[str]):
    assert shown(capsys, "--xsd").startswith('<?xml version="1.0" encoding="UTF-8"?>\n<xs:schema')
