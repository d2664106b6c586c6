"""Policy fragments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.policy_document import DocumentBehaviour

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]


class FragmentBehaviour(DocumentBehaviour):
    """Says the format only to those who ask for one, as was seen of the service."""

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Print the fragment; `format` is part of the answer only when it was part of the question."""
        shown = super().shown(entity, world, query)
        return shown if query.get("format") else {name: value for name, value in shown.items() if name != "format"}


BEHAVIOUR = FragmentBehaviour
