from __future__ import annotations

import pytest

from apim_ai.document import parse
from apim_ai.lint import Subject
from apim_ai.lint.schema import schema_findings
from apim_ai.source import Source

CALL = '<forward-request timeout="60" />'
WHEN = '<when condition="@(context.Request.Method == "GET")">{}</when>'


def rules(text: str) -> list[str]:
    return [f"{f.rule} {f.severity}" for f in schema_findings(Subject(parse(Source("a.xml", text)), "api"))]


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        (f"<choose>{WHEN.format(CALL)}<otherwise>{CALL}</otherwise></choose>", []),
        (f"<choose>{WHEN.format(CALL)}{WHEN.format(CALL)}</choose>", []),
        (f"<choose>{WHEN.format(CALL)}</choose>{CALL}", ["AIM009 error"]),
        (f"{CALL}{CALL}", ["AIM009 error"]),
    ],
)
def test_branches_that_exclude_each_other_may_each_hold_it(backend: str, expected: list[str]) -> None:
    assert rules(f"<policies><backend>{backend}</backend></policies>") == expected


def test_what_only_the_local_gateway_cannot_run_is_no_error() -> None:
    code = "@{ foreach (var (a, b) in context.Variables) { } return 1; }"
    assert rules(f'<policies><inbound><set-variable name="a" value="{code}" /></inbound></policies>') == ["AIM907 info"]


def test_attributes_of_a_tag_that_was_misread_are_not_judged() -> None:
    assert rules('<policies><inbound>\n<set-variable name="a valu="1" />\n</inbound></policies>') == []
    assert rules('<policies><inbound>\n<set-variable name="a" valu="1" />\n</inbound></policies>') == [
        "AIM102 error",
        "AIM103 error",
    ]


def test_a_fragment_is_read_without_a_section() -> None:
    assert rules('<fragment><rewrite-uri template="/a" /><set-status code="200" reason="OK" /></fragment>') == []
    assert rules("<fragment><nothing /></fragment>") == ["AIM101 error"]
