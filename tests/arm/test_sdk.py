"""Azure's own clients, unmodified, against the control plane over a loopback socket."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.apimanagement import ApiManagementClient
from azure.mgmt.apimanagement.aio import ApiManagementClient as AsyncClient

from apim_ai.arm import Failure, Options

from .conftest import TOKEN, Live

if TYPE_CHECKING:
    from collections.abc import Callable

AT = ("local", "local")
SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
POLICY = '<policies><inbound><base /><set-variable name="x" value="@("a" + 1)" /></inbound></policies>'


class Bearer(SansIOHTTPPolicy[Any, Any]):
    def __init__(self, token: str) -> None:
        super().__init__()
        self.token = token

    def on_request(self, request: Any) -> None:
        request.http_request.headers["Authorization"] = f"Bearer {self.token}"


def client(live: Live, token: str = TOKEN, **options: Any) -> Any:
    credential: Any = object()
    settings = {"polling_interval": 0.01, "retry_total": 0, **options}
    return ApiManagementClient(
        credential, SUBSCRIPTION, base_url=live.url, authentication_policy=Bearer(token), **settings
    )


def raw(response: Any, _model: object, _headers: object) -> tuple[int, Any, Any]:
    http = response.http_response
    return http.status_code, http.headers, http.json() if http.text() else None


def test_models_go_there_and_back(live: Callable[..., Live]) -> None:
    sdk = client(live())
    assert sdk.api_management_service.get(*AT).provisioning_state == "Succeeded"
    value = sdk.named_value.begin_create_or_update(*AT, "n", {"display_name": "n", "value": "v"}).result()
    assert (value.name, value.value) == ("n", "v")
    sdk.backend.create_or_update(*AT, "b", {"url": "https://b.test", "protocol": "http"})
    breaker = {
        "rules": [
            {
                "name": "r",
                "failureCondition": {"count": 1, "interval": "PT1M", "statusCodeRanges": [{"min": 429, "max": 429}]},
                "tripDuration": "PT30S",
            }
        ]
    }
    body = {"properties": {"url": "https://c.test", "protocol": "http", "circuitBreaker": breaker}}
    sdk.backend.create_or_update(*AT, "c", json.dumps(body).encode())
    assert sdk.backend.get(*AT, "c").circuit_breaker.rules[0].trip_duration.total_seconds() == 30
    assert sorted(backend.name for backend in sdk.backend.list_by_service(*AT)) == ["b", "c"]


def test_tags_can_be_read_and_guard_writes(live: Callable[..., Live]) -> None:
    sdk = client(live())
    status, headers, _ = sdk.tag.create_or_update(*AT, "t", {"display_name": "T"}, cls=raw)
    assert status == 201
    assert sdk.tag.get_entity_state(*AT, "t") is True
    sdk.tag.update(*AT, "t", headers["ETag"], {"display_name": "U"})
    with pytest.raises(HttpResponseError) as caught:
        sdk.tag.update(*AT, "t", headers["ETag"], {"display_name": "V"})
    assert caught.value.status_code == 412
    sdk.tag.delete(*AT, "t", "*")
    with pytest.raises(ResourceNotFoundError):
        sdk.tag.get(*AT, "t")


def test_long_running_operations_end(live: Callable[..., Live]) -> None:
    for polls in (0, 1, 2):
        sdk = client(live(Options(polls=polls)))
        api = sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
        assert api.name == "shop"
        fragment = {"format": "rawxml", "value": "<fragment><set-method>GET</set-method></fragment>"}
        assert sdk.policy_fragment.begin_create_or_update(*AT, "f", fragment).result().name == "f"
        sdk.api.begin_delete(*AT, "shop", "*").result()
        assert list(sdk.api.list_by_service(*AT)) == []


def test_a_poller_can_be_resumed_by_another_client(live: Callable[..., Live]) -> None:
    running = live(Options(polls=2))
    poller = client(running).api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"})
    token = poller.continuation_token()
    again = client(running).api.begin_create_or_update(*AT, "shop", None, continuation_token=token)
    assert again.result().name == "shop"
    assert poller.result().name == "shop"


def test_policies_at_every_scope(live: Callable[..., Live]) -> None:
    sdk = client(live())
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    sdk.api_operation.create_or_update(*AT, "shop", "o", {"display_name": "O", "method": "GET", "url_template": "/"})
    sdk.product.create_or_update(*AT, "p", {"display_name": "P"})
    body = {"format": "rawxml", "value": POLICY}
    for group, ids in (
        (sdk.policy, ()),
        (sdk.api_policy, ("shop",)),
        (sdk.api_operation_policy, ("shop", "o")),
        (sdk.product_policy, ("p",)),
    ):
        group.create_or_update(*AT, *ids, "policy", body)
        answered = group.get(*AT, *ids, "policy", format="rawxml")
        assert answered.format == "rawxml"
        assert '\r\n\t\t<set-variable name="x" value="@("a" + 1)" />' in answered.value
        assert "&quot;a&quot;" in group.get(*AT, *ids, "policy").value
        group.delete(*AT, *ids, "policy", "*")
    assert "<base />" in sdk.api_policy.get(*AT, "shop", "policy", format="rawxml").value
    assert "<forward-request />" in sdk.policy.get(*AT, "policy", format="rawxml").value
    with pytest.raises(ResourceNotFoundError):
        sdk.api_operation_policy.get(*AT, "shop", "o", "policy")


def test_links_subscriptions_and_keys(live: Callable[..., Live]) -> None:
    sdk = client(live())
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    sdk.product.create_or_update(*AT, "p", {"display_name": "P", "state": "published"})
    sdk.product_api.create_or_update(*AT, "p", "shop")
    assert sdk.product_api.check_entity_exists(*AT, "p", "shop") is True
    assert [group.name for group in sdk.product_group.list_by_product(*AT, "p")] == ["administrators"]
    sdk.subscription.create_or_update(*AT, "s", {"display_name": "S", "scope": "/products/p", "state": "active"})
    keys = sdk.subscription.list_secrets(*AT, "s")
    sdk.subscription.regenerate_secondary_key(*AT, "s")
    assert sdk.subscription.list_secrets(*AT, "s").secondary_key != keys.secondary_key
    assert sdk.product_subscriptions.list(*AT, "p").next().name == "s"
    sdk.product.delete(*AT, "p", "*", delete_subscriptions=True)


def test_revisions_and_releases(live: Callable[..., Live]) -> None:
    sdk = client(live())
    sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"}).result()
    sdk.api.begin_create_or_update(*AT, "shop;rev=2", {"source_api_id": "/apis/shop", "path": "shop"}).result()
    sdk.api_release.create_or_update(*AT, "shop", "r", {"api_id": "/apis/shop;rev=2"})
    revisions = list(sdk.api_revision.list_by_service(*AT, "shop"))
    assert [(item.api_revision, item.is_current) for item in revisions] == [("2", True), ("1", False)]
    poller = sdk.api.begin_delete(*AT, "shop;rev=2", "*")
    with pytest.raises(HttpResponseError) as caught:
        poller.result()
    assert caught.value.status_code == 200
    assert "Cannot delete the current revision of an API." in str(caught.value)
    sdk.api.begin_delete(*AT, "shop", "*", delete_revisions=True).result()


def test_pages_and_filters(live: Callable[..., Live]) -> None:
    sdk = client(live())
    for number in range(120):
        sdk.tag.create_or_update(*AT, f"t{number:03}", {"display_name": f"T{number}"})
    assert len(list(sdk.tag.list_by_service(*AT))) == 120
    assert [tag.name for tag in sdk.tag.list_by_service(*AT, filter="startswith(name,'t01')", top=3)] == [
        "t010",
        "t011",
        "t012",
    ]
    assert [tag.name for tag in sdk.tag.list_by_service(*AT, skip=118)] == ["t118", "t119"]


def test_errors_have_their_types(live: Callable[..., Live]) -> None:
    running = live()
    with pytest.raises(ClientAuthenticationError):
        client(running, "wrong").api.get(*AT, "x")
    with pytest.raises(ResourceNotFoundError) as missing:
        client(running).api.get(*AT, "x")
    assert missing.value.error is not None
    assert missing.value.error.code == "ResourceNotFound"
    with pytest.raises(HttpResponseError) as invalid:
        client(running).product.create_or_update(*AT, "p", {})
    assert invalid.value.error is not None
    assert invalid.value.error.code == "ValidationError"
    assert [detail.target for detail in invalid.value.error.details or ()] == ["displayName"]
    busy = client(live(Options(failures=(Failure(409, 1.0, frozenset({"PUT"})),))))
    with pytest.raises(ResourceExistsError):
        busy.tag.create_or_update(*AT, "t", {"display_name": "T"})


def test_the_async_client_works_too(live: Callable[..., Live]) -> None:
    running = live(Options(polls=2))

    async def main() -> list[str | None]:
        credential: Any = object()
        sdk: Any = AsyncClient(
            credential, SUBSCRIPTION, base_url=running.url, authentication_policy=Bearer(TOKEN), polling_interval=0.01
        )
        async with sdk:
            poller = await sdk.api.begin_create_or_update(*AT, "shop", {"display_name": "Shop", "path": "shop"})
            await poller.result()
            await sdk.named_value.begin_create_or_update(*AT, "n", {"display_name": "n", "value": "v", "secret": True})
            assert (await sdk.named_value.list_value(*AT, "n")).value == "v"
            return [api.name async for api in sdk.api.list_by_service(*AT)]

    assert asyncio.run(main()) == ["shop"]
