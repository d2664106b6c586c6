"""What a declaration says in words: its example is sound, its errors are the reference's."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from apim_ai.definition import POLICIES, Definition, Reader
from apim_ai.definition.describe import describe
from apim_ai.definition.example import example
from apim_ai.document import parse
from apim_ai.source import Source

REFERENCE = json.loads((Path(__file__).parent / "policies.json").read_text(encoding="utf-8"))["policies"]
DAY = date(2026, 1, 1)


def definition_of(name: str) -> Definition:
    cls = POLICIES.find(name)
    assert cls is not None
    return cls.definition


@pytest.mark.parametrize("name", POLICIES.names)
def test_the_example_can_be_read(name: str):
    definition = definition_of(name)
    document = parse(Source("", f"<fragment>{example(definition)}</fragment>"))
    assert document.root is not None
    assert [element.name for element in document.root.elements] == [name]
    reader = Reader(section=None, allow_undocumented=frozenset(POLICIES.names))
    reader.policies(document.root.elements)
    assert [(finding.rule, finding.message) for finding in reader.findings if finding.severity == "error"] == []


@pytest.mark.parametrize("name", POLICIES.names)
def test_errors_are_those_of_the_reference(name: str):
    wanted = next(entry["errors"] for entry in REFERENCE if entry["name"] == name)
    found = describe(definition_of(name)).errors
    assert [(e.status, e.reason, e.message) for e in found] == [
        (e["http_status"], e["last_error"]["reason"], e["last_error"]["message"]) for e in wanted
    ]


def test_a_description_says_what_the_declaration_says():
    found = describe(definition_of("set-header"))
    name, action = found.attributes
    assert (name.name, name.required, name.type, name.expressions) == ("name", True, "header-name", "allowed")
    assert action.allowed == ("override", "skip", "append", "delete")
    assert (action.default, action.required) == ("override", False)
    (value,) = found.elements
    assert (value.name, value.at_least, value.at_most, value.content) == ("value", 0, None, "string")
    assert found.conditions == ("'value' is needed unless exists-action='delete'",)
    assert found.policies == ()
    assert describe(definition_of("choose")).elements[0].policies == ("*",)
