"""What cases cannot show of the repository's own configuration: how it is rendered, and a split over many callers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.gateway.world import FakeWire

from apim_ai.document import Element, parse
from apim_ai.expression import compile_expression
from apim_ai.expression.context import Context
from apim_ai.gateway import Gateway
from apim_ai.message import Headers, Request, Url
from apim_ai.project import Project
from apim_ai.resource import Resource
from apim_ai.source import Span

ROOT = Path(__file__).parents[2]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.load(ROOT)


def texts(project: Project, env: str = "dev", **overrides: object) -> dict[str, str]:
    bundle = project.bundle(env, overrides={name.replace("__", "."): value for name, value in overrides.items()})
    return {r.id: r.source.text for r in bundle.resources.values() if r.source is not None}


def test_addresses_are_checked_only_where_networks_are_listed(project: Project):
    assert not any("ip-filter" in text for text in texts(project).values())
    found = texts(project, allowed_networks=["10.0.0.0/8", "2001:db8::/126"])
    for id_ in ("apis/openai/policies/policy", "apis/orchestrator/policies/policy"):
        assert '<address-range from="10.0.0.0" to="10.255.255.255" />' in found[id_]
        assert '<address-range from="2001:db8::" to="2001:db8::3" />' in found[id_]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("10.1.2.3", 401, "missing_token"),  # let in, and then asked who it is
        ("192.0.2.1", 403, "address_not_allowed"),
        ("2001:db8::4", 403, "address_not_allowed"),
    ],
)
@pytest.mark.parametrize("path", ["/openai/models?api-version=2024-10-21", "/orchestrator/health"])
async def test_other_addresses_are_refused_at_the_gateway(
    project: Project, address: str, status: int, code: str, path: str
):
    networks = ["10.0.0.0/8", "2001:db8::/126"]
    bundle = project.bundle("local", overrides={"allowed_networks": networks})
    subscription = {"scope": "/products/bot", "state": "active", "primaryKey": "key-of-bot", "displayName": "bot"}
    resources = bundle.resources.with_changes([Resource("subscription", "subscriptions/bot", subscription)])
    wire = FakeWire()
    served = Gateway(resources, settings=bundle.settings, wire=wire)
    headers = Headers.of({"Host": "gateway.test", "api-key": "key-of-bot"})
    exchange = await served.handle(Request("GET", Url.parse("https://gateway.test" + path), headers, None, address))
    assert exchange.response is not None
    assert exchange.response.body is not None
    error = json.loads(await exchange.response.body.buffer())["error"]
    assert (exchange.response.status, error["code"]) == (status, code)
    assert wire.sent == []
    assert address not in json.dumps(error)


def test_the_caller_key_is_defined_once_and_used_everywhere(project: Project):
    before = texts(project)
    after = texts(project, keys__caller='"one:" + context.Subscription.Id')
    changed = [id_ for id_, text in after.items() if text != before[id_]]
    assert changed == ["policyFragments/caller-identity"]
    users = [id_ for id_, text in before.items() if '"caller-key"' in text]
    for fragment in ("request-rate", "token-limit", "token-metrics", "semantic-cache-lookup", "call-record"):
        assert f"policyFragments/{fragment}" in users


def test_the_end_user_is_no_metric_dimension(project: Project):
    assert "end-user" not in texts(project)["policyFragments/token-metrics"].split("-->")[1]


def test_callers_come_with_headers_that_are_read_in_one_place(project: Project):
    readers = [id_ for id_, text in texts(project).items() if 'Headers.GetValueOrDefault("x-end-user"' in text]
    assert readers == ["policyFragments/caller-identity"]


def test_real_environments_validate_entra_tokens_and_the_local_one_those_of_its_issuer(project: Project):
    assert "<validate-azure-ad-token" in texts(project, "prod")["policyFragments/authentication"]
    local = texts(project, "local", identity__openid_config="http://127.0.0.1:9/c")["policyFragments/authentication"]
    assert '<openid-config url="http://127.0.0.1:9/c" />' in local
    assert "validate-azure-ad-token" not in local


def test_every_refusal_has_its_reason_written_in_one_form(project: Project):
    for id_, text in texts(project).items():
        for reason in re.findall(r'<set-variable name="reason" value="([^"@]+)"', text):
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", reason), id_


def test_an_experiment_splits_ten_thousand_callers_within_two_percent(project: Project):
    source = next(r for r in project.bundle("dev").resources.values() if r.id == "policyFragments/routing").source
    assert source is not None
    root = parse(source).root
    assert root is not None
    variable = next(
        child
        for child in root.children
        if isinstance(child, Element) and any(a.name == "name" and a.value == "experiment" for a in child.attributes)
    )
    code = next(a.code for a in variable.attributes if a.name == "value")
    assert code is not None
    text = code.text.replace("{{experiment-percent}}", "30")
    compiled = compile_expression(_Plain(text)).compiled
    assert compiled is not None
    context = Context(Request("POST", Url.parse("https://gateway.test/")))
    arms: list[object] = []
    for number in range(10_000):
        context.variables = {"decision": "gpt-4o|asked", "caller-key": "bot", "end-user-key": f"user-{number}"}
        arms.append(compiled.run(context))
    share = arms.count("mini-for-large:candidate") / len(arms)
    assert 0.28 <= share <= 0.32
    assert set(arms) == {"mini-for-large:candidate", "mini-for-large:control"}
    context.variables = {"decision": "gpt-4o|asked", "caller-key": "bot", "end-user-key": "user-7"}
    assert compiled.run(context) == arms[7]


class _Plain:
    """Code that stands for itself."""

    def __init__(self, text: str) -> None:
        self.text = text

    def span(self, start: int = 0, end: int | None = None) -> Span:
        return Span.at("routing", start + 1, (end or start) + 1)
