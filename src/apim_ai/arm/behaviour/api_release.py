"""Releases: each makes one revision the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm import revisions
from apim_ai.arm.behaviour.base import Behaviour, Draft
from apim_ai.arm.entity import Change
from apim_ai.arm.refusal import Detail
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BEHAVIOUR"]


class ApiReleaseBehaviour(Behaviour):
    """Makes its revision current when it is put, in the same write."""

    def complete(self, draft: Draft, properties: dict[str, Any]) -> dict[str, Any]:
        """Name the API where the body does not, and add the dates."""
        now = draft.world.now()
        completed = {"apiId": f"/{draft.parent}", **properties}
        return {**completed, "createdDateTime": draft.kept("createdDateTime") or now, "updatedDateTime": now}

    def wrong(self, draft: Draft, properties: dict[str, Any]) -> Iterator[Detail]:
        """Yield field errors and an API or revision that is not this one's."""
        yield from super().wrong(draft, properties)
        named = relative_id(str(properties.get("apiId", "")))
        if revisions.split(named)[0].lower() != revisions.split(draft.parent)[0].lower():
            yield Detail("apiId", "The release must be of a revision of the same API.")
        elif draft.world.store.get(revisions.normalised(named, draft.world.store)) is None:
            yield Detail("apiId", "API revision not found.")

    def companions(self, draft: Draft, properties: dict[str, Any]) -> Change:
        """Make the revision current; new notes on an old release change nothing else."""
        if draft.before is not None and draft.kept("apiId") == properties["apiId"]:
            return Change()
        store = draft.world.store
        revision = store.get(revisions.normalised(relative_id(str(properties["apiId"])), store))
        return revisions.made_current(revisions.split(draft.parent)[0], revision, store) if revision else Change()


BEHAVIOUR = ApiReleaseBehaviour
