"""A service in memory, for tests of plan and deploy that need no socket."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.arm.entity import Change
from apim_ai.deploy.deployment import Deployment, Request
from apim_ai.deploy.plan import PlanOptions
from apim_ai.deploy.release import Provenance
from apim_ai.deploy.service import ChangedError, Entity, RejectedError
from apim_ai.resource import Kind, Resource, Resources, kinds

from .plane import TOKEN, Plane, running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TARGET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/n"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Memory:
    """An API Management service in memory: ETags, defaults, hidden secrets, policies written out anew."""

    def __init__(self) -> None:
        self.entities: dict[str, tuple[str, dict[str, Any], int]] = {}
        self.writes: list[tuple[str, str]] = []
        self.reads: list[tuple[str, str]] = []
        self.before_write: Callable[[str, str], None] = lambda verb, identifier: None
        self.described: dict[str, Any] = {
            "properties": {"provisioningState": "Succeeded"},
            "sku": {"name": "Developer"},
        }
        self._versions = 0
        self._lock = threading.Lock()

    def describe(self) -> Mapping[str, Any]:
        return self.described

    def list(self, kind: Kind, parent: str = "") -> tuple[Entity, ...]:
        self.reads.append(("list", f"{kind.name} {parent}"))
        found = [(key, *rest) for key, rest in self.entities.items() if kind.pattern.match(key)]
        return tuple(
            Entity(kind.name, identifier, self.answered(kind, properties))
            for key, identifier, properties, _ in found
            if key.startswith(f"{parent.lower()}/" if parent else "")
        )

    def get(self, kind: Kind, identifier: str) -> Entity | None:
        self.reads.append(("get", identifier))
        found = self.entities.get(identifier.lower())
        return Entity(kind.name, found[0], self.answered(kind, found[1]), f'"{found[2]}"') if found else None

    def put(self, kind: Kind, identifier: str, properties: Mapping[str, Any], etag: str | None = None) -> Entity:
        self.before_write("put", identifier)
        with self._lock:
            found = self.entities.get(identifier.lower())
            if etag not in (None, "*") and (found is None or f'"{found[2]}"' != etag):
                raise ChangedError("PreconditionFailed", status=412)
            return self._stored(kind, identifier, properties)

    def _stored(self, kind: Kind, identifier: str, properties: Mapping[str, Any]) -> Entity:
        found = self.entities.get(identifier.lower())
        parent = "/".join(identifier.split("/")[:-2])
        if parent and parent.lower() not in self.entities:
            raise RejectedError(f"{parent} not found", status=404)
        self._versions += 1
        kept = {
            key: value for key, value in (found[1] if found else {}).items() if key in {"primaryKey", "secondaryKey"}
        }
        self.entities[identifier.lower()] = (identifier, {**kept, **properties}, self._versions)
        self.writes.append(("put", identifier))
        return Entity(kind.name, identifier, self.answered(kind, properties), f'"{self._versions}"')

    def create(self, kind: Kind, identifier: str, properties: Mapping[str, Any]) -> Entity:
        self.before_write("put", identifier)
        with self._lock:
            if identifier.lower() in self.entities and kind.has_body:
                raise ChangedError("PreconditionFailed", status=412)
            return self._stored(kind, identifier, properties)

    def delete(self, kind: Kind, identifier: str, etag: str | None = None) -> None:
        self.before_write("delete", identifier)
        with self._lock:
            found = self.entities.get(identifier.lower())
            if found is None:
                return
            if etag not in (None, "*") and f'"{found[2]}"' != etag:
                raise ChangedError("PreconditionFailed", status=412)
            for key in list(self.entities):
                if f"{key}/".startswith(f"{identifier.lower()}/"):
                    del self.entities[key]
            self.writes.append(("delete", identifier))

    def answered(self, kind: Kind, properties: Mapping[str, Any]) -> dict[str, Any]:
        hidden = {pattern.split(".")[0] for pattern in kind.write_only(properties)}
        answer = {key: value for key, value in properties.items() if key not in hidden}
        if "value" in answer and (kind.is_policy or kind.name == "fragment"):
            answer["value"] = str(answer["value"]).replace("><", ">\r\n\t<").replace("'", '"')
            answer.pop("format", None)
        filled = {key: value for key, value in kind.defaults.items() if "." not in key}
        return {**filled, **answer, "provisioningState": "Succeeded"} if not kind.is_policy else answer

    def edit(self, identifier: str, **properties: Any) -> None:
        """Change something as a person in the portal does."""
        spelt, former, _ = self.entities[identifier.lower()]
        self._versions += 1
        self.entities[identifier.lower()] = (spelt, {**former, **properties}, self._versions)

    def own(self) -> dict[str, dict[str, Any]]:
        """Return everything but what apim-ai keeps its books in."""
        found = ((identifier, properties) for identifier, properties, _ in self.entities.values())
        return {identifier: properties for identifier, properties in found if "/apimai-" not in identifier}


@pytest.fixture(scope="module")
def served() -> Iterator[Plane]:
    """A control plane for all tests of a module."""
    with running() as plane:
        yield plane


@pytest.fixture
def plane(served: Plane, monkeypatch: pytest.MonkeyPatch) -> Plane:
    """An empty control plane that commands find by their environment."""
    served.store.apply(Change(remove=tuple(served.store.resources())))
    served.app.log.clear()
    monkeypatch.setenv("APIM_AI_CONTROL_PLANE", served.target.url)
    monkeypatch.setenv("APIM_AI_TOKEN", TOKEN)
    return served


@pytest.fixture
def memory() -> Memory:
    return Memory()


def deployment(memory: Memory, *resources: Resource, stack: str = "shop", **options: Any) -> Deployment:
    provenance = Provenance("tester", "abc123")
    request = Request("test", stack, Resources(resources), TARGET, PlanOptions(**options), provenance, concurrency=4)
    return Deployment(request, memory, lambda: NOW)


def deploy(memory: Memory, *resources: Resource, stack: str = "shop", **options: Any) -> Deployment:
    """Deploy resources; everything must be done."""
    run = deployment(memory, *resources, stack=stack, **options)
    result = run.execute(run.plan())
    assert result.is_complete, result.outcomes
    return run


def policy(value: str) -> dict[str, Any]:
    return {"format": "rawxml", "value": value}


def sample(limit: str = "100", *, key: str = "k1") -> tuple[Resource, ...]:
    """Return a small project: every mechanism, few resources."""
    return (
        Resource("named_value", "namedValues/limit", {"displayName": "limit", "value": limit}),
        Resource("named_value", "namedValues/key", {"displayName": "key", "value": key, "secret": True}),
        Resource("backend", "backends/ptu", {"url": "https://ptu.test", "protocol": "http"}),
        Resource("backend", "backends/pool", {"type": "Pool", "pool": {"services": [{"id": "/backends/ptu"}]}}),
        Resource(
            "fragment",
            "policyFragments/auth",
            policy("<fragment><set-header name='k'><value>{{key}}</value></set-header></fragment>"),
        ),
        Resource("api", "apis/openai", {"displayName": "OpenAI", "path": "openai", "protocols": ["https"]}),
        Resource(
            "operation",
            "apis/openai/operations/chat",
            {"displayName": "Chat", "method": "POST", "urlTemplate": "/chat"},
        ),
        Resource(
            "api_policy",
            "apis/openai/policies/policy",
            policy(
                "<policies><inbound><base /><include-fragment fragment-id='auth' />"
                "<set-backend-service backend-id='pool' /></inbound></policies>"
            ),
        ),
        Resource("product", "products/gold", {"displayName": "Gold", "state": "published"}),
        Resource("product_api", "products/gold/apis/openai", {}),
        Resource(
            "subscription", "subscriptions/bot", {"displayName": "Bot", "scope": "/products/gold", "primaryKey": key}
        ),
    )


__all__ = ["NOW", "TARGET", "Memory", "deploy", "deployment", "kinds", "policy", "sample"]
