"""What a run of cases reached, by document, with places of templates and of case files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.cases.coverage import Collector, Coverage, DocumentCoverage, Point
from apim_ai.cases.coverage.html import render as html
from apim_ai.cases.coverage.text import render as text
from apim_ai.cases.load import load_file
from apim_ai.source import Span

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

DOCUMENT = """<policies>
    <inbound>
        <base />
        <choose>
            <when condition="@(context.Request.Url.Path == "/a")">
                <set-header name="x" exists-action="override"><value>a</value></set-header>
            </when>
            <when condition="@(context.Request.Url.Path == "/b")">
                <set-header name="x" exists-action="override"><value>@("b" + context.Request.Method)</value></set-header>
            </when>
            <otherwise>
                <return-response><set-status code="404" reason="No" /></return-response>
            </otherwise>
        </choose>
        <choose><when condition="@(context.Request.Method == "PUT")"><set-variable name="p" value="1" /></when></choose>
    </inbound>
</policies>
"""
CASE = """document: doc.xml
mocks: [{{responses: [{{status: 200}}]}}]
steps:
{}
"""
GOES = "- {{request: {{url: {}}}, expect: {{status: {}}}}}\n"


def covered(tmp_path: Path, case: str) -> Coverage:
    """Return the coverage of a case file, with the document beside it."""
    (tmp_path / "doc.xml").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "x.case.yaml").write_text(case, encoding="utf-8")
    collector = Collector()
    loaded = load_file(tmp_path / "x.case.yaml", "x.case.yaml")
    assert not loaded.broken
    for each in loaded.cases:
        assert collector.run(each).passed
    return collector.report()


def missed(coverage: Coverage) -> list[tuple[int, str]]:
    return [(point.span.line, point.label) for document in coverage.documents for point in document.missed]


def test_one_branch_of_three(tmp_path: Path) -> None:
    coverage = covered(tmp_path, CASE.format(GOES.format("/a", 200)))
    assert [document.file for document in coverage.documents] == ["doc.xml"]
    assert sorted(missed(coverage)) == [
        (8, '@(context.Request.Url.Path == "/b")'),
        (8, "when 2"),
        (9, '@("b" + context.Request.Method)'),
        (9, "set-header"),
        (11, "otherwise"),
        (12, "return-response"),
        (12, "set-status"),
        (15, "set-variable"),
        (15, "when 1"),
    ]
    assert [coverage.count(kind) for kind in ("policy", "branch", "expression")] == [(3, 7), (2, 5), (2, 4)]


def test_all_of_it(tmp_path: Path) -> None:
    steps = GOES.format("/a", 200) + GOES.format("/b", 200) + GOES.format("/c", 404)
    steps += "- {request: {method: PUT, url: /a}}\n"
    coverage = covered(tmp_path, CASE.format(steps))
    assert missed(coverage) == []


def test_cases_add_up(tmp_path: Path) -> None:
    case = "---\n".join(CASE.format(GOES.format(path, status)) for path, status in (("/a", 200), ("/b", 200)))
    assert (8, "when 2") not in missed(covered(tmp_path, case))


def test_policies_in_case_files_have_the_places_of_the_file(tmp_path: Path) -> None:
    case = """name: inside
policy: |
  <policies>
    <inbound>
      <base />
      <choose><when condition="@(false)"><set-method>PUT</set-method></when></choose>
    </inbound>
  </policies>
