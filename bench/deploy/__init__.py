"""How near a deployment comes to what latency and concurrency allow, and how quickly a tier turns.

Against `apim-ai up` in a process of its own: 50 APIs of 10 operations, each with a policy, 200 ms a call, 16 at once.
`bound_s` is the greater of the longest chain of calls and all calls divided by 16, both times the latency.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from http import HTTPStatus
from threading import Condition, Event, Thread
from time import perf_counter
from typing import TYPE_CHECKING, Any

import aiohttp
import httpx

from apim_ai.deploy.client import Client
from apim_ai.deploy.deployment import Deployment, Request
from apim_ai.deploy.graph import steps
from apim_ai.deploy.plan import PlanOptions
from apim_ai.deploy.release import Provenance
from apim_ai.deploy.target import Target
from apim_ai.ops.tier.seen import GatewayState
from apim_ai.ops.tier.switch import Rules, Tiers
from apim_ai.resource import Resource, Resources, kinds

if TYPE_CHECKING:
    from collections.abc import Generator

LATENCY = 0.2
AT_ONCE = 16
APIS, OPERATIONS = 50, 10
WRITES = 2000
CLIENTS, SWITCHES = 50, 20


def run() -> list[dict[str, Any]]:
    """Measure a first and a second deployment, plain writes and a tier switch."""
    rows: list[dict[str, Any]] = []
    with served(LATENCY) as ready:
        client = connected(ready)
        rows += [deployed(name, client, ready) for name in ("first", "second")]
        client.close()
    with served(0.0) as ready:
        client = connected(ready)
        rows.append(written(ready))
        rows.append(switched(client, ready))
        client.close()
    return rows


@contextmanager
def served(latency: float) -> Generator[dict[str, Any]]:
    """Run `apim-ai up` and give its ready line."""
    with tempfile.TemporaryDirectory() as folder:
        ports = ("--gateway-port", "0", "--control-plane-port", "0")
        options = ("--state", folder, "--latency", str(latency), "--lro-polls", "0", "--format", "json")
        command = [sys.executable, "-m", "apim_ai", "up", *ports, *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "")
        finally:
            process.terminate()
            process.wait(20)


def connected(ready: dict[str, Any]) -> Client:
    """Return a client of a running instance."""
    return Client(Target.of_service(ready["service"], ready["control_plane"], ready["token"]))


def project() -> Resources:
    """Return the resources of the project that is deployed, some 1,100."""
    sections = "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>"
    found = [Resource("named_value", f"namedValues/v{i}", {"displayName": f"v{i}", "value": "1"}) for i in range(20)]
    found += [
        Resource("backend", f"backends/b{i}", {"url": f"https://b{i}.test", "protocol": "http"}) for i in range(8)
    ]
    header = '<set-header name="x" exists-action="override"><value>{}</value></set-header>'
    for i in range(6):
        text = f"<fragment>{header.format(f'{{{{v{i}}}}}')}</fragment>"
        found.append(Resource("fragment", f"policyFragments/f{i}", {"format": "rawxml", "value": text}))
    for a in range(APIS):
        api = f"apis/a{a}"
        found.append(Resource("api", api, {"displayName": f"A {a}", "path": f"a{a}", "protocols": ["https"]}))
        inbound = f'<base /><include-fragment fragment-id="f{a % 6}" /><set-backend-service backend-id="b{a % 8}" />'
        text = f"<policies><inbound>{inbound}</inbound>{sections}</policies>"
        found.append(Resource("api_policy", f"{api}/policies/policy", {"format": "rawxml", "value": text}))
        for o in range(OPERATIONS):
            operation = f"{api}/operations/o{o}"
            properties = {"displayName": f"O {o}", "method": "GET", "urlTemplate": f"/o{o}"}
            found.append(Resource("operation", operation, properties))
            text = f"<policies><inbound><base />{header.format(o)}</inbound>{sections}</policies>"
            found.append(
                Resource("operation_policy", f"{operation}/policies/policy", {"format": "rawxml", "value": text})
            )
    return Resources(found)


def deployed(name: str, client: Client, ready: dict[str, Any]) -> dict[str, Any]:
    """Deploy the project and compare the time with the bound."""
    resources = project()
    request = Request("bench", "bench", resources, ready["service"], PlanOptions(), Provenance("bench"), AT_ONCE)
    with httpx.Client(headers={"Authorization": f"Bearer {ready['token']}"}) as http:
        http.delete(f"{ready['control_plane']}/requests")
        began = perf_counter()
        deployment = Deployment(request, client)
        plan = deployment.plan()
        planned = perf_counter() - began
        result = deployment.execute(plan)
        seconds = perf_counter() - began
        calls = http.get(f"{ready['control_plane']}/requests").json()["requests"]
    if not result.is_complete:
        raise RuntimeError(f"the deployment failed: {[o for o in result.outcomes if o.state != 'done'][:3]}")
    reads = sum(call["method"] in {"GET", "HEAD"} for call in calls)
    chain = max((step.chain for step in steps(plan.changes, resources, Resources())), default=0)
    bound = max(chain, len(calls) / AT_ONCE) * LATENCY
    return {
        "name": name,
        "entities": len(resources),
        "changes": len(plan.changes),
        "reads": reads,
        "writes": len(calls) - reads,
        "plan_s": planned,
        "seconds": seconds,
        "bound_s": bound,
        "bound_ratio": bound / seconds,
    }


def written(ready: dict[str, Any]) -> dict[str, Any]:
    """Write named values, from clients that cost less than the control plane does."""
    seconds = asyncio.run(_write(ready))
    return {"name": f"writes, {AT_ONCE} at once", "writes": WRITES, "seconds": seconds, "per_s": WRITES / seconds}


async def _write(ready: dict[str, Any]) -> float:
    base = f"{ready['control_plane']}{ready['service']}/namedValues"
    left = iter(range(WRITES))
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {ready['token']}"}) as session:

        async def client() -> None:
            for number in left:
                name = f"w{number % 50}"
                body = {"properties": {"displayName": name, "value": str(number)}}
                async with session.put(f"{base}/{name}?api-version=2024-05-01", json=body) as answer:
                    await answer.read()
                    answer.raise_for_status()

        began = perf_counter()
        await asyncio.gather(*(client() for _ in range(AT_ONCE)))
        return perf_counter() - began


def switched(client: Client, ready: dict[str, Any]) -> dict[str, Any]:
    """Turn a tier up and down while clients send, and see when they are served the new limit.

    The gateway answers by itself and says the limit in a header. `seconds` is the longest time from the command to the
    first answer with the new limit, `command_s` the longest that the command itself took, audit included.
    """
    limited(client)
    state = GatewayState(ready["control_plane"], lambda: ready["gateway"])
    effective: list[float] = []
    commands: list[float] = []
    with sending(f"{ready['gateway']}/limited", CLIENTS) as seen:
        for number in range(SWITCHES):
            value = 1000 + number
            began = perf_counter()
            Tiers(client, "bench", is_current=state.is_current).set("gold", {"tpm": value}, None, Rules("bench"))
            commands.append(perf_counter() - began)
            effective.append(seen.first(str(value)) - began)
    return {
        "name": f"tier switch, {CLIENTS} clients sending",
        "switches": SWITCHES,
        "seconds": max(effective),
        "median_s": sorted(effective)[SWITCHES // 2],
        "command_s": max(commands),
        "requests": seen.answered,
        "failed": seen.failed,
    }


def limited(client: Client) -> None:
    """Give the gateway a tier, and an API that answers its limit."""
    for name, value in (("tpm", "1000"), ("override-tpm", "1000"), ("until", "0")):
        properties = {"displayName": f"tier-gold-{name}", "value": value}
        client.put(kinds.find("named_value"), f"namedValues/tier-gold-{name}", properties)
    answer = '<return-response><set-header name="x-limit"><value>{{tier-gold-override-tpm}}</value></set-header></return-response>'
    policy = f"<policies><inbound><base />{answer}</inbound></policies>"
    api = {"displayName": "L", "path": "limited", "protocols": ["http"], "subscriptionRequired": False}
    client.put(kinds.find("api"), "apis/limited", api)
    operation = {"displayName": "Get", "method": "GET", "urlTemplate": "/"}
    client.put(kinds.find("operation"), "apis/limited/operations/get", operation)
    properties = {"format": "rawxml", "value": policy}
    client.put(kinds.find("api_policy"), "apis/limited/policies/policy", properties)


class Seen:
    """What clients were answered: when a limit was first seen, and how many requests failed."""

    def __init__(self) -> None:
        self.answered = 0
        self.failed = 0
        self._firsts: dict[str, float] = {}
        self._changed = Condition()

    def answer(self, limit: str | None) -> None:
        """Take an answer; None for a request that failed."""
        with self._changed:
            self.answered += 1
            self.failed += limit is None
            if limit is not None and limit not in self._firsts:
                self._firsts[limit] = perf_counter()
                self._changed.notify_all()

    def first(self, limit: str) -> float:
        """Return when a limit was first seen, waiting for it."""
        with self._changed:
            if not self._changed.wait_for(lambda: limit in self._firsts, timeout=30):
                raise RuntimeError(f"nobody was served the limit {limit}")
            return self._firsts[limit]


@contextmanager
def sending(url: str, clients: int) -> Generator[Seen]:
    """Have clients ask an address again and again, each as soon as it was answered, in a thread of their own."""
    seen, over = Seen(), Event()
    thread = Thread(target=lambda: asyncio.run(_ask(url, clients, seen, over)))
    thread.start()
    try:
        seen.first("1000")
        yield seen
    finally:
        over.set()
        thread.join()


async def _ask(url: str, clients: int, seen: Seen, over: Event) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=clients)) as session:

        async def client() -> None:
            while not over.is_set():
                try:
                    async with session.get(url) as answer:
                        await answer.read()
                        seen.answer(answer.headers.get("x-limit") if answer.status == HTTPStatus.OK else None)
                except aiohttp.ClientError:
                    seen.answer(None)

        await asyncio.gather(*(client() for _ in range(clients)))
