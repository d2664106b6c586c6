"""Backends: single services and pools of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Detail, bad_request
from apim_ai.resource.shape import find, is_list, is_object, relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.entity import Change

__all__ = ["BEHAVIOUR"]

_RULES_PER_BACKEND = 1
_SINGLE_ONLY = ("url", "protocol")


class BackendBehaviour(Behaviour):
    """Checks the shape of single backends, pools and circuit breakers."""

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults and drop the empty `properties` that old clients leave behind."""
        stray = properties.get("properties")
        kept = {k: v for k, v in properties.items() if k != "properties" or not _is_hollow(stray)}
        return super().complete(draft, kept)

    def admit(self, draft: Draft) -> Change:
        """Refuse what the service's tier does not have."""
        if draft.world.sku.lower() == "consumption" and draft.properties.get("circuitBreaker"):
            message = "Circuit breaker is not supported in the Consumption pricing tier."
            raise bad_request("MethodNotAllowedInPricingTier", message)
        return super().admit(draft)

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, and what is wrong between the fields."""
        yield from super().wrong(draft, properties)
        if str(properties.get("type", "")).lower() == "pool":
            yield from _wrong_pool(draft, properties)
        else:
            for name in _SINGLE_ONLY:
                if not properties.get(name):
                    yield Detail(name, f"'{name}' must not be empty.")
            if properties.get("pool") is not None:
                yield Detail("pool", "'pool' is allowed only for a backend of type 'Pool'.")
        rules = find(properties, "circuitBreaker.rules")
        if rules and is_list(rules[0]) and len(rules[0]) > _RULES_PER_BACKEND:
            yield Detail("circuitBreaker.rules", "Only one circuit breaker rule is supported per backend.")
        yield from _wrong_certificates(draft, properties)


def _is_hollow(value: object) -> bool:
    return is_object(value) and all(not item for item in value.values())


def _wrong_pool(draft: Draft, properties: Mapping[str, Any]) -> Iterator[Detail]:
    if not find(properties, "pool.services"):
        yield Detail("pool", "'pool' must not be empty.")
    for name in _SINGLE_ONLY:
        if properties.get(name):
            yield Detail(name, f"'{name}' is not allowed for a backend of type 'Pool'.")
    for identifier in find(properties, "pool.services[].id"):
        relative = relative_id(str(identifier))
        member = draft.world.store.get(relative)
        if member is None or member.resource.kind != "backend":
            yield Detail("pool", f"Backend with id '{relative.rsplit('/', 1)[-1]}' could not be found.")
        elif str(member.resource.properties.get("type", "")).lower() == "pool" or relative.lower() == draft.id.lower():
            yield Detail("pool", f"Backend '{member.resource.name}' is a pool; a pool cannot be in a pool.")


def _wrong_certificates(draft: Draft, properties: Mapping[str, Any]) -> Iterator[Detail]:
    for identifier in find(properties, "credentials.certificateIds[]"):
        relative = relative_id(str(identifier))
        if draft.world.store.get(relative) is None:
            yield Detail("credentials", f"Certificate with id '{relative.rsplit('/', 1)[-1]}' could not be found.")


BEHAVIOUR = BackendBehaviour