mocks: [{responses: [{status: 200}]}]
steps: [{request: {url: /}}]
"""
    coverage = covered(tmp_path, case)
    places = {(str(point.span), point.label) for point in coverage.documents[0].missed}
    assert places == {("x.case.yaml:6:15", "when 1"), ("x.case.yaml:6:42", "set-method")}


def test_what_one_case_reaches_is_not_what_its_equal_neighbour_reaches(tmp_path: Path) -> None:
    policy = '"<policies><inbound><choose><when condition=\\"@(context.Request.Method == \\"PUT\\")\\"><set-method>GET</set-method></when></choose></inbound></policies>"'
    one = (
        f"policy: {policy}\nmocks: [{{responses: [{{status: 200}}]}}]\nsteps: [{{request: {{url: /, method: PUT}}}}]\n"
    )
    coverage = covered(tmp_path, f"{one}---\n{one.replace('PUT}', 'GET}')}")
    assert {point.span.line for point in coverage.documents[0].missed} == {1, 5}


def test_a_case_that_must_be_refused_reaches_nothing(tmp_path: Path) -> None:
    assert (
        covered(tmp_path, 'policy: "<policies><inbound><nope /></inbound></policies>"\nrefused: true\n').documents == ()
    )


def test_places_are_those_of_templates(tmp_path: Path) -> None:
    files = {
        "apim.yaml": "name: shop\napis: [shop]\nvariables: {names: [one, two]}\n",
        "tiers.yaml": "default: gold\ntiers: {gold: {tpm: 100, rps: 2, quota: 5000}}\n",
        "environments/dev.yaml": "subscription: s\nresource_group: r\nservice: apim-dev\nsku: Developer\n",
        "apis/shop/api.yaml": "display_name: Shop\npath: shop\nsubscription_required: false\nservice_url: https://be.test\n",
        "apis/shop/openapi.yaml": (
            "openapi: 3.0.3\ninfo: {title: S, version: '1'}\n"
            "paths: {/a: {get: {operationId: a, responses: {'200': {description: x}}}}}\n"
        ),
        "apis/shop/policy.xml.j2": (
            "{# a comment #}\n<policies>\n  <inbound>\n    <base />\n{% for name in names %}\n"
            '    <choose><when condition="@(context.Request.Headers.ContainsKey([[ name ]]))"><set-method>GET</set-method></when></choose>\n'
            "{% endfor %}\n  </inbound>\n</policies>\n"
        ),
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    case = "project: .\nenv: dev\nmocks: [{responses: [{status: 200}]}]\nsteps: [{request: {url: /shop/a, headers: {one: x}}}]\n"
    document = next(each for each in covered(tmp_path, case).documents if each.file.endswith("policy.xml.j2"))
    assert {point.span.line for point in document.points} == {6}
    assert not [point for point in document.missed if point.kind != "branch"]


def test_secrets_stand_in_no_report(tmp_path: Path) -> None:
    case = """named_values: {word: {value: s3cr3t-w0rds, secret: true}}
policy: |
  <policies><inbound><set-variable name="x" value="@("{{word}}" + context.Request.Method)" /></inbound></policies>
steps: [{request: {url: /}, expect: {status: 200}}]
mocks: [{responses: [{status: 200}]}]
"""
    coverage = covered(tmp_path, case)
    labels = [point.label for point in coverage.documents[0].points]
    assert any("(secret)" in label for label in labels)
    assert not any("s3cr3t" in label for label in labels)


def some(*points: tuple[int, str, bool]) -> Coverage:
    made = tuple(Point("policy", Span.at("a.xml", line), label, reached) for line, label, reached in points)
    return Coverage((DocumentCoverage("a.xml", made),))


def test_text_joins_lines_and_names_what_is_missing() -> None:
    shown = text(some((1, "a", True), (3, "b", False), (4, "c", False), (9, "d", False)))
    assert shown.splitlines() == [
        "document  policies  branches  expressions  lines missed",
        "a.xml          1/4         -            -  3-4, 9",
        "total          1/4         -            -",
        "",
        "no case reached:",
        "  a.xml:3:1: b",
        "  a.xml:4:1: c",
        "  a.xml:9:1: d",
    ]


def test_nothing_missed_needs_no_list() -> None:
    assert "no case reached" not in text(some((1, "a", True)))


def test_html_colours_the_lines_of_the_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.xml").write_text("<a>\n<b/><c/>\n<d x='&'/>\n</a>\n", encoding="utf-8")
    page = html(some((1, "a", True), (2, "b", True), (2, "<c>", False), (3, "d", False)))
    assert '<span class="hit"><i>1</i>&lt;a&gt;</span>' in page
    assert '<span class="part"><i>2</i>&lt;b/&gt;&lt;c/&gt;<em>not reached: &lt;c&gt;</em></span>' in page
    assert '<span class="miss"><i>3</i>&lt;d x=&#x27;&amp;&#x27;/&gt;<em>not reached: d</em></span>' in page
    assert '<span class=""><i>4</i>&lt;/a&gt;</span>' in page


def test_html_of_a_document_that_is_no_file_shows_its_lines_all_the_same() -> None:
    assert "not reached: b" in html(some((2, "b", False)))
