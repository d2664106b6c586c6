"""References to Key Vault that the service itself resolves, and says whether it could."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.deploy.live import display_name
from apim_ai.resource.shape import find

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.deploy.service import Entity
    from apim_ai.resource import Resources

__all__ = ["READER", "failure_of", "unread"]

READER = "Key Vault Secrets User"
"""The role that lets the service's managed identity read a secret."""


def failure_of(named_value: Entity) -> str | None:
    """Return why the service cannot fetch a secret; None where it could, or does not say."""
    code = next(map(str, find(named_value.properties, "keyVault.lastStatus.code")), "")
    if not code or code.lower() == "success":
        return None
    return next(map(str, find(named_value.properties, "keyVault.lastStatus.message")), code)


def unread(desired: Resources, entities: Iterable[Entity]) -> tuple[str, ...]:
    """Say which of the declared secrets the service cannot fetch, and what to grant.

    Args:
        desired: what the project declares.
        entities: of the service.
    """
    declared = {resource.id.lower() for resource in desired.of("named_value") if resource.properties.get("keyVault")}
    failing = ((entity, failure_of(entity)) for entity in entities if entity.id.lower() in declared)
    return tuple(
        f'the service cannot read the secret of "{display_name(entity)}": {failure.rstrip(".")} '
        f'(its managed identity needs the role "{READER}" on the vault)'
        for entity, failure in failing
        if failure
    )
