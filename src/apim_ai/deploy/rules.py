"""Safety rules: why a plan must not be executed, each with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.deploy.actual import Actual
    from apim_ai.deploy.plan import Change, Plan, PlanOptions
    from apim_ai.resource import Resources

__all__ = ["FEWEST", "refusals"]

FEWEST = 10
"""Below so many owned resources the threshold of changes does not apply."""

_SHOWN = 5


def refusals(plan: Plan, desired: Resources, actual: Actual, options: PlanOptions) -> tuple[str, ...]:
    """Return why a plan must not be executed.

    Args:
        plan: the plan.
        desired: everything that the project declares.
        actual: the service's state.
        options: what the user allowed.
    """
    return (
        *_empty(desired),
        *_foreign(plan, actual, options),
        *_drifted(plan, options),
        *_protected(plan, actual),
        *_threshold(plan, actual, options),
    )


def _empty(desired: Resources) -> Iterator[str]:
    if not desired:
        yield "the project declares no resources at all"


def _foreign(plan: Plan, actual: Actual, options: PlanOptions) -> Iterator[str]:
    """Refuse to take over what others made, unless it was named."""
    allowed = {identifier.lower() for identifier in options.adopt}
    claimed = [change for change in plan.changes if change.action != "create" and change.id.lower() in actual.owners]
    for change in claimed:
        yield f'"{change.id}" belongs to the project "{actual.owners[change.id.lower()]}"'
    foreign = [c for c in plan.changes if c.adopted and c not in claimed and c.id.lower() not in allowed]
    if foreign and "*" not in allowed:
        first = foreign[0].id
        yield f"{_named(foreign)} exist and were not created by this project (--adopt {first} takes it over)"


def _drifted(plan: Plan, options: PlanOptions) -> Iterator[str]:
    drifted = [change for change in plan.changes if change.drifted]
    if drifted and not options.overwrite_drift:
        yield (
            f"{_named(drifted)} changed outside since the last deployment "
            "(take the change over into the project, or --overwrite-drift)"
        )


def _protected(plan: Plan, actual: Actual) -> Iterator[str]:
    """Refuse to delete what the project, now or when it was deployed, said to protect."""
    for change in plan.changes:
        entry = actual.ledger.get(change.id)
        protect = (entry is not None and entry.protect) or (change.desired is not None and change.desired.protect)
        if protect and change.action in {"delete", "recreate"}:
            yield f'"{change.id}" is protected, and this plan would {change.action} it'


def _threshold(plan: Plan, actual: Actual, options: PlanOptions) -> Iterator[str]:
    """Refuse to turn over much of what exists, as a wrong variable or an empty folder would."""
    owned = sum(1 for entry in actual.ledger.entries.values() if not entry.pending)
    deletes = plan.count("delete")
    changed = sum(change.action != "create" and not change.adopted for change in plan.changes)
    if options.force or owned < FEWEST or changed <= owned * options.most_changed:
        return
    if options.max_delete is not None and deletes <= options.max_delete:
        return
    yield (
        f"{changed} of the {owned} resources of this project would be updated or deleted, "
        f"more than {options.most_changed:.0%} (--force goes on, --max-delete N allows deletes)"
    )


def _named(changes: list[Change]) -> str:
    names = ", ".join(f'"{change.id}"' for change in changes[:_SHOWN])
    return names if len(changes) <= _SHOWN else f"{names} and {len(changes) - _SHOWN} more"
