"""What a request costs as the configuration, the callers and the cache grow: in one process, without sockets.

The figures are the least of many short rounds, and those of one table are measured in turn, so that they can be compared.
"""

from __future__ import annotations

import asyncio
import gc
import json
from dataclasses import dataclass, field
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np

from apim_ai.gateway import Gateway
from apim_ai.message import Body, Headers, Request, Response, Url
from apim_ai.resource import Resource, Resources
from apim_ai.runtime import StoredResponse
from bench.gateway.backend import COMPLETION
from bench.gateway.shape import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.runtime import Callout

__all__ = ["run"]

ROUNDS, REQUESTS = 12, 200
APIS = (1, 100, 1000)
OPERATIONS = 20
SUBSCRIPTIONS = (1, 100_000)
COUNTERS = (1, 100_000)
ENTRIES = (1, 10_000, 100_000)
_LIMIT = """<policies><inbound><base /><rate-limit-by-key calls="1000000" renewal-period="300"
  counter-key='@(context.Request.Headers.GetValueOrDefault("caller", ""))' /></inbound><backend><base /></backend>
  <outbound><base /></outbound><on-error><base /></on-error></policies>"""
_CACHE = """<policies><inbound><base /><azure-openai-semantic-cache-lookup score-threshold="0.05"
  embeddings-backend-id="embeddings" embeddings-backend-auth="system-assigned" /></inbound><backend><base /></backend>
  <outbound><azure-openai-semantic-cache-store duration="3600" /><base /></outbound>
  <on-error><base /></on-error></policies>"""
_PROMPT = json.dumps({"messages": [{"role": "user", "content": "Hello, who are you?"}]}).encode()


class _Wire:
    """Answers at once: a vector to embeddings, a completion to all else."""

    def __init__(self) -> None:
        self.embedding = b""
        self.completion = COMPLETION.split(b"\r\n\r\n", 1)[1]

    async def send(self, callout: Callout) -> Response:
        if "embeddings" not in callout.url.path:
            return Response.of_json(200, self.completion)
        return Response.of_json(200, self.embedding)


class _Identity:
    async def token(self, resource: str, client_id: str | None = None) -> str:  # noqa: ARG002 - one token for all
        return "managed-identity-token"


@dataclass(slots=True)
class _Subject:
    """What is measured: its requests, in turn."""

    name: str
    size: int
    gateway: Gateway
    requests: list[Callable[[], Request]]
    least_us: float = field(default=float("inf"))

    async def measure(self) -> None:
        began = process_time()
        for number in range(REQUESTS):
            await self._answered(self.requests[number % len(self.requests)]())
        self.least_us = min(self.least_us, (process_time() - began) / REQUESTS * 1e6)

    async def _answered(self, request: Request) -> None:
        exchange = await self.gateway.handle(request)
        response = exchange.response
        assert response is not None
        assert response.status == 200, response.status  # noqa: PLR2004 - else it is something else that is measured
        if response.body is not None:
            await response.body.buffer()


def run() -> list[dict[str, Any]]:
    """Measure each kind of growth."""
    return asyncio.run(_rows())


async def _rows() -> list[dict[str, Any]]:
    rows = await _measured([*_apis()])
    rows += await _measured([*_subscriptions()])
    rows += await _measured(await _counters())
    return rows + await _measured(await _cache())


async def _measured(subjects: list[_Subject]) -> list[dict[str, Any]]:
    gc.collect()
    gc.freeze()
    for _ in range(ROUNDS):
        for subject in subjects:
            await subject.measure()
    first = subjects[0].least_us
    return [
        {
            "name": each.name,
            "size": each.size,
            "cpu_us": round(each.least_us, 1),
            "of_first": round(each.least_us / first, 2),
        }
        for each in subjects
    ]


# --- what grows -------------------------------------------------------------------------------------------------------


def _gateway(*resources: Resource, wire: _Wire | None = None) -> Gateway:
    return Gateway(Resources(resources), wire=wire or _Wire(), identity=_Identity())


def _api(number: int, **properties: object) -> Iterator[Resource]:
    place = f"apis/api-{number}"
    settings = {"path": f"api-{number}", "serviceUrl": "http://backend.test/v1", "subscriptionRequired": False}
    yield Resource("api", place, {**settings, **properties})
    for operation in range(OPERATIONS):
        template = {"method": "POST", "urlTemplate": f"/things/{{id}}/part-{operation}"}
        yield Resource("operation", f"{place}/operations/o{operation}", template)


def _policy(text: str) -> Resource:
    return Resource("api_policy", "apis/api-0/policies/policy", {"format": "rawxml", "value": text})


def _asking(path: str, **fields: str) -> Callable[[], Request]:
    def ask() -> Request:
        headers = Headers([("Host", "gateway.test"), ("Content-Type", "application/json"), *fields.items()])
        return Request("POST", Url("http", "gateway.test", 80, path), headers, Body(_PROMPT))

    return ask


def _apis() -> Iterator[_Subject]:
    for size in APIS:
        served = _gateway(*(each for number in range(size) for each in _api(number)))
        paths = [f"/api-{number % size}/things/{number}/part-{number % OPERATIONS}" for number in range(2 * REQUESTS)]
        yield _Subject("APIs of 20 operations", size, served, [_asking(path) for path in paths])


def _subscriptions() -> Iterator[_Subject]:
    for size in SUBSCRIPTIONS:
        keys = (
            Resource(
                "subscription", f"subscriptions/s{n}", {"scope": "/apis", "primaryKey": f"key-{n}", "state": "active"}
            )
            for n in range(size)
        )
        served = _gateway(*_api(0, subscriptionRequired=True), *keys)
        step = max(size // REQUESTS, 1)
        asking = [
            _asking("/api-0/things/1/part-1", **{"Ocp-Apim-Subscription-Key": f"key-{n * step % size}"})
            for n in range(REQUESTS)
        ]
        yield _Subject("subscriptions", size, served, asking)


async def _counters() -> list[_Subject]:
    subjects: list[_Subject] = []
    for size in COUNTERS:
        served = _gateway(*_api(0), _policy(_LIMIT))
        callers = [_asking("/api-0/things/1/part-1", caller=f"caller-{number}") for number in range(size)]
        for ask in callers:
            await served.handle(ask())
        subjects.append(_Subject("counters", size, served, callers[:: max(size // REQUESTS, 1)]))
    return subjects


async def _cache() -> list[_Subject]:
    subjects: list[_Subject] = []
    random = np.random.default_rng(1)
    for size in ENTRIES:
        wire = _Wire()
        embeddings = Resource("backend", "backends/embeddings", {"url": "http://embeddings.test/embeddings"})
        served = _gateway(*_api(0), _policy(_CACHE), embeddings, wire=wire)
        ask = _asking("/api-0/things/1/part-1")
        vector = random.standard_normal(DIMENSIONS).tolist()
        wire.embedding = json.dumps({"data": [{"index": 0, "embedding": vector}]}).encode()
        await served.handle(ask())  # a miss, whose answer is stored
        inside: Any = served
        vectors: Any = inside._units.all[0].services.vectors  # noqa: SLF001 - through requests it would take minutes
        (partition,) = vectors._partitions  # noqa: SLF001 - likewise
        stored = StoredResponse(200, "OK", (), wire.completion)
        for _ in range(size - 1):
            vectors.put(partition, random.standard_normal(DIMENSIONS), stored, 1e9)
        subjects.append(_Subject("cached answers", size, served, [ask]))
    return subjects
