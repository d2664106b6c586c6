"""Requests through the sections, in process."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.gateway.world import (
    FakeWire,
    api,
    backend,
    call,
    fragment,
    gateway,
    header,
    operation,
    policy,
    request,
    text,
)

from apim_ai.config import GatewaySettings
from apim_ai.errors import DocumentError
from apim_ai.message import Body, Response
from apim_ai.resource import Resource, Resources
from apim_ai.runtime import Callout, Exchange, WireError

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_forwards_below_the_service_url_and_answers_with_the_backend():
    wire = FakeWire(lambda _: Response(201, body=Body(b"made")))
    exchange = await call(gateway(api(), operation(), wire=wire), "/shop/a%2Fb/c?x=1&x=2")
    assert wire.urls == ["https://be.test/v1/a%2Fb/c?x=1&x=2"]
    assert wire.sent[0].headers.get("Host") is None
    assert wire.sent[0].headers.get("X-Forwarded-For") == "10.0.0.7"
    assert exchange.response is not None
    assert exchange.response.status == 201
    assert await text(exchange) == "made"


async def test_headers_of_the_connection_stay_behind():
    wire = FakeWire()
    await call(
        gateway(api(), operation(), wire=wire),
        headers={"Connection": "keep-alive, x-mine", "X-Mine": "1", "Keep-Alive": "1", "TE": "trailers", "X-Its": "2"},
    )
    names = {name.lower() for name in wire.sent[0].headers}
    assert names == {"x-its", "x-forwarded-for"}


async def test_scopes_run_around_base_from_broad_to_narrow():
    wire = FakeWire()
    served = gateway(
        api(),
        operation(),
        policy("", inbound=header("x", "global", "append"), backend="<forward-request />"),
        policy("apis/shop", inbound=header("x", "before", "append") + "<base />" + header("x", "after", "append")),
        policy("apis/shop/operations/any", inbound="<base />" + header("x", "operation", "append")),
        wire=wire,
    )
    exchange = await call(served)
    assert wire.sent[0].headers.get("x") == "before,global,after,operation"
    scopes = [step.scope for step in exchange.trace.steps]
    assert scopes == ["api", "global", "api", "operation", "global"]


async def test_without_base_nothing_broader_runs():
    wire = FakeWire()
    served = gateway(
        api(),
        operation(),
        policy("", inbound=header("x", "global"), backend="<forward-request />"),
        policy(inbound=""),
        wire=wire,
    )
    await call(served)
    assert "x" not in wire.sent[0].headers


@pytest.mark.parametrize(("missing", "sent"), [("inherit", 1), ("empty", 0)])
async def test_a_missing_section_inherits_or_is_empty(missing: str, sent: int):
    wire = FakeWire()
    document = Resource("api_policy", "apis/shop/policies/policy", {"format": "rawxml", "value": "<policies/>"})
    settings = GatewaySettings().with_values({"compose.missing_section": missing})
    exchange = await call(gateway(api(), operation(), document, wire=wire, settings=settings))
    assert len(wire.sent) == sent
    assert exchange.response is not None
    assert exchange.response.status == 200


async def test_a_product_takes_part_only_in_its_context():
    wire = FakeWire()
    resources = [
        api(subscriptionRequired=True),
        operation(),
        Resource("product", "products/gold", {"displayName": "Gold", "subscriptionRequired": True}),
        Resource("product_api", "products/gold/apis/shop", {}),
        Resource(
            "subscription", "subscriptions/s1", {"scope": "/products/gold", "primaryKey": "k1", "state": "active"}
        ),
        Resource("subscription", "subscriptions/s2", {"scope": "/apis/shop", "primaryKey": "k2", "state": "active"}),
        policy("products/gold", inbound="<base />" + header("x-product", "gold")),
    ]
    served = gateway(*resources, wire=wire)
    gold = await call(served, headers={"Ocp-Apim-Subscription-Key": "k1"})
    plain = await call(served, headers={"Ocp-Apim-Subscription-Key": "k2"})
    assert [callout.headers.get("x-product") for callout in wire.sent] == ["gold", None]
    assert gold.context.product is not None
    assert plain.context.product is None


async def test_nothing_matches_and_the_broader_on_error_runs():
    served = gateway(
        api(), operation("/known", "GET"), policy("", on_error=header("x-global", "1")), policy(on_error="<base />")
    )
    for path, method in (("/elsewhere", "GET"), ("/shop/unknown", "GET"), ("/shop/known", "POST")):
        exchange = await call(served, path, method)
        assert exchange.response is not None
        assert exchange.response.status == 404
        assert json.loads(await text(exchange)) == {"statusCode": 404, "message": "Resource not found"}
        assert exchange.response.headers.get("x-global") == "1"
        error = exchange.context.last_error
        assert error is not None
        assert (error.source, error.reason) == ("configuration", "OperationNotFound")


async def test_an_error_skips_the_rest_and_runs_on_error_once():
    def refuse(_: Callout) -> Response:
        raise WireError("connect", "nobody listens")

    served = gateway(
        api(),
        operation(),
        policy(outbound=header("x-out", "1"), on_error="<base />" + header("x-err", "1", "append")),
        wire=FakeWire(refuse),
    )
    exchange = await call(served)
    assert exchange.response is not None
    assert exchange.response.status == 500
    body = json.loads(await text(exchange))
    assert body == {"statusCode": 500, "message": "Internal server error", "activityId": exchange.context.request_id}
    assert exchange.response.headers.values("x-err") == ("1",)
    assert "x-out" not in exchange.response.headers
    error = exchange.context.last_error
    assert error is not None
    assert (error.source, error.reason, error.section) == ("forward-request", "BackendConnectionFailure", "backend")
    assert (error.scope, error.path) == ("global", "forward-request[1]")


async def test_a_timeout_answers_504():
    async def hang(_: Callout) -> Response:
        await asyncio.sleep(3600)
        return Response(200)

    served = gateway(api(), operation(), policy(backend='<forward-request timeout-ms="1" />'), wire=FakeWire(hang))
    exchange = await call(served)
    assert exchange.response is not None
    assert exchange.response.status == 504
    assert exchange.context.last_error is not None
    assert exchange.context.last_error.reason == "Timeout"


async def test_on_error_sees_the_default_answer_and_may_change_it():
    served = gateway(
        api(subscriptionRequired=True), operation(), policy(on_error='<set-status code="418" reason="Teapot" />')
    )
    exchange = await call(served)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.reason) == (418, "Teapot")
    assert json.loads(await text(exchange))["statusCode"] == 401


async def test_return_response_ends_everything():
    wire = FakeWire()
    served = gateway(
        api(),
        operation(),
        policy(inbound='<return-response><set-status code="202" /></return-response>', outbound=header("x", "1")),
        wire=wire,
    )
    exchange = await call(served)
    assert exchange.response is not None
    assert exchange.response.status == 202
    assert "x" not in exchange.response.headers
    assert wire.sent == []


async def test_an_early_answer_throws_the_backend_s_body_away():
    ends: list[bool] = []

    class Watching:
        def chunk(self, data: bytes, /) -> None:
            pass

        def end(self, *, complete: bool) -> None:
            ends.append(complete)

    def answer(_: Callout) -> Response:
        body = Body(b"secret")
        body.tap(Watching())
        return Response(200, body=body)

    served = gateway(
        api(),
        operation(),
        policy(outbound='<return-response><set-status code="200" /></return-response>'),
        wire=FakeWire(answer),
    )
    exchange = await call(served)
    assert await text(exchange) == ""
    assert ends == [False]


async def test_fail_on_error_status_code_keeps_the_backend_s_answer():
    served = gateway(
        api(),
        operation(),
        policy(backend='<forward-request fail-on-error-status-code="true" />', on_error=header("x-err", "1")),
        wire=FakeWire(lambda _: Response(503, body=Body(b"busy"))),
    )
    exchange = await call(served)
    assert exchange.response is not None
    assert exchange.response.status == 503
    assert exchange.response.headers.get("x-err") == "1"
    assert await text(exchange) == "busy"


async def test_fragments_run_where_they_are_included():
    wire = FakeWire()
    served = gateway(
        api(),
        operation(),
        policy(inbound='<base /><include-fragment fragment-id="mark" />'),
        fragment("mark", header("x-fragment", "1")),
        wire=wire,
    )
    await call(served)
    assert wire.sent[0].headers.get("x-fragment") == "1"


async def test_named_values_are_put_in_and_a_reload_changes_them():
    wire = FakeWire()

    def named(value: str) -> Resource:
        return Resource("named_value", "namedValues/colour", {"displayName": "colour", "value": value})

    resources = Resources([api(), operation(), policy(inbound=header("x", "{{colour}}")), named("red")])
    served = gateway(*resources.values(), wire=wire)
    await call(served)
    served.reload(resources.with_changes([named("blue")]))
    await call(served)
    assert [callout.headers.get("x") for callout in wire.sent] == ["red", "blue"]


async def test_a_reload_that_cannot_run_leaves_the_old_configuration():
    wire = FakeWire()
    resources = Resources([api(), operation()])
    served = gateway(*resources.values(), wire=wire)
    with pytest.raises(DocumentError):
        served.reload(resources.with_changes([policy(inbound="<no-such-policy />")]))
    await call(served)
    assert len(wire.sent) == 1


async def test_requests_on_their_way_end_under_the_old_configuration():
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: Callout) -> Response:
        reached.set()
        await go_on.wait()
        return Response(200)

    resources = Resources([api(), operation(), policy(outbound=header("x", "old"))])
    served = gateway(*resources.values(), wire=FakeWire(wait))
    under_way = asyncio.create_task(call(served))
    await reached.wait()
    served.reload(resources.with_changes([policy(outbound=header("x", "new"))]))
    go_on.set()
    exchange = await under_way
    assert exchange.response is not None
    assert exchange.response.headers.get("x") == "old"


def test_everything_wrong_is_told_at_once():
    with pytest.raises(DocumentError) as caught:
        gateway(
            api(),
            operation(),
            policy(
                inbound='<include-fragment fragment-id="gone" /><set-backend-service backend-id="none" />'
                + header("x", "{{missing}}"),
            ),
            policy("apis/shop/operations/any", outbound="<not-a-policy />"),
        )
    messages = [each.message for each in (caught.value, *caught.value.also)]
    for words in ("fragment 'gone'", "backend 'none'", "named value 'missing'", "policy 'not-a-policy'"):
        assert any(words in message for message in messages), words
    assert caught.value.span is not None


async def test_secrets_stand_in_no_trace():
    secret = Resource("named_value", "namedValues/s", {"displayName": "s", "value": "very-secret-text", "secret": True})
    served = gateway(
        api(),
        operation(),
        policy(inbound='<set-backend-service base-url="https://x.test/very-secret-text" />'),
        secret,
    )
    exchange = await call(served)
    assert "very-secret-text" not in repr([step.notes for step in exchange.trace.steps])
    assert any("(secret)" in note for step in exchange.trace.steps for note in step.notes)


async def test_secrets_stand_in_no_trace_of_a_caller_who_left():
    secret = Resource("named_value", "namedValues/s", {"displayName": "s", "value": "very-secret-text", "secret": True})
    inbound = (
        '<set-backend-service base-url="https://x.test/very-secret-text" /><trace source="t">very-secret-text</trace>'
    )
    reached = asyncio.Event()
    finished: list[Exchange] = []

    async def never(_: Callout) -> Response:
        reached.set()
        return await asyncio.Future()

    served = gateway(
        api(), operation(), policy(inbound=inbound), secret, wire=FakeWire(never), on_finished=finished.append
    )
    task = asyncio.create_task(call(served))
    await reached.wait()
    task.cancel()
    await asyncio.wait([task])
    trace = finished[0].trace
    assert "(secret)" in repr(trace.steps)
    assert "very-secret-text" not in repr((trace.steps, trace.entries))


async def test_a_caller_who_leaves_frees_the_backend_s_answer():
    closed = asyncio.Event()

    async def close() -> None:
        closed.set()

    async def endless():
        while True:
            await asyncio.sleep(3600)
            yield b"x"

    served = gateway(
        api(),
        operation(),
        policy(outbound="<base /><set-body>@(context.Response.Body.As<string>())</set-body>"),
        wire=FakeWire(lambda _: Response(200, body=Body(stream=endless(), close=close))),
    )
    task = asyncio.create_task(served.handle(request()))
    for _ in range(10):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed.is_set()


async def test_finished_is_told_once_the_body_has_passed():
    finished: list[int] = []

    def note(exchange: Exchange) -> None:
        finished.append(exchange.response.status if exchange.response else 0)

    wire = FakeWire(lambda _: Response(200, body=Body(b"x")))
    served = gateway(api(), operation(), wire=wire, on_finished=note)
    exchange = await call(served)
    assert finished == []
    assert exchange.response is not None
    assert exchange.response.body is not None
    assert [chunk async for chunk in exchange.response.body.chunks()] == [b"x"]
    assert finished == [200]
    await call(served, "/nowhere", "HEAD")


async def test_a_backend_entity_brings_url_credentials_and_query():
    wire = FakeWire()
    served = gateway(
        api(),
        operation(),
        backend(
            "model",
            url="https://model.test/base",
            credentials={
                "header": {"x-key": ["k"]},
                "query": {"v": ["1"]},
                "authorization": {"scheme": "Basic", "parameter": "p"},
            },
        ),
        policy(inbound='<set-backend-service backend-id="model" />'),
        wire=wire,
    )
    exchange = await call(served, "/shop/chat?a=b")
    assert wire.urls == ["https://model.test/base/chat?a=b&v=1"]
    assert wire.sent[0].headers.get("x-key") == "k"
    assert wire.sent[0].headers.get("Authorization") == "Basic p"
    assert exchange.context.backend is not None
    assert exchange.context.backend.id == "model"


async def test_units_keep_breakers_of_their_own():
    wire = FakeWire(lambda _: Response(500))
    rule = {"failureCondition": {"count": 1, "interval": "PT1M", "statusCodeRanges": [{"min": 500, "max": 599}]}}
    served = gateway(
        api(),
        operation(),
        backend("model", circuitBreaker={"rules": [{**rule, "tripDuration": "PT1M"}]}),
        policy(inbound='<set-backend-service backend-id="model" />'),
        wire=wire,
        settings=GatewaySettings().with_values({"gateway.units": 2}),
    )
    statuses = [(await call(served)).response.status for _ in range(4)]  # type: ignore[union-attr]  # never None
    assert statuses == [500, 500, 503, 503]
    assert len(wire.sent) == 2


async def test_a_tripped_breaker_survives_a_reload():
    wire = FakeWire(lambda _: Response(500))
    rule = {"failureCondition": {"count": 1, "interval": "PT1M", "statusCodeRanges": [{"min": 500, "max": 599}]}}
    resources = Resources(
        [
            api(),
            operation(),
            backend("model", circuitBreaker={"rules": [{**rule, "tripDuration": "PT1M"}]}),
            policy(inbound='<set-backend-service backend-id="model" />'),
        ]
    )
    served = gateway(*resources.values(), wire=wire)
    await call(served)
    served.reload(
        resources.with_changes([Resource("named_value", "namedValues/a", {"displayName": "a", "value": "b"})])
    )
    exchange = await call(served)
    assert exchange.response is not None
    assert (exchange.response.status, exchange.response.reason) == (503, "Service Unavailable")
    assert len(wire.sent) == 1


CORS = """<cors><allowed-origins><origin>https://app.test</origin></allowed-origins>
<allowed-methods><method>POST</method></allowed-methods></cors>"""
PREFLIGHT = {"Origin": "https://app.test", "Access-Control-Request-Method": "POST"}


async def test_a_preflight_is_answered_by_cors_alone_and_before_keys():
    wire = FakeWire()
    served = gateway(
        api(subscriptionRequired=True),
        operation("/x", "POST"),
        policy(inbound=header("x", "1") + CORS + "<base />"),
        wire=wire,
    )
    exchange = await call(served, "/shop/x", "OPTIONS", PREFLIGHT)
    assert exchange.response is not None
    assert exchange.response.status == 200
    assert exchange.response.headers.get("Access-Control-Allow-Origin") == "https://app.test"
    assert [step.policy for step in exchange.trace.steps] == ["cors"]
    assert wire.sent == []


async def test_an_own_options_operation_gets_its_preflights():
    wire = FakeWire()
    served = gateway(api(), operation("/x", "OPTIONS"), policy(inbound=CORS + "<base />"), wire=wire)
    await call(served, "/shop/x", "OPTIONS", PREFLIGHT)
    assert [callout.method for callout in wire.sent] == ["OPTIONS"]


async def test_a_preflight_where_nothing_cares_for_origins_matches_nothing():
    exchange = await call(gateway(api(), operation("/x", "POST")), "/shop/x", "OPTIONS", PREFLIGHT)
    assert exchange.response is not None
    assert exchange.response.status == 404
