"""The Python API: a gateway in process, httpx in front, respx behind."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from apim_ai.errors import InputError
from apim_ai.resource import Resource, Resources
from apim_ai.testing import Gateway, ManualClock

pytestmark = pytest.mark.anyio

PROJECT = Path(__file__).parents[2]
POLICY = """
<policies>
  <inbound><base /><set-header name="x-a" exists-action="override"><value>{{word}}</value></set-header></inbound>
  <backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>
</policies>
"""
RESOURCES = Resources(
    [
        Resource(
            "api",
            "apis/shop",
            {"displayName": "Shop", "path": "shop", "serviceUrl": "https://be.test", "subscriptionRequired": False},
        ),
        Resource("operation", "apis/shop/operations/any", {"displayName": "x", "method": "GET", "urlTemplate": "/*"}),
        Resource("named_value", "namedValues/word", {"displayName": "word", "value": "1"}),
        Resource("api_policy", "apis/shop/policies/policy", {"format": "rawxml", "value": POLICY}),
    ]
)
LIMITED = """
<policies><inbound><base /><rate-limit-by-key calls="1" renewal-period="60" counter-key="all" /></inbound></policies>
"""
SIGNED = """
<policies><inbound><base />
  <validate-jwt header-name="Authorization"><openid-config url="https://id.test/v2.0/config" /></validate-jwt>
</inbound></policies>
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_respx_answers_for_the_backend() -> None:
    async with Gateway(RESOURCES) as gateway:
        route = gateway.backends.get("https://be.test/items").respond(json={"a": 1})
        response = await gateway.get("/shop/items")
        assert (response.status_code, response.json()) == (200, {"a": 1})
        assert route.calls.last.request.headers["x-a"] == "1"
        assert gateway.last.trace.steps[0].policy == "set-header"
        assert gateway.unanswered == []


async def test_a_request_without_a_route_never_leaves_the_machine() -> None:
    async with Gateway(RESOURCES) as gateway:
        response = await gateway.get("/shop/items")
        assert response.status_code == 500
        error = gateway.last.context.last_error
        assert error is not None
        assert error.reason == "BackendConnectionFailure"
        assert gateway.unanswered == ["GET https://be.test/items"]


async def test_a_route_that_would_let_a_request_out_does_not() -> None:
    async with Gateway(RESOURCES) as gateway:
        gateway.backends.get("https://be.test/items").pass_through()
        assert (await gateway.get("/shop/items")).status_code == 500
        assert gateway.unanswered == ["GET https://be.test/items"]


async def test_faults_of_backends_are_httpx_errors() -> None:
    async with Gateway(RESOURCES) as gateway:
        gateway.backends.get("https://be.test/items").mock(side_effect=httpx.ReadTimeout)
        assert (await gateway.get("/shop/items")).status_code == 504


async def test_a_lone_policy_is_enough() -> None:
    async with Gateway.from_policy(POLICY, named_values={"word": "w"}) as gateway:
        route = gateway.backends.route(host="backend.test").respond(204)
        assert (await gateway.patch("/any", json={})).status_code == 204
        assert (route.calls.last.request.method, route.calls.last.request.headers["x-a"]) == ("PATCH", "w")


async def test_a_policy_may_be_a_file_with_fragments_and_backends(tmp_path: Path) -> None:
    document = tmp_path / "doc.xml"
    document.write_text(
        '<policies><inbound><include-fragment fragment-id="f" /><set-backend-service backend-id="b" /></inbound></policies>'
    )
    gateway = Gateway.from_policy(
        document,
        fragments={"f": "<fragment><set-method>PUT</set-method></fragment>"},
        backends={"b": {"url": "https://b.test"}},
    )
    async with gateway:
        route = gateway.backends.put("https://b.test/x").respond(200)
        await gateway.get("/x")
        assert route.called


def test_a_policy_that_cannot_run_is_an_error() -> None:
    with pytest.raises(InputError, match="there is no policy 'nope'"):
        Gateway.from_policy("<policies><inbound><nope /></inbound></policies>")


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options"])
async def test_methods(method: str) -> None:
    async with Gateway.from_policy("<policies />") as gateway:
        gateway.backends.route(method=method.upper()).respond(200)
        assert (await getattr(gateway, method)("/")).status_code == 200


async def test_a_clock_is_moved_by_hand() -> None:
    clock = ManualClock("2026-05-01T00:00:00Z")
    async with Gateway.from_policy(LIMITED, clock=clock) as gateway:
        gateway.backends.route().respond(200)
        assert [(await gateway.get("/")).status_code for _ in range(2)] == [200, 429]
        clock.advance("1m1s")
        assert (await gateway.get("/")).status_code == 200


async def test_retries_do_not_wait() -> None:
    clock = ManualClock()
    policy = """<policies><backend><retry condition="@(context.Response.StatusCode == 503)" count="2" interval="100">
      <forward-request /></retry></backend></policies>"""
    async with Gateway.from_policy(policy, clock=clock) as gateway:
        gateway.backends.route().mock(side_effect=[httpx.Response(503), httpx.Response(200)])
        before = clock.now()
        assert (await gateway.get("/")).status_code == 200
        assert clock.now() - before == 100


async def test_an_issuer_signs_what_policies_take() -> None:
    clock = ManualClock()
    async with Gateway.from_policy(SIGNED, clock=clock) as gateway:
        gateway.backends.route(host="backend.test").respond(200)
        issuer = gateway.issuer("https://id.test/v2.0", openid_config="https://id.test/v2.0/config", algorithm="ES256")
        assert (await gateway.get("/", headers=issuer.headers({"aud": "x"}))).status_code == 200
        for broken in (issuer.headers(tamper="signature"), issuer.headers(expires_in=-1), {}):
            assert (await gateway.get("/", headers=broken)).status_code == 401
        clock.advance("2h")
        assert (await gateway.get("/", headers=issuer.headers(not_before_in=60))).status_code == 401


async def test_the_same_through_httpx_asgi_transport() -> None:
    async with Gateway(RESOURCES) as gateway:
        gateway.backends.get("https://be.test/items").respond(text="hello")
        transport = httpx.ASGITransport(app=gateway.asgi)
        async with httpx.AsyncClient(transport=transport, base_url="https://api.example.test") as client:
            assert (await client.get("/shop/items")).text == "hello"
        assert gateway.last.context.original_url.host == "api.example.test"


async def test_settings_and_identity() -> None:
    policy = '<policies><inbound><authentication-managed-identity resource="https://r.test" /></inbound></policies>'
    async with Gateway.from_policy(policy, identity={"https://r.test": "mi"}) as gateway:
        route = gateway.backends.route().respond(200)
        await gateway.get("/")
        assert route.calls.last.request.headers["authorization"] == "Bearer mi"
    async with Gateway.from_policy(policy, identity={}, settings={"mi.failure_status": 403}) as gateway:
        assert (await gateway.get("/")).status_code == 403


async def test_a_project() -> None:
    async with Gateway.from_project(PROJECT, env="dev", named_values={"end-user-salt": "salt"}) as gateway:
        response = await gateway.post("/openai/deployments/gpt-4o/chat/completions", json={"messages": []})
        assert response.status_code == 401


def test_time_is_read_as_in_cases() -> None:
    clock = ManualClock()
    clock.advance(1.5)
    clock.advance("1h30m")
    assert clock.monotonic() == 5401.5
    with pytest.raises(ValueError, match="'soon' is no duration"):
        clock.advance("soon")
    with pytest.raises(ValueError, match="'soon' is no time"):
        ManualClock("soon")
