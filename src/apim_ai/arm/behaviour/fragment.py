"""Policy fragments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.policy_document import DocumentBehaviour
from apim_ai.arm.refusal import Detail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.arm.behaviour.base import Draft
    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

__all__ = ["BEHAVIOUR"]


_NAME = re.compile(r"\w+|\w[\w-]+\w")  # of the specification


class FragmentBehaviour(DocumentBehaviour):
    """Says the format only to those who ask for one, as was seen of the service."""

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield a name that is none, and what is wrong with the document."""
        if not _NAME.fullmatch(draft.name):
            yield Detail("id", f"'{draft.name}' is not a valid name of a policy fragment.")
        yield from super().wrong(draft, properties)

    def shown(self, entity: Entity, world: World, query: Mapping[str, str]) -> dict[str, Any]:
        """Print the fragment; `format` is part of the answer only when it was part of the question."""
        shown = super().shown(entity, world, query)
        return shown if query.get("format") else {name: value for name, value in shown.items() if name != "format"}


BEHAVIOUR = FragmentBehaviour
