"""A service in memory: tiers, a route, a subscription, backends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.deploy.service import Entity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.resource import Kind


class Memory:
    """Named values and subscriptions in memory."""

    def __init__(self) -> None:
        self.entities: dict[str, dict[str, Any]] = {}
        self.writes: list[str] = []
        for tier, tpm in (("gold", 1000), ("silver", 500)):
            for limit, value in (("tpm", tpm), ("rps", 10), ("quota", 9000)):
                self.named(f"tier-{tier}-{limit}", value)
                self.named(f"tier-{tier}-override-{limit}", value)
            self.named(f"tier-{tier}-until", 0)
        self.named("route-gpt-4o-backend", "pool")
        for backend in ("pool", "payg"):
            self.entities[f"backends/{backend}"] = {"url": f"https://{backend}.test", "protocol": "http"}
        self.entities["subscriptions/bot"] = {"displayName": "The bot", "scope": "/products/gold", "state": "active"}

    def named(self, name: str, value: object) -> None:
        self.entities[f"namedValues/{name}"] = {"displayName": name, "value": str(value), "tags": ["tier"]}

    def value(self, name: str) -> str:
        return self.entities[f"namedValues/{name}"]["value"]

    def describe(self) -> Mapping[str, Any]:
        return {}

    def list(self, kind: Kind, parent: str = "") -> tuple[Entity, ...]:
        return tuple(Entity(kind.name, key, value) for key, value in self.entities.items() if kind.pattern.match(key))

    def get(self, kind: Kind, identifier: str) -> Entity | None:
        found = self.entities.get(identifier)
        return None if found is None else Entity(kind.name, identifier, found, '"1"')

    def put(self, kind: Kind, identifier: str, properties: Mapping[str, Any], etag: str | None = None) -> Entity:
        self.entities[identifier] = dict(properties)
        self.writes.append(identifier.removeprefix("namedValues/"))
        return Entity(kind.name, identifier, properties)

    def create(self, kind: Kind, identifier: str, properties: Mapping[str, Any]) -> Entity:
        assert identifier not in self.entities
        return self.put(kind, identifier, properties)

    def delete(self, kind: Kind, identifier: str, etag: str | None = None) -> None:
        del self.entities[identifier]
