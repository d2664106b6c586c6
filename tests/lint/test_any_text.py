"""No text makes a rule fail: what is wrong is a finding, and the rules behind it still run."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apim_ai.document import parse
from apim_ai.lint import Linter, Subject, all_rules
from apim_ai.source import Source

if TYPE_CHECKING:
    from apim_ai.finding import Finding

POLICIES = sorted({case.text for rule in all_rules() for case in (*rule.good, *rule.bad) if len(case.text) < 1500})
SCOPES = st.sampled_from([None, "global", "product", "api", "operation", "fragment"])


def lint(text: str, scope: str | None) -> tuple[Finding, ...]:
    linter = Linter(date(2026, 1, 1))
    linter.document(Subject(parse(Source("a.xml", text)), scope))
    return linter.report().findings


@st.composite
def mangled(draw: st.DrawFn) -> str:
    """Return examples of rules put together, with a piece taken out and another put in."""
    text = "".join(draw(st.lists(st.sampled_from(POLICIES), min_size=1, max_size=4)))
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 12)))
    piece = draw(
        st.sampled_from(
            ["", '"', "<", ">", "@(", "@{", ")", "}", "</value>", "{{x}}", "context.", "?.", "[", "\n", "-->"]
        )
    )
    section = draw(st.sampled_from(["inbound", "backend", "outbound", "on-error"]))
    return f"<policies><{section}>{text[:start]}{piece}{text[end:]}</{section}></policies>"


@settings(max_examples=60, deadline=None)
@given(mangled(), SCOPES)
def test_no_rule_fails(text: str, scope: str | None) -> None:
    assert [f for f in lint(text, scope) if f.rule == "AIM906"] == []


@pytest.mark.parametrize(
    "value",
    [
        "@(" + "(" * 5000 + "1" + ")" * 5000 + ")",
        "@(a" + ".b" * 20000 + ")",
        "@(" + "!" * 5000 + "true)",
        "@(a" + "?.b" * 3000 + ")",
    ],
    ids=["parentheses", "members", "negations", "safe-members"],
)
def test_deep_expressions_are_no_trouble(value: str) -> None:
    found = lint(f'<policies><inbound><base /><set-variable name="a" value="{value}" /></inbound></policies>', "api")
    assert "AIM906" not in {f.rule for f in found}
