"""The schema for editors: it compiles, takes every example, and refuses what an editor should underline."""

from __future__ import annotations

import pytest
from lxml import etree

from apim_ai.definition import POLICIES
from apim_ai.definition.example import example
from apim_ai.definition.xsd import policy_schema
from apim_ai.document import convert
from apim_ai.source import Source


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(policy_schema().encode()))


def objection(schema: etree.XMLSchema, text: str) -> str | None:
    """Return what the schema says against a document, or None."""
    encoded = convert(Source("", text), format="rawxml", to="xml")
    return None if schema.validate(etree.fromstring(encoded.encode())) else str(schema.error_log)


@pytest.mark.parametrize("name", POLICIES.names)
def test_every_example_is_valid(name: str, schema: etree.XMLSchema):
    cls = POLICIES.find(name)
    assert cls is not None
    definition = cls.definition
    if not definition.documented or not definition.sections:
        return
    assert objection(schema, f"<fragment>{example(definition)}</fragment>") is None
    section = definition.sections[0]
    inside = f"<{section}><base />{example(definition)}</{section}>"
    assert objection(schema, f"<policies>{inside}</policies>") is None


@pytest.mark.parametrize(
    "policy",
    [
        '<set-status code="{{status}}" reason="OK" />',
        '<set-status code="@(200 + 1)" reason="OK" />',
        '<set-body>@{\n  return "<a>";\n}</set-body>',
        '<set-body template="liquid"><soap:a xmlns:soap="urn:x">{{body.b}}</soap:a></set-body>',
        '<choose><when condition="@(true)"><choose><when condition="true"><set-method>GET</set-method></when></choose></when></choose>',
        '<set-header id="x" name="a" exists-action="delete" />',
    ],
)
def test_what_the_service_takes_is_valid(policy: str, schema: etree.XMLSchema):
    assert objection(schema, f"<fragment>{policy}</fragment>") is None


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ('<fragment><set-status kode="200" /></fragment>', "kode"),
        ('<fragment><set-status code="many" /></fragment>', "many"),
        ('<fragment><set-header name="a" exists-action="replace" /></fragment>', "replace"),
        ("<fragment><set-headers /></fragment>", "set-headers"),
        ("<policies><inbound><forward-request /></inbound></policies>", "forward-request"),
        ("<policies><in-bound /></policies>", "in-bound"),
        ('<fragment><rate-limit calls="5" /></fragment>', "renewal-period"),
    ],
)
def test_what_the_service_refuses_is_underlined(document: str, word: str, schema: etree.XMLSchema):
    assert word in (objection(schema, document) or "")


def test_names_are_explained_where_they_are_written(schema: etree.XMLSchema):
    text = policy_schema()
    assert "Set, add or remove a header" in text
    assert "What to do when the field is there. Default: override." in text
