"""How near a deployment comes to what latency and concurrency allow, and how quickly a tier turns.

Against `apim-ai up` in a process of its own: 50 APIs of 10 operations, each with a policy, 200 ms a call, 16 at once.
`bound_s` is the greater of the longest chain of calls and all calls divided by 16, both times the latency.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

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
    from collections.abc import Callable, Generator

LATENCY = 0.2
AT_ONCE = 16
APIS, OPERATIONS = 50, 10
WRITES = 2000


def run() -> list[dict[str, Any]]:
    """Measure a first and a second deployment, plain writes and a tier switch."""
    rows: list[dict[str, Any]] = []
    with served(LATENCY) as ready:
        client = connected(ready)
        rows += [deployed(name, client, ready) for name in ("first", "second")]
        client.close()
    with served(0.0) as ready:
        client = connected(ready)
        rows.append(written(client))
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


def written(client: Client) -> dict[str, Any]:
    """Write named values one after the other over one connection."""
    kind = kinds.find("named_value")
    count, seconds = timed(
        lambda number: client.put(
            kind, f"namedValues/w{number % 50}", {"displayName": f"w{number % 50}", "value": str(number)}
        )
    )
    return {"name": "writes, one at a time", "writes": count, "seconds": seconds, "per_s": count / seconds}


def timed(action: Callable[[int], object]) -> tuple[int, float]:
    """Return how often an action ran, and the seconds that took."""
    began = perf_counter()
    for number in range(WRITES):
        action(number)
    return WRITES, perf_counter() - began


def switched(client: Client, ready: dict[str, Any]) -> dict[str, Any]:
    """Turn a tier, and wait until the gateway is seen to serve it."""
    kind = kinds.find("named_value")
    for name, value in (("tpm", "1000"), ("override-tpm", "1000"), ("until", "0")):
        client.put(kind, f"namedValues/tier-gold-{name}", {"displayName": f"tier-gold-{name}", "value": value})
    state = GatewayState(ready["control_plane"], lambda: ready["gateway"])
    switch = Tiers(client, "bench", is_current=state.is_current).set("gold", {"tpm": 5}, None, Rules("bench"))
    return {"name": "tier switch, seen by the gateway", "seconds": switch.seconds, "seen": str(switch.seen_by_gateway)}
