"""Projects: every environment, findings at templates, broken files among sound ones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from apim_ai.errors import ConfigError, UsageError
from apim_ai.lint import Report, lint_paths

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "apim.yaml": "name: shop\napis: [shop]\nvariables: {method: GET}\nnamed_values: {plain: 1}\n",
    "tiers.yaml": "default: gold\ntiers: {gold: {tpm: 100, rps: 2, quota: 5000}}\n",
    "environments/dev.yaml": "subscription: s\nresource_group: r\nservice: apim-dev\nsku: Developer\n",
    "environments/prod.yaml": "extends: dev\nservice: apim-prod\nvariables: {method: PUT}\n",
    "apis/shop/api.yaml": "display_name: Shop\npath: /shop/\n",
    "apis/shop/openapi.yaml": (
        "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\npaths:\n  /items:\n    get:\n      operationId: list\n"
        "      responses: {'200': {description: them}}\n"
    ),
    "apis/shop/policy.xml.j2": (
        "<policies>\n  <inbound>\n    <base />\n    {# team #}\n    <set-method>[[ method ]]</set-method>\n"
        '    <include-fragment fragment-id="team" />\n  </inbound>\n</policies>\n'
    ),
    "policies/fragments/team.xml.j2": '<fragment>\n  <set-variable name="team" value="{{plain}}" />\n</fragment>\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a sound project."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def lint(*paths: Path, env: str | None = None, scope: str | None = None) -> Report:
    return lint_paths([str(path) for path in paths], today=date(2026, 1, 1), env=env, scope=scope)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def places(report: Report, root: Path) -> list[str]:
    return [f"{f.rule} {f.span.file.removeprefix(str(root) + '/')}:{f.span.line}" for f in report.findings]


def test_a_sound_project_has_no_findings(root: Path) -> None:
    report = lint(root)
    assert report.findings == ()
    assert report.files == 2


def test_findings_stand_at_the_template_once_for_all_environments(root: Path) -> None:
    policy = root / "apis/shop/policy.xml.j2"
    change(
        policy, "<set-method>", '<set-header name="a" exists-action="delete"><value>x</value></set-header><set-method>'
    )
    change(policy, '"team"', '"teem"')
    assert places(lint(root), root) == [
        "AIM113 apis/shop/policy.xml.j2:5",
        "AIM704 apis/shop/policy.xml.j2:6",
        "AIM705 policies/fragments/team.xml.j2:1",
    ]


def test_an_environment_may_be_chosen(root: Path) -> None:
    change(
        root / "apis/shop/policy.xml.j2", "<set-method>", "{% if method == 'PUT' %}<nothing />{% endif %}<set-method>"
    )
    assert places(lint(root, env="dev"), root) == []
    assert places(lint(root, env="prod"), root) == ["AIM101 apis/shop/policy.xml.j2:5"]
    assert places(lint(root), root) == ["AIM101 apis/shop/policy.xml.j2:5"]
    with pytest.raises(UsageError, match="no environment"):
        lint(root, env="stage")


def test_a_document_in_a_project_knows_its_place(root: Path) -> None:
    fragment = root / "policies/fragments/team.xml.j2"
    change(fragment, "{{plain}}", "{{plane}}")
    change(root / "apis/shop/policy.xml.j2", "    <base />\n", "")
    assert places(lint(fragment), root) == ["AIM701 policies/fragments/team.xml.j2:2"]
    assert places(lint(root / "apis"), root) == ["AIM010 apis/shop/policy.xml.j2:2"]
    assert lint(fragment).files == 1


def test_a_scope_takes_a_document_out_of_its_project(root: Path) -> None:
    assert places(lint(root / "apis/shop/policy.xml.j2", scope="global"), root) == ["AIM011 apis/shop/policy.xml.j2:3"]


def test_a_template_that_does_not_render_costs_no_other_report(root: Path) -> None:
    change(root / "apis/shop/policy.xml.j2", "[[ method ]]", "[[ methd ]]")
    change(root / "policies/fragments/team.xml.j2", "value=", "exists='x' value=")
    assert places(lint(root), root) == ["AIM801 apis/shop/policy.xml.j2:5", "AIM102 policies/fragments/team.xml.j2:2"]


def test_documents_that_nothing_uses_are_looked_at_too(root: Path) -> None:
    (root / "apis/shop/old.xml").write_text("<policies><inbound><nothing /></inbound></policies>", "utf-8")
    (root / "policies/macro.xml.j2").write_text("{% macro x() %}<nothing />{% endmacro %}", "utf-8")
    assert places(lint(root), root) == ["AIM101 apis/shop/old.xml:1"]


def test_a_folder_may_hold_projects_and_documents(root: Path) -> None:
    change(root / "apis/shop/policy.xml.j2", '"team"', '"teem"')
    (root.parent / "beside").mkdir(exist_ok=True)
    lone = root.parent / "beside" / "policy.xml"
    lone.write_text("<policies><inbound><nothing /></inbound></policies>", "utf-8")
    rules = [f.rule for f in lint(root, lone).findings]
    assert sorted(rules) == ["AIM101", "AIM704", "AIM705"]


def test_configuration_that_cannot_be_used_is_no_finding(root: Path) -> None:
    (root / "apim.yaml").write_text("nme: shop\n", "utf-8")
    with pytest.raises(ConfigError):
        lint(root)


def test_a_project_selects_its_rules(root: Path) -> None:
    change(root / "apis/shop/policy.xml.j2", "    <base />\n", "")
    (root / "apim.yaml").write_text(FILES["apim.yaml"] + "lint: {severity: {missing-base: error}}\n", "utf-8")
    assert [(f.rule, f.severity) for f in lint(root).findings] == [("AIM010", "error")]
    (root / "apim.yaml").write_text(FILES["apim.yaml"] + "lint: {ignore: [AIM010]}\n", "utf-8")
    assert lint(root).findings == ()
