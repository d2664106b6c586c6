from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from apim_ai.definition import POLICIES
from apim_ai.document import parse
from apim_ai.lint import Estate, Linter, Subject
from apim_ai.lint.rule import DocumentRule
from apim_ai.lint.rules.base_at_global import BaseAtGlobal
from apim_ai.lint.rules.delete_with_value import DeleteWithValue
from apim_ai.lint.schema import relevant_gateway
from apim_ai.lint.selection import Selection
from apim_ai.resource import Resource, Resources
from apim_ai.source import LineMap, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding

TODAY = date(2026, 1, 1)
IGNORED = '<set-header name="a" exists-action="delete"><value>x</value></set-header>'


def lint(
    text: str, *, scope: str | None = "api", path: str = "a.xml", line_map: LineMap | None = None
) -> list[Finding]:
    linter = Linter(TODAY)
    linter.document(Subject(parse(Source(path, text, line_map)), scope))
    return list(linter.report().findings)


def inbound(text: str) -> str:
    return f"<policies><inbound><base />{text}</inbound></policies>"


def codes(text: str, *, scope: str | None = "api") -> list[str]:
    return [finding.rule for finding in lint(text, scope=scope)]


class Crashing(DocumentRule):
    """Always fails."""

    code, name, severity = "AIM000", "crashing", "error"
    good = ()
    bad = ()

    def check(self, subject: Subject) -> Iterator[Finding]:
        raise ZeroDivisionError(subject.scope)


def test_a_crashing_rule_is_a_finding_and_the_rest_still_runs() -> None:
    linter = Linter(TODAY, rules=(Crashing(), DeleteWithValue()))
    linter.document(Subject(parse(Source("a.xml", inbound(IGNORED))), "api"))
    found = linter.report().findings
    assert [f.rule for f in found] == ["AIM906", "AIM113"]
    assert "AIM000 failed (ZeroDivisionError" in found[0].message


def test_a_suppression_covers_the_element_behind_it() -> None:
    assert codes(inbound(IGNORED)) == ["AIM113"]
    assert codes(inbound(f"<!-- apim: ignore[AIM113] documented -->{IGNORED}")) == []
    assert codes(inbound(f"<!-- apim: ignore[delete-with-value, AIM117] documented -->\n{IGNORED}")) == ["AIM901"]
    assert codes(inbound(f"<!-- apim: ignore[AIM113] documented -->{IGNORED}{IGNORED}")) == ["AIM113"]


def test_a_suppression_covers_what_is_inside_its_element() -> None:
    nested = f'<choose><when condition="@(context.Request.Method == "GET")">{IGNORED}</when></choose>'
    assert codes(inbound(f"<!-- apim: ignore[AIM113] documented -->\n{nested}")) == []


def test_a_suppression_before_the_root_covers_the_file() -> None:
    assert codes(f"<!-- apim: ignore[AIM113] documented -->\n{inbound(IGNORED + IGNORED)}") == []


@pytest.mark.parametrize("comment", ["/* apim: ignore[AIM224] always sent */", "// apim: ignore[AIM224] always sent\n"])
def test_a_comment_in_code_suppresses_there(comment: str) -> None:
    code = '@(context.Request.Headers["X"][0] COMMENT)'
    assert codes(inbound(f'<set-variable name="a" value="{code.replace("COMMENT", "")}" />')) == ["AIM224"]
    assert codes(inbound(f'<set-variable name="a" value="{code.replace("COMMENT", comment)}" />')) == []


def test_what_is_said_about_suppressions() -> None:
    assert codes(inbound('<!-- apim: ignore[AIM113] why --><set-variable name="a" value="1" />')) == ["AIM901"]
    assert codes(inbound(f"<!-- apim: ignore[AIM113] until=2025-12-31 why -->{IGNORED}")) == ["AIM904", "AIM113"]
    assert codes(inbound(f"<!-- apim: ignore[AIM113] until=2026-01-01 why -->{IGNORED}")) == []
    assert codes(inbound(f"<!-- apim: ignore[AIM1133] why -->{IGNORED}")) == ["AIM903", "AIM113"]
    basic = '<authentication-basic username="u" password="p" />'
    assert codes(inbound(f"<!-- apim: ignore[AIM441] -->{basic}")) == ["AIM902"]


def test_a_finding_replaces_what_it_says_better() -> None:
    assert codes(inbound('<set-header name="a" exists-action="override">x</set-header>')) == ["AIM112"]


def test_findings_point_at_the_template() -> None:
    line_map = LineMap((("t.xml.j2", 1), ("inc.xml.j2", 9), ("t.xml.j2", 3)), frozenset({1, 3}))
    text = f"<policies><inbound><base />\n{IGNORED}\n</inbound></policies>"
    (finding,) = lint(text, line_map=line_map)
    assert str(finding.span) == "inc.xml.j2:9:1"
    suppressed = text.replace("<base />", "<base /><!-- apim: ignore[AIM113] why -->")
    assert lint(suppressed, line_map=line_map) == []


