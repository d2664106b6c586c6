"""Named values: secrets are never answered, Key Vault references are fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Detail
from apim_ai.resource.shape import find, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR", "fetched"]


def fetched(key_vault: dict[str, Any], world: World) -> tuple[dict[str, Any], str | None]:
    """Return a Key Vault reference with the outcome of fetching it now, and the secret."""
    secret = world.secret_of(str(key_vault.get("secretIdentifier", "")))
    status: dict[str, Any] = {"code": "Success", "timeStampUtc": world.now()}
    if secret is None:
        status |= {"code": "NotFound", "message": "The secret could not be read from the Key Vault."}
    return {**key_vault, "lastStatus": status}, secret


class NamedValueBehaviour(Behaviour):
    """Checks names and values, hides secrets."""

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Fetch the secret of a Key Vault reference; keep a secret that a PATCH leaves alone."""
        completed = self.with_defaults(properties)
        key_vault: object = completed.get("keyVault")
        if not is_object(key_vault):
            return completed
        reference, secret = fetched(
            {key: value for key, value in key_vault.items() if key != "lastStatus"}, draft.world
        )
        kept = {key: value for key, value in completed.items() if key != "value"}
        return {**kept, "secret": True, "keyVault": reference, **({} if secret is None else {"value": secret})}

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, a missing value, and a display name that is taken."""
        yield from super().wrong(draft, properties)
        if not properties.get("value") and not properties.get("keyVault"):
            yield Detail("value", "'value' must not be empty.")
        same = draft.world.store.with_value("named_value", "displayName", properties.get("displayName", ""))
        if any(other.id.lower() != draft.id.lower() for other in same):
            yield Detail("name", "Property with the same name already exist.")

    def is_listed(self, entity: Entity, world: World, query: Mapping[str, str]) -> bool:
        """Tell whether the secret could not be fetched the last time, where the list asks for these alone."""
        del world
        is_asked = query.get("iskeyvaultrefreshfailed", "").lower() == "true"
        return not is_asked or _is_failed(entity.resource.properties)

    def is_long_running(self, draft: Draft) -> bool:
        """Only a Key Vault reference takes time: its secret must be fetched."""
        return "keyVault" in draft.properties


def _is_failed(properties: Mapping[str, Any]) -> bool:
    codes = find(properties, "keyVault.lastStatus.code")
    return bool(codes) and codes[0] != "Success"


BEHAVIOUR = NamedValueBehaviour
