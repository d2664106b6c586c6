"""The asynchronous client: the same service, seen by the same behaviours."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.apimanagement.aio import ApiManagementClient

from apim_ai.arm import Failure, Options

from .conftest import AT, SUBSCRIPTION, Bearer, Plane, error_of, raw

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    Act = Callable[[Any], Awaitable[None]]

SHOP = {"display_name": "Shop", "path": "shop"}
POLICY = {
    "format": "rawxml",
    "value": '<policies><inbound><set-variable name="x" value="@("a" + 1)" /></inbound></policies>',
}


@asynccontextmanager
async def client_of(server: Plane, **options: Any) -> AsyncGenerator[Any]:
    credential: Any = object()
    settings = {"authentication_policy": Bearer(), "polling_interval": 0.01, "retry_total": 0, **options}
    async with ApiManagementClient(credential, SUBSCRIPTION, base_url=server.url, **settings) as client:
        yield client


def run(server: Plane, act: Act, **options: Any) -> None:
    async def main() -> None:
        async with client_of(server, **options) as client:
            await act(client)

    asyncio.run(main())


async def result(poller: Awaitable[Any]) -> Any:
    return await (await poller).result()


async def names(items: Any) -> list[str]:
    return [item.name async for item in items]


async def service(sdk: Any) -> None:
    assert (await sdk.api_management_service.get(*AT)).provisioning_state == "Succeeded"
    assert await names(sdk.api_management_service.list()) == ["local"]


async def named_values(sdk: Any) -> None:
    body = {"display_name": "s", "value": "hidden", "secret": True}
    assert (await result(sdk.named_value.begin_create_or_update(*AT, "s", body))).value is None
    assert (await sdk.named_value.list_value(*AT, "s")).value == "hidden"
    assert (await result(sdk.named_value.begin_update(*AT, "s", "*", {"tags": ["t"]}))).tags == ["t"]
    await sdk.named_value.delete(*AT, "s", "*")
    assert await names(sdk.named_value.list_by_service(*AT)) == []


async def backends(sdk: Any) -> None:
    await sdk.backend.create_or_update(*AT, "a", {"url": "https://a.test", "protocol": "http"})
    pool = {"type": "Pool", "pool": {"services": [{"id": "/backends/a", "weight": 1}]}}
    assert (await sdk.backend.create_or_update(*AT, "p", pool)).pool.services[0].weight == 1
    assert await names(sdk.backend.list_by_service(*AT)) == ["a", "p"]
    with pytest.raises(HttpResponseError):
        await sdk.backend.delete(*AT, "a", "*")


async def policies(sdk: Any) -> None:
    await result(sdk.api.begin_create_or_update(*AT, "shop", SHOP))
    await sdk.api_policy.create_or_update(*AT, "shop", "policy", POLICY)
    assert '@("a" + 1)' in (await sdk.api_policy.get(*AT, "shop", "policy", format="rawxml")).value
    assert "&quot;a&quot;" in (await sdk.api_policy.get(*AT, "shop", "policy")).value
    bad = {
        "format": "rawxml",
        "value": '<policies><inbound><include-fragment fragment-id="X" /></inbound></policies>',
    }
    with pytest.raises(HttpResponseError) as caught:
        await sdk.api_policy.create_or_update(*AT, "shop", "policy", bad)
    assert error_of(caught).details[0].target == "include-fragment"


async def revisions(sdk: Any) -> None:
    await result(sdk.api.begin_create_or_update(*AT, "shop", SHOP))
    await result(sdk.api.begin_create_or_update(*AT, "shop;rev=2", {"source_api_id": "/apis/shop"}))
    await sdk.api_release.create_or_update(*AT, "shop", "r", {"api_id": "/apis/shop;rev=2"})
    found = [item async for item in sdk.api_revision.list_by_service(*AT, "shop")]
    assert [(item.api_revision, item.is_current) for item in found] == [("2", True), ("1", False)]
    with pytest.raises(HttpResponseError) as caught:
        await result(sdk.api.begin_delete(*AT, "shop", "*"))
    assert caught.value.status_code == 200
    await result(sdk.api.begin_delete(*AT, "shop", "*", delete_revisions=True))


async def products(sdk: Any) -> None:
    await result(sdk.api.begin_create_or_update(*AT, "shop", SHOP))
    await sdk.product.create_or_update(*AT, "p", {"display_name": "P"})
    await sdk.product_api.create_or_update(*AT, "p", "shop")
    assert await sdk.product_api.check_entity_exists(*AT, "p", "shop") is True
    await sdk.subscription.create_or_update(*AT, "s", {"display_name": "S", "scope": "/products/p"})
    before = await sdk.subscription.list_secrets(*AT, "s")
    await sdk.subscription.regenerate_primary_key(*AT, "s")
    assert (await sdk.subscription.list_secrets(*AT, "s")).primary_key != before.primary_key
    await sdk.product.delete(*AT, "p", "*", delete_subscriptions=True)


async def tags(sdk: Any) -> None:
    status, headers, _ = await sdk.tag.create_or_update(*AT, "t", {"display_name": "T"}, cls=raw)
    assert status == 201
    assert await sdk.tag.get_entity_state(*AT, "t") is True
    await sdk.tag.update(*AT, "t", headers["ETag"], {"display_name": "U"})
    with pytest.raises(HttpResponseError) as caught:
        await sdk.tag.update(*AT, "t", headers["ETag"], {"display_name": "V"})
    assert caught.value.status_code == 412
    with pytest.raises(ResourceNotFoundError):
        await sdk.tag.get(*AT, "none")


async def pages(sdk: Any) -> None:
    wanted = [f"t{number:03}" for number in range(101)]
    for name in wanted:
        await sdk.tag.create_or_update(*AT, name, {"display_name": name})
    assert await names(sdk.tag.list_by_service(*AT)) == wanted
    assert await names(sdk.tag.list_by_service(*AT, top=2, skip=99)) == wanted[99:]


async def many_at_once(sdk: Any) -> None:
    bodies = [(f"n{number}", {"display_name": f"n{number}", "value": "v"}) for number in range(60)]
    await asyncio.gather(*(result(sdk.named_value.begin_create_or_update(*AT, name, body)) for name, body in bodies))
    assert sorted(await names(sdk.named_value.list_by_service(*AT))) == sorted(name for name, _ in bodies)


ACTS = (service, named_values, backends, policies, revisions, products, tags, pages, many_at_once)


@pytest.mark.parametrize("polls", [1, 2])
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_the_async_client(server: Plane, act: Act, polls: int) -> None:
    server.restart(Options(polls=polls))
    run(server, act)


def test_of_many_writers_with_one_tag_one_wins(server: Plane) -> None:
    server.restart()

    async def act(sdk: Any) -> None:
        _, headers, _ = await sdk.tag.create_or_update(*AT, "t", {"display_name": "T"}, cls=raw)
        writes = (
            sdk.tag.update(*AT, "t", headers["ETag"], {"display_name": str(number)}, cls=raw) for number in range(16)
        )
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        refused = [outcome.status_code for outcome in outcomes if isinstance(outcome, HttpResponseError)]
        assert refused == [412] * 15

    run(server, act)


def test_retries_end_a_storm(server: Plane) -> None:
    server.restart(Options(failures=(Failure(500, 0.3), Failure("drop", 0.1))))

    async def act(sdk: Any) -> None:
        for number in range(10):
            await sdk.tag.create_or_update(*AT, f"t{number}", {"display_name": "T"})
        assert len(await names(sdk.tag.list_by_service(*AT))) == 10

    run(server, act, retry_total=12, retry_backoff_factor=0.001, retry_backoff_max=0.01)


def test_errors_have_their_types(server: Plane) -> None:
    server.restart(Options(failures=(Failure(409, 1.0, frozenset({"DELETE"})),)))

    async def act(sdk: Any) -> None:
        with pytest.raises(ResourceExistsError):
            await sdk.tag.delete(*AT, "t", "*")

    run(server, act)

    async def unknown(sdk: Any) -> None:
        with pytest.raises(ClientAuthenticationError):
            await sdk.tag.get(*AT, "t")

    run(server, unknown, authentication_policy=SansIOHTTPPolicy())
