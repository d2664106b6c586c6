"""The product's own gateway behind its own control plane: what is written there is served here, at once and without a gap."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx

from apim_ai.local import UpOptions, running

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

POLICY = """<policies>
    <inbound>
        <return-response>
            <set-status code="200" reason="OK" />
            <set-body>{{limit}}</set-body>
        </return-response>
    </inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>"""


@dataclass
class Client:
    """Writes to the control plane and asks the gateway."""

    http: httpx.AsyncClient
    plane: str
    gateway: str

    async def put(self, at: str, /, **properties: Any) -> httpx.Response:
        return await self.http.put(f"{self.plane}/{at}", json={"properties": properties})

    async def limit(self, value: str) -> None:
        answer = await self.put("namedValues/limit", displayName="limit", value=value)
        assert answer.status_code in {200, 201}, answer.text

    async def ask(self, path: str = "probe/limit") -> httpx.Response:
        return await self.http.get(f"{self.gateway}/{path}")


async def probe(client: Client, policy: str = POLICY) -> httpx.Response:
    await client.put("apis/probe", displayName="Probe", path="probe", subscriptionRequired=False)
    await client.put("apis/probe/operations/get", displayName="Get", method="GET", urlTemplate="/limit")
    return await client.put("apis/probe/policies/policy", format="rawxml", value=policy)


async def with_client(directory: Path, act: Any) -> None:
    options = UpOptions(0, 0, directory / "state", directory / "user")
    async with running(options) as instance:
        headers = {"Authorization": f"Bearer {instance.token}"}
        limits = httpx.Limits(max_connections=64)
        params = {"api-version": "2024-05-01"}
        async with httpx.AsyncClient(headers=headers, params=params, limits=limits, timeout=30) as http:
            assert instance.gateway is not None
            await act(Client(http, f"{instance.control_plane}{instance.service}", instance.gateway))


def run(directory: Path, act: Any) -> None:
    work: Coroutine[Any, Any, None] = with_client(directory, act)
    asyncio.run(work)


def test_an_api_is_served_as_soon_as_it_is_written(tmp_path: Path) -> None:
    async def act(client: Client) -> None:
        assert (await client.ask()).status_code == 404
        await client.limit("1")
        assert (await probe(client)).status_code == 201
        answer = await client.ask()
        assert (answer.status_code, answer.text) == (200, "1")
        await client.http.delete(f"{client.plane}/apis/probe", headers={"If-Match": "*"})
        assert (await client.ask()).status_code == 404

    run(tmp_path, act)


def test_a_changed_limit_is_effective_at_once_and_no_request_fails_while_many_are_sent(tmp_path: Path) -> None:
    async def act(client: Client) -> None:
        await client.limit("0")
        await probe(client)
        acknowledged, is_over = 0, False

        async def caller(session: aiohttp.ClientSession) -> None:
            while not is_over:
                least = acknowledged
                async with session.get(f"{client.gateway}/probe/limit") as answer:
                    assert answer.status == 200
                    assert int(await answer.text()) >= least

        async with aiohttp.ClientSession() as session:
            callers = [asyncio.ensure_future(caller(session)) for _ in range(50)]
            for number in range(1, 21):
                await client.limit(str(number))
                acknowledged = number
                assert (await client.ask()).text == str(number)
            is_over = True
            await asyncio.gather(*callers)

    run(tmp_path, act)


def test_a_policy_that_cannot_run_is_refused_and_what_was_served_stays(tmp_path: Path) -> None:
    async def act(client: Client) -> None:
        await client.limit("1")
        await probe(client)
        for broken in (
            POLICY.replace("{{limit}}", "{{nothing}}"),
            POLICY.replace("{{limit}}", "@(1 + )"),
            POLICY.replace("return-response", "return-nonsense"),
        ):
            answer = await probe(client, broken)
            assert answer.status_code == 400, answer.text
            assert answer.json()["error"]["code"] == "ValidationError"
        assert (await client.ask()).text == "1"

    run(tmp_path, act)


def test_another_revision_is_served_at_its_own_address_and_a_release_makes_it_the_current_one(tmp_path: Path) -> None:
    async def act(client: Client) -> None:
        await client.limit("1")
        await probe(client)
        await client.put("apis/probe;rev=2", sourceApiId="/apis/probe")
        second = POLICY.replace("{{limit}}", "two")
        await client.put("apis/probe;rev=2/policies/policy", format="rawxml", value=second)
        assert (await client.ask()).text == "1"
        assert (await client.ask("probe;rev=2/limit")).text == "two"
        await client.put("apis/probe/releases/r", apiId="/apis/probe;rev=2")
        assert (await client.ask()).text == "two"
        assert (await client.ask("probe;rev=1/limit")).text == "1"

    run(tmp_path, act)


def test_keys_open_what_their_subscription_opens(tmp_path: Path) -> None:
    async def act(client: Client) -> None:
        await client.limit("1")
        await probe(client)
        await client.put("apis/probe", displayName="Probe", path="probe", subscriptionRequired=True)
        await client.put("products/p", displayName="P", state="published")
        await client.put("products/p/apis/probe")
        await client.put("subscriptions/s", displayName="S", scope="/products/p", state="active", primaryKey="k" * 32)
        assert (await client.ask()).status_code == 401
        opened = await client.http.get(f"{client.gateway}/probe/limit", headers={"Ocp-Apim-Subscription-Key": "k" * 32})
        assert opened.status_code == 200
        url = f"{client.plane}/subscriptions/s"
        suspended = {"properties": {"state": "suspended"}}
        await client.http.patch(url, json=suspended, headers={"If-Match": "*"})
        closed = await client.http.get(f"{client.gateway}/probe/limit", headers={"Ocp-Apim-Subscription-Key": "k" * 32})
        assert closed.status_code == 401

    run(tmp_path, act)