def resources(value: str) -> Resources:
    return Resources(
        [
            Resource("api", "apis/chat", {"path": "chat"}),
            Resource("named_value", "namedValues/a", {"displayName": "a", "value": value}),
            Resource(
                "api_policy",
                "apis/chat/policies/policy",
                {"format": "rawxml", "value": inbound(IGNORED + '<set-variable name="v" value="{{a}}" />')},
                source=Source("p.xml", inbound(IGNORED + '<set-variable name="v" value="{{a}}" />')),
            ),
        ]
    )


def test_environments_report_equal_findings_once() -> None:
    linter = Linter(TODAY)
    linter.estate(Estate(resources("1")))
    linter.estate(Estate(resources("2")))
    report = linter.report()
    assert [f.rule for f in report.findings] == ["AIM113"]
    assert report.files == 1


def test_a_project_selects_and_weighs() -> None:
    for selection, expected in (
        (Selection(ignore=("AIM1",)), []),
        (Selection(select=("AIM4",)), []),
        (Selection(severity={"delete-with-value": "error"}), [("AIM113", "error")]),
    ):
        linter = Linter(TODAY)
        linter.estate(Estate(resources("1")), selection)
        assert [(f.rule, f.severity) for f in linter.report().findings] == expected


def test_a_report_counts_and_fails() -> None:
    linter = Linter(TODAY)
    linter.document(Subject(parse(Source("a.xml", inbound(IGNORED))), "api"))
    report = linter.report()
    assert (report.count("error"), report.count("warning"), report.count("info")) == (0, 0, 1)
    assert [report.fails("error"), report.fails("warning"), report.fails("info")] == [False, False, True]


def test_without_a_scope_rules_about_scopes_are_silent() -> None:
    document = "<policies><inbound></inbound></policies>"
    assert "AIM010" in codes(document)
    assert codes(document, scope=None) == []
    linter = Linter(TODAY, rules=(BaseAtGlobal(),))
    linter.document(Subject(parse(Source("a.xml", "<policies><inbound><base /></inbound></policies>")), None))
    assert linter.report().findings == ()


@pytest.mark.parametrize(
    ("policy", "gateway", "kept"),
    [
        ("<base />", "v2", None),
        ("<base />", "classic", None),
        ("<base />", "consumption", "consumption"),
        ("<base />", None, None),
        ('<rate-limit-by-key calls="1" renewal-period="1" counter-key="a" />', "consumption", "consumption"),
    ],
)
def test_a_gateway_that_makes_no_difference_is_left_out(policy: str, gateway: str | None, kept: str | None) -> None:
    document = parse(Source("a.xml", f"<policies><inbound>{policy}</inbound></policies>"))
    assert relevant_gateway(Subject(document, "api", gateway=gateway)) == kept


def test_a_gateway_that_does_not_run_a_policy_makes_a_difference() -> None:
    names = [name for name in POLICIES.names if (cls := POLICIES.find(name)) and "v2" not in cls.definition.gateways]
    assert names
    for name in names:
        document = parse(Source("a.xml", f"<policies><inbound><{name} /></inbound></policies>"))
        assert relevant_gateway(Subject(document, "api", gateway="v2")) == "v2"


def test_a_vast_document_is_looked_at_for_its_structure_alone() -> None:
    padding = "<!-- " + "long " * 125_000 + "-->"
    wrong = '<set-variable nane="a" value="@((string)context.Request.Headers["a"][0])" />'
    assert {"AIM024", "AIM102", "AIM103"} <= set(codes(inbound(wrong + padding)))
    assert "AIM224" in codes(inbound(wrong))
    assert "AIM224" not in codes(inbound(wrong + padding))


def test_of_many_unknown_attributes_the_first_get_a_suggestion() -> None:
    many = " ".join(f'nane{number}="1"' for number in range(60))
    found = [f for f in lint(inbound(f'<set-variable name="a" value="1" {many} />')) if f.rule == "AIM102"]
    assert len(found) == 60
    assert [bool(f.help) for f in found] == [True] * 50 + [False] * 10


def test_reads_of_an_unset_variable_are_suggested_a_like_name_among_many() -> None:
    setters = "".join(f'<set-variable name="x{number}" value="1" />' for number in range(400))
    text = inbound(f'{setters}<set-variable name="tokens" value="1" />').replace("<base />", "")
    document = parse(Source("a.xml", text.replace("</inbound>", READ + "</inbound>")))
    linter = Linter(TODAY)
    linter.document(Subject(document, "global"))
    assert [f.help for f in linter.report().findings if f.rule == "AIM221"] == ["did you mean 'tokens'?"]


READ = '<set-header name="a" exists-action="override"><value>@((string)context.Variables["token"])</value></set-header>'


def test_a_control_character_is_one_finding() -> None:
    assert codes("<policies><inbound><base />\0</inbound><backend><base /></backend></policies>").count("AIM006") == 0
    assert codes("<policies><inbound><base />\0x</inbound></policies>").count("AIM006") == 1


def test_a_mixed_condition_is_one_finding() -> None:
    text = '<choose><when condition="@(context.Tracing) && true"><set-method>GET</set-method></when></choose>'
    assert [code for code in codes(inbound(text)) if code in ("AIM106", "AIM110")] == ["AIM110"]
