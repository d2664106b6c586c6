from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from apim_ai.finding import Finding
from apim_ai.ops.access_map import access_map, mermaid
from apim_ai.project import AccessHop, Bundle, Project
from apim_ai.source import Span

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Project.load(ROOT).bundle("prod")


def test_each_hop_of_the_chain_with_mechanism_and_role(bundle: Bundle):
    hops = {(hop.caller, hop.callee): hop for hop in access_map(bundle)}
    assert set(hops) >= {(hop.caller, hop.callee) for hop in bundle.access_chain}
    to_models = hops["gateway", "aoai-pool"]
    assert (to_models.mechanism, to_models.role) == ("managed identity", "Cognitive Services OpenAI User")
    assert (to_models.kind, to_models.fragment, to_models.checked) == ("backend", "model-identity", True)
    to_bot = hops["user", "bot"]
    assert (to_bot.kind, to_bot.mechanism, to_bot.checked) == ("outside", "outside this gateway", None)
    to_orchestrator = hops["bot", "orchestrator"]
    assert (to_orchestrator.kind, to_orchestrator.fragment) == ("api", "access-chain")


def test_every_application_that_may_call_is_on_it(bundle: Bundle):
    hops = {(hop.caller, hop.callee): hop for hop in access_map(bundle)}
    for caller in bundle.callers:
        for api in caller.apis:
            assert hops[caller.name, api].checked is True
    assert (hops["analytics", "openai"].declared, hops["orchestrator", "openai"].declared) == (False, True)


def test_what_nothing_checks_is_seen(bundle: Bundle):
    hop = next(hop for hop in bundle.access_chain if hop.callee == "openai")
    assert hop.span is not None
    finding = Finding("AIM743", "access-chain-unchecked", "error", "m", hop.span)
    broken = replace(bundle, findings=(finding,))
    found = {(hop.caller, hop.callee): hop.checked for hop in access_map(broken)}
    assert (found["orchestrator", "openai"], found["analytics", "openai"]) == (False, False)
    assert found["bot", "orchestrator"] is True
    assert "--x|" in mermaid(broken)
    assert "linkStyle 2," in mermaid(broken)
    assert "linkStyle" not in mermaid(bundle)


def test_callers_without_a_chain_are_unchecked(bundle: Bundle):
    assert {hop.checked for hop in access_map(replace(bundle, access_chain=()))} == {False}


def test_the_picture_has_every_node_and_edge_once(bundle: Bundle):
    lines = mermaid(bundle).splitlines()
    assert lines[0] == "flowchart LR"
    nodes = [match[1] for line in lines if (match := re.match(r" +(n\d+)[\[(]", line))]
    assert len(nodes) == len(set(nodes))
    edges = [line for line in lines if re.search(r"(-->|-\.->)", line)]
    assert len(edges) == len(access_map(bundle))
    used = {name for line in lines if re.match(r"  n\d+ ", line) for name in re.findall(r"\bn\d+\b", line)}
    assert used <= set(nodes)
    assert '[("aoai-payg<br>swedencentral")]' in mermaid(bundle)
    assert 'subgraph service["apim-ai-gateway-prod, westeurope"]' in mermaid(bundle)


def test_names_cannot_break_the_picture(bundle: Bundle):
    chain = (AccessHop('a"]; click', "<b>#", "outside", role='r"', span=Span.at("apim.yaml")),)
    text = mermaid(replace(bundle, access_chain=chain, callers=()))
    assert "a#quot;]; click" in text
    assert "#lt;b#gt;#35;" in text
    assert 'r"' not in text.replace('r#quot;"', "")


def test_a_project_without_callers(bundle: Bundle):
    empty = replace(bundle, access_chain=(), callers=())
    assert access_map(empty) == ()
    assert mermaid(empty) == "flowchart LR\n"
