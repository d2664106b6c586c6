"""Subscriptions: callers' keys, made where none are given, shown only to those who ask for secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Detail, Refusal
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.entity import Change, Entity
    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]

_KEYS = ("primaryKey", "secondaryKey")
_UNNAMED_SCOPES = {"", "apis"}  # everything, and all APIs


class SubscriptionBehaviour(Behaviour):
    """Makes keys, keeps them over updates, and checks what the subscription opens."""

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Make the keys that are not given and keep those that are there."""
        made: dict[str, Any] = {key: properties.get(key) or draft.kept(key) or draft.world.make_key() for key in _KEYS}
        made["createdDate"] = draft.kept("createdDate") or draft.world.now()
        owner = properties.get("ownerId") or draft.kept("ownerId")
        completed = {**properties, **made, **({"ownerId": owner} if owner else {})}
        state = properties.get("state") or draft.kept("state")
        return self.with_defaults({**completed, **({"state": state} if state else {})})

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Refuse to remove the all-access subscription that comes with the service."""
        if self.kind.is_built_in(entity.id, entity.resource.properties):
            raise Refusal(405, "MethodNotAllowed", "System entity cannot be deleted.")
        return super().gone(entity, world, query)

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, a scope or owner that is not there, and keys that are taken."""
        yield from super().wrong(draft, properties)
        store = draft.world.store
        if draft.properties.get("scope") == "":
            yield Detail("scope", "'scope' must not be empty.")
        scope = relative_id(str(properties.get("scope", "")))
        target = store.get(scope)
        if scope not in _UNNAMED_SCOPES and (target is None or target.resource.kind not in {"product", "api"}):
            yield Detail(
                "scope",
                f"Subscription scope should be one of '/apis', '/apis/{{apiId}}', '/products/{{productId}}'; '/{scope}' was not found.",
            )
        owner = properties.get("ownerId")
        if owner and store.get(relative_id(str(owner))) is None:
            yield Detail("ownerId", "User not found.")
        yield from self._taken_keys(draft, properties)

    def _taken_keys(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        store = draft.world.store
        for key in _KEYS:
            given = draft.properties.get(key)
            if not isinstance(given, str) or properties.get(key) != given:
                continue
            holders = (other for name in _KEYS for other in store.with_value("subscription", name, given))
            if any(_has_key(other, given) for other in holders if other.id.lower() != draft.id.lower()):
                yield Detail(key, f"'{key}' is already used by another subscription.")


def _has_key(entity: Entity, key: str) -> bool:
    return key in {entity.resource.properties.get(name) for name in _KEYS}


BEHAVIOUR = SubscriptionBehaviour
