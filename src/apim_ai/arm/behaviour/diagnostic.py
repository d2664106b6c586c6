"""Diagnostics: what is sent to a logger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.refusal import Detail
from apim_ai.resource.diagnostics import DIAGNOSTIC_NAMES
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BEHAVIOUR", "DiagnosticBehaviour"]


class DiagnosticBehaviour(Behaviour):
    """Only a few names are allowed, and the logger must be there."""

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors, a name that means nothing, and a logger that is not there."""
        yield from super().wrong(draft, properties)
        if draft.name.lower() not in DIAGNOSTIC_NAMES:
            yield Detail("name", f"Diagnostic '{draft.name}' is not one of: {', '.join(DIAGNOSTIC_NAMES)}.")
        logger = relative_id(str(properties.get("loggerId") or ""))
        if logger and draft.world.store.get(logger) is None:
            yield Detail("loggerId", f"Logger with id '{logger.rsplit('/', 1)[-1]}' could not be found.")


BEHAVIOUR = DiagnosticBehaviour
