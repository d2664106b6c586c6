"""The record of what was deployed, kept in the service: who, when, from which commit."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.ledger import LIMIT, own_prefix
from apim_ai.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from apim_ai.deploy.plan import Plan

__all__ = ["History", "Provenance", "Release", "history_id", "new_release_id"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a deployment comes from.

    Args:
        by: the person or pipeline.
        commit: the git commit of the project, with `+` when there were changes on top; None outside of git.
        run: the address of the pipeline's run.
        tool: the version of apim-ai.
        rollback_to: the release that is restored, when this is a rollback.
        skipped_checks: whether it was deployed without asking linter and policy cases.
    """

    by: str
    commit: str | None = None
    run: str | None = None
    tool: str | None = None
    rollback_to: str | None = None
    skipped_checks: bool = False


@dataclass(frozen=True, slots=True)
class Release:
    """One deployment, as it is remembered.

    Args:
        id: also the stamp that the gateway answers.
        at: ISO 8601 in UTC.
        by: who deployed.
        commit: the git commit.
        digest: of everything that was declared; equal digests mean equal releases.
        env: the environment.
        state: `done`, or `partial` when some of it failed.
        counts: how many changes of each action.
        run: the address of the pipeline's run.
        tool: the version of apim-ai.
        rollback_to: the release that this one restored.
        skipped_checks: whether it was deployed without asking linter and policy cases.
    """

    id: str
    at: str
    by: str
    commit: str | None
    digest: str
    env: str
    state: str
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    run: str | None = None
    tool: str | None = None
    rollback_to: str | None = None
    skipped_checks: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """The releases of a stack, newest first, as many as one named value takes."""

    releases: tuple[Release, ...] = ()

    @classmethod
    def read(cls, text: str | None) -> History:
        """Return the history that a named value holds; an empty one when there is none.

        Raises:
            ControlPlaneError: the value is damaged.
        """
        if not text:
            return cls()
        try:
            items: list[Any] = json.loads(zlib.decompress(b64decode(text)))
            return cls(tuple(Release(**item) for item in items))
        except (ValueError, TypeError, zlib.error) as error:
            raise ControlPlaneError("the record of releases in the service is damaged") from error

    def with_release(self, release: Release) -> History:
        """Return a copy with a newer release; the oldest fall off when it grows too long."""
        releases = (release, *(former for former in self.releases if former.id != release.id))
        while len(_packed(releases)) > LIMIT:
            releases = releases[:-1]
        return History(releases)

    def written(self) -> str:
        """Return the value that holds this history."""
        return _packed(self.releases)


def history_id(stack: str) -> str:
    """Return the id of the named value that holds the history of a stack."""
    return f"namedValues/{own_prefix(stack)}releases"


def new_release_id(plan: Plan, now: datetime) -> str:
    """Return the id of the release that comes of executing a plan now."""
    return f"{now:%Y%m%dT%H%M%SZ}-{plan.id[:8].strip('-_')}"


def _packed(releases: Iterable[Release]) -> str:
    items = [asdict(release) for release in releases]
    return b64encode(zlib.compress(json.dumps(items, separators=(",", ":")).encode(), 9)).decode()
