"""Loggers: their credentials become named values that the service makes itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.refusal import Detail
from apim_ai.resource import Resource
from apim_ai.resource.references import named_values_in
from apim_ai.resource.shape import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]

_PREFIX = "Logger-Credentials--"
_MADE = re.compile(r"\{\{(Logger-Credentials--\w+)\}\}\Z")
_SECRETS = {"connectionstring", "instrumentationkey"}


class LoggerBehaviour(Behaviour):
    """Replaces secrets in credentials by named values of its own making."""

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, missing credentials, and named values that are not there."""
        yield from super().wrong(draft, properties)
        needs_credentials = str(properties.get("loggerType", "")).lower() != "azuremonitor"
        if needs_credentials and not properties.get("credentials"):
            yield Detail("credentials", "'credentials' must not be empty.")
        known = {
            str(value.resource.properties.get("displayName", "")).lower()
            for value in draft.world.store.of("named_value")
        }
        for name in named_values_in(str(properties.get("credentials") or "")):
            if name.lower() not in known and not name.startswith(_PREFIX):
                yield Detail("credentials", f"Property '{name}' not found.")

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Put a reference where a secret stood."""
        completed = super().complete(draft, properties)
        credentials: object = completed.get("credentials")
        if not is_object(credentials):
            return completed
        return {**completed, "credentials": {k: self._reference(draft, k, v) for k, v in credentials.items()}}

    def companions(self, draft: Draft, properties: dict[str, Any]) -> Change:
        """Write the named values that hold the secrets, and take away those that no longer do."""
        given: Mapping[str, Any] = draft.properties.get("credentials") or {}
        references: Mapping[str, Any] = properties.get("credentials") or {}
        values = tuple(
            _named_value(match[1], given[name])
            for name, reference in references.items()
            if (match := _MADE.match(str(reference))) and given.get(name) != reference
        )
        made = {f"namedValues/{match[1]}" for value in references.values() if (match := _MADE.match(str(value)))}
        old = _made_values(draft.before) if draft.before else ()
        return Change(values, tuple(name for name in old if name not in made))

    def gone(self, entity: Entity, world: World, query: Mapping[str, str]) -> Change:
        """Remove the logger with the named values of its credentials."""
        return super().gone(entity, world, query) + Change(remove=_made_values(entity))

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Return everything: the credentials are references already."""
        del world, query
        return dict(entity.resource.properties)

    def _reference(self, draft: Draft, name: str, value: object) -> object:
        if name.lower() not in _SECRETS or not isinstance(value, str) or "{{" in value:
            return value
        kept = draft.kept("credentials")
        before = str(kept.get(name, "")) if is_object(kept) else ""
        return before if _MADE.match(before) else f"{{{{{_PREFIX}{draft.world.make_key()[:24]}}}}}"


def _named_value(name: str, value: object) -> Resource:
    return Resource(
        "named_value", f"namedValues/{name}", {"displayName": name, "value": value, "secret": True, "tags": []}
    )


def _made_values(entity: Entity) -> tuple[str, ...]:
    credentials: Mapping[str, Any] = entity.resource.properties.get("credentials") or {}
    return tuple(f"namedValues/{match[1]}" for value in credentials.values() if (match := _MADE.match(str(value))))


BEHAVIOUR = LoggerBehaviour
