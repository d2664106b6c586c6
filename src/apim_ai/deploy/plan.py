"""`Plan`: what a deployment would do, as a value. `planning` makes one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from apim_ai.deploy.difference import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from apim_ai.deploy.difference import FieldChange
    from apim_ai.deploy.ledger import Entry
    from apim_ai.deploy.live import Override
    from apim_ai.deploy.service import Entity
    from apim_ai.resource import Resource

__all__ = ["Action", "Change", "Plan", "PlanOptions", "Turned"]

Action = Literal["create", "update", "delete", "recreate"]


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a plan is allowed to do.

    Args:
        prune: delete what this project owns and no longer declares.
        adopt: ids of resources that exist, are not ours, and may be taken over; `*` stands for all.
        overwrite_drift: write over what was changed outside since the last deployment.
        force: go beyond the threshold of changes.
        max_delete: so many deletes are fine whatever the threshold says.
        most_changed: the share of what is owned that may be updated or deleted in one go.
        keep: ids that pruning leaves alone.
        targets: deploy only these ids, with what they need; none for everything.
    """

    prune: bool = False
    adopt: tuple[str, ...] = ()
    overwrite_drift: bool = False
    force: bool = False
    max_delete: int | None = None
    most_changed: float = 0.3
    keep: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a deployment would do.

    Args:
        action: create, update, delete, or recreate where the service cannot change a property.
        kind: the kind's name.
        id: of the resource.
        fields: what differs; secrets are replaced by words.
        desired: the declared resource; None for a delete.
        actual: the resource as it is; None for a create.
        risks: what a reader should look at twice.
        drifted: whether somebody else changed it since the last deployment.
        adopted: whether it is taken over from somebody else.
        secret_changed: whether it differs in a secret, be it alone or among others.
    """

    action: Action
    kind: str
    id: str
    fields: tuple[FieldChange, ...] = ()
    desired: Resource | None = field(default=None, repr=False)
    actual: Entity | None = field(default=None, repr=False)
    risks: tuple[str, ...] = ()
    drifted: bool = False
    adopted: bool = False
    secret_changed: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """A resource that an operator turned: a caller moved to another tier, a model to another backend."""

    id: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Plan:
    """What a deployment would do.

    Args:
        env: the environment's name.
        stack: the project's name in the ledger.
        target: the ARM id of the service.
        changes: in the order of declaration, deletes last.
        kept: ids that are as declared.
        entries: what the ledger will say of each declared resource, by id in lower case.
        refusals: why the plan must not be executed; none when it may.
        orphans: ids that are owned and no longer declared, left because pruning was not asked for.
        vanished: ids that the ledger has and the service has not.
        overrides: limits that are turned in operation and stay so.
        turned: other changes by operators that stay so.
        at: when the plan was made.
        warnings: what is wrong in the service and forbids nothing, such as a secret that it cannot read.
    """

    env: str
    stack: str
    target: str
    changes: tuple[Change, ...]
    kept: tuple[str, ...]
    entries: Mapping[str, Entry]
    refusals: tuple[str, ...]
    orphans: tuple[str, ...]
    vanished: tuple[str, ...]
    overrides: tuple[Override, ...]
    turned: tuple[Turned, ...]
    at: datetime
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> str | None:
        """Why the plan must not be executed, in one text."""
        return "; ".join(self.refusals) or None

    @cached_property
    def id(self) -> str:
        """A digest of the plan's content: equal plans have equal ids."""
        entries = {key: (entry.digest, dict(entry.secrets)) for key, entry in self.entries.items()}
        before = {change.id: digest_of(change.actual.properties) if change.actual else None for change in self.changes}
        actions = [(change.action, change.kind, change.id) for change in self.changes]
        return digest_of([self.target, self.env, self.stack, actions, before, entries])

    def count(self, action: str) -> int:
        """Return how many changes are of an action."""
        return sum(change.action == action for change in self.changes)
