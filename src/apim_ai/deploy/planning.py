"""Planning: from what is declared and what is there to a plan. Pure: it writes nothing and reads nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apim_ai.deploy.comparison import Comparison, compare, descendants, is_owned
from apim_ai.deploy.difference import FieldChange
from apim_ai.deploy.key_vault import unread
from apim_ai.deploy.live import overrides
from apim_ai.deploy.masking import masked
from apim_ai.deploy.plan import Action, Change, Plan, PlanOptions, Turned
from apim_ai.deploy.risk import risks
from apim_ai.deploy.rules import refusals
from apim_ai.deploy.selection import selected
from apim_ai.resource import Resources, kinds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from apim_ai.deploy.actual import Actual
    from apim_ai.deploy.service import Entity

__all__ = ["make_plan"]


def make_plan(
    desired: Resources, actual: Actual, *, env: str, target: str, now: datetime, options: PlanOptions | None = None
) -> Plan:
    """Compare what is declared with what is there.

    Args:
        desired: the project's resources.
        actual: the service's.
        env: the environment's name.
        target: the ARM id of the service.
        now: for the overrides that are in force.
        options: what the plan is allowed to do.
    """
    options = options or PlanOptions()
    chosen = selected(desired, options.targets)
    comparisons = _compared(chosen, actual)
    changes = [_change(comparison) for comparison in comparisons if not comparison.is_same]
    kept = {identifier.lower() for identifier in options.keep}
    surplus = [] if options.targets else [e for e in _surplus(desired, actual) if e.id.lower() not in kept]
    if options.prune:
        changes.extend(
            Change("delete", entity.kind, entity.id, actual=entity, risks=risks(None, entity)) for entity in surplus
        )
    draft = Plan(
        env=env,
        stack=actual.ledger.stack,
        target=target,
        changes=tuple(changes),
        kept=tuple(comparison.desired.id for comparison in comparisons if comparison.is_same),
        entries={comparison.desired.id.lower(): comparison.entry for comparison in comparisons},
        refusals=(),
        orphans=() if options.prune else tuple(entity.id for entity in surplus),
        vanished=tuple(entry.id for entry in actual.ledger.entries.values() if actual.get(entry.id) is None),
        overrides=overrides((e for e in actual.entities.values() if e.kind == "named_value"), now),
        turned=tuple(
            Turned(comparison.desired.id, tuple(FieldChange(c.path, c.after, c.before) for c in comparison.fields))
            for comparison in comparisons
            if comparison.actual is not None and comparison.is_turned
        ),
        at=now,
        warnings=unread(chosen, actual.entities.values()),
    )
    return _refused(draft, desired, actual, options)


def _refused(plan: Plan, desired: Resources, actual: Actual, options: PlanOptions) -> Plan:
    reasons = refusals(plan, desired, actual, options)
    return replace(plan, refusals=reasons)


def _compared(desired: Resources, actual: Actual) -> list[Comparison]:
    """Compare each declared resource; what lies below one that is made anew is made anew too."""
    found: list[Comparison] = []
    anew: list[str] = []
    for resource in desired.values():
        comparison = compare(resource, actual, is_gone=descendants(resource.id, anew))
        if comparison.must_recreate:
            anew.append(resource.id)
        found.append(comparison)
    return found


def _change(comparison: Comparison) -> Change:
    resource, entity = comparison.desired, comparison.actual
    action: Action = "create" if entity is None else "recreate" if comparison.must_recreate else "update"
    return Change(
        action=action,
        kind=resource.kind,
        id=resource.id,
        fields=tuple(masked(comparison.kind, change) for change in comparison.all_fields),
        desired=resource,
        actual=entity,
        risks=risks(resource, entity),
        drifted=comparison.drifted,
        adopted=entity is not None and not comparison.is_ours,
        secret_changed=comparison.secret_changed,
    )


def _surplus(desired: Resources, actual: Actual) -> Iterator[Entity]:
    """Yield what is owned and no longer declared; what goes with a parent is not named again."""
    gone: list[str] = []
    for entry in sorted(actual.ledger.entries.values(), key=lambda entry: entry.id.count("/")):
        entity = actual.get(entry.id)
        if entity is None or entry.id in desired or kinds.find(entry.kind).is_built_in(entity.id, entity.properties):
            continue
        if is_owned(entry, entity) and not descendants(entity.id, gone):
            gone.append(entity.id)
            yield entity
