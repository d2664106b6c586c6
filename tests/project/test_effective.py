"""`<base/>` resolved over scopes."""

from __future__ import annotations

import pytest

from apim_ai.document import parse
from apim_ai.project.effective import Layer, SectionParts, Segment, effective, sections_of, structure_findings
from apim_ai.source import Source


def layer(scope: str, before: str = "", after: str = "", *, has_base: bool = True) -> Layer[str]:
    return Layer(scope, {"inbound": SectionParts(tuple(before), tuple(after), has_base)})


def run(*layers: Layer[str], missing: str = "inherit") -> str:
    return "".join(f"{s.scope[0]}{''.join(s.items)}" for s in effective("inbound", layers, missing))  # type: ignore[arg-type]  # a word of the setting


def test_base_stands_for_the_next_broader_scope():
    assert run(layer("global", "1"), layer("product", "2", "3"), layer("api", "4", "5")) == "a4p2g1p3a5"


def test_without_base_nothing_broader_runs():
    assert run(layer("global", "1"), layer("product", "2", has_base=False), layer("api", "", "3")) == "p2a3"


def test_a_section_left_out_inherits_or_is_empty():
    silent: Layer[str] = Layer("api", {})
    assert run(layer("global", "1"), silent) == "g1"
    assert run(layer("global", "1"), silent, missing="empty") == ""
    assert run(layer("global", "1"), silent, layer("operation", "2"), missing="empty") == "o2"


def test_base_at_the_broadest_scope_does_nothing():
    assert effective("inbound", [layer("global", "1", "2")]) == (Segment("global", ("1",)), Segment("global", ("2",)))


def test_takes_sections_apart():
    document = parse(
        Source("p.xml", "<policies><inbound><a/><base/><b/></inbound><outbound><c/></outbound></policies>")
    )
    assert document.root is not None
    parts = sections_of(document.root)
    assert [element.name for element in parts["inbound"].before] == ["a"]
    assert [element.name for element in parts["inbound"].after] == ["b"]
    assert not parts["outbound"].has_base
    assert "backend" not in parts


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("<policies><inbound/><backend/><outbound/><on-error/></policies>", []),
        ("<inbound/>", ["AIM002"]),
        ("<policies><inbnd/></policies>", ["AIM003"]),
        ("<policies><inbound/><inbound/></policies>", ["AIM004"]),
        ("<policies>stray<inbound/></policies>", ["AIM006"]),
        ("<policies><inbound>stray</inbound></policies>", ["AIM006"]),
        ("<policies><inbound><base/><base/></inbound></policies>", ["AIM013"]),
    ],
)
def test_tells_what_is_wrong_above_the_policies(text: str, rules: list[str]):
    assert [finding.rule for finding in structure_findings(parse(Source("p.xml", text)), "policies")] == rules


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("<fragment><a/></fragment>", []),
        ("<policies/>", ["AIM002"]),
        ("<fragment><base/></fragment>", ["AIM023"]),
        ("<fragment><inbound/></fragment>", ["AIM023"]),
        ('<fragment><choose><include-fragment fragment-id="x"/></choose></fragment>', ["AIM023"]),
    ],
)
def test_tells_what_a_fragment_may_not_hold(text: str, rules: list[str]):
    assert [finding.rule for finding in structure_findings(parse(Source("f.xml", text)), "fragment")] == rules
