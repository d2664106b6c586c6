"""Every rule's own examples: each bad one is found, each good one gives no error of any rule."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from apim_ai.document import parse
from apim_ai.lint import Case, Estate, Linter, Rule, Subject, all_rules
from apim_ai.lint.registry import find_rule
from apim_ai.project import Project
from apim_ai.resource import Resource, Resources
from apim_ai.resource.kinds import kind_of
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding

WITHOUT_A_DOCUMENT = (
    "AIM801", "AIM906", "AIM907",  # found in templates and in ourselves, see test_project and test_engine
)  # fmt: skip
PROJECT = {
    "apim.yaml": "name: shop\napis: [shop]\n",
    "tiers.yaml": "default: gold\ntiers: {gold: {tpm: 100, rps: 2, quota: 5000}}\n",
    "environments/prod.yaml": (
        "subscription: s\nresource_group: r\nservice: a\nsku: PremiumV2\nregion: westeurope\nproduction: true\n"
    ),
    "apis/shop/api.yaml": "display_name: Shop\npath: shop\n",
    "apis/shop/openapi.yaml": "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\npaths: {}\n",
    "apis/shop/policy.xml.j2": (
        '<policies><inbound><base /><include-fragment fragment-id="team" /></inbound>'
        "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>"
    ),
    "policies/fragments/team.xml.j2": '<fragment><set-variable name="team" value="1" /></fragment>',
}
SOURCES = Path(__file__).parents[2] / "src"
SECTIONS = ("inbound", "backend", "outbound", "on-error")


def whole(case: Case) -> str:
    """Return an example as a whole document; its lines keep their numbers."""
    if case.text.lstrip().startswith(("<policies", "<fragment", "<?xml")) or not case.section:
        return case.text
    base = dict.fromkeys(SECTIONS, "" if case.scope == "global" else "<base />")
    if case.scope == "global":
        base["backend"] = "<forward-request timeout='60' />"
    if "forward-request" in case.text and case.section == "backend":
        base["backend"] = ""
    inner = {section: base[section] + (case.text if section == case.section else "") for section in SECTIONS}
    before = "".join(f"<{s}>{inner[s]}</{s}>" for s in SECTIONS)
    return f"<policies>{before}</policies>"


def findings(case: Case) -> tuple[Finding, ...]:
    if case.is_project:
        return project_findings(case)
    linter = Linter(date(2026, 1, 1), rules=all_rules())
    source = Source("example.xml", whole(case))
    if case.resources is None:
        linter.document(Subject(parse(source, format=case.format), case.scope, gateway=case.gateway))
        return linter.report().findings
    linter.estate(Estate(Resources(resources(case, source)), gateway=case.gateway))
    return linter.report().findings


def project_findings(case: Case) -> tuple[Finding, ...]:
    with TemporaryDirectory() as folder:
        for name, text in {**PROJECT, "apim.yaml": f"{case.text}\n{PROJECT['apim.yaml']}"}.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Project.load(folder).bundle("prod").findings


def resources(case: Case, source: Source) -> Iterator[Resource]:
    for identifier, properties in {
        **(case.resources or {}),
        case.place: {"value": source.text, "format": case.format},
    }.items():
        kind = kind_of(identifier)
        assert kind is not None, identifier
        yield Resource(kind.name, identifier, properties, source=source if identifier == case.place else None)


def cases(which: str) -> list[object]:
    return [
        pytest.param(rule, case, id=f"{rule.code}-{which}-{number}")
        for rule in all_rules()
        for number, case in enumerate(rule.good if which == "good" else rule.bad)
    ]


@pytest.mark.parametrize(("rule", "case"), cases("bad"))
def test_a_bad_example_is_found(rule: Rule, case: Case) -> None:
    found = findings(case)
    own = [finding for finding in found if finding.rule == rule.code]
    assert own, [f"{f.rule} {f.span.line} {f.message}" for f in found]
    if case.at is not None:
        assert case.at in {finding.span.line for finding in own}


@pytest.mark.parametrize(("rule", "case"), cases("good"))
def test_a_good_example_is_silent(rule: Rule, case: Case) -> None:
    wrong = [f for f in findings(case) if f.rule == rule.code or f.severity == "error"]
    assert not wrong, [f"{f.rule} {f.span.line} {f.message}" for f in wrong]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_has_a_page_and_examples(rule: Rule) -> None:
    paragraphs = (rule.__doc__ or "").strip().split("\n\n")
    assert len(paragraphs) == 3
    assert rule.good
    assert rule.bad or rule.code in WITHOUT_A_DOCUMENT
    assert find_rule(rule.code) is find_rule(rule.name) is rule


def test_codes_and_names_are_unique() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)


def test_every_code_that_a_finding_may_carry_is_a_rule() -> None:
    found = {code for file in SOURCES.rglob("*.py") for code in re.findall(r'"(AIM[0-9]{3})"', file.read_text("utf-8"))}
    known = {rule.code for rule in all_rules()}
    assert found - known == {"AIM200"}  # the compiler's own word for C# that is not run here; the linter says AIM907
