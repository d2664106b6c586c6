from __future__ import annotations

import asyncio

from apim_ai.resource import Resource, Resources
from apim_ai.testing import Gateway

POLICY = """
<policies>
  <inbound><base /><set-header name="x-a" exists-action="override"><value>1</value></set-header></inbound>
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
        Resource("api_policy", "apis/shop/policies/policy", {"format": "rawxml", "value": POLICY}),
    ]
)


def test_respx_answers_for_the_backend() -> None:
    async def main() -> None:
        async with Gateway(RESOURCES) as gateway:
            route = gateway.backends.get("https://be.test/items").respond(json={"a": 1})
            response = await gateway.get("/shop/items")
            assert (response.status_code, response.json()) == (200, {"a": 1})
            assert route.calls.last.request.headers["x-a"] == "1"
            assert gateway.last.trace.steps[0].policy == "set-header"

    asyncio.run(main())


def test_a_request_without_a_route_never_leaves_the_machine() -> None:
    async def main() -> None:
        async with Gateway(RESOURCES) as gateway:
            response = await gateway.get("/shop/items")
            assert response.status_code == 500
            error = gateway.last.context.last_error
            assert error is not None
            assert error.reason == "BackendConnectionFailure"

    asyncio.run(main())
