"""Drift: the service against what was deployed last, not against the working tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from apim_ai.deploy.bundle import as_deployed
from apim_ai.deploy.comparison import form_of, has_drifted
from apim_ai.deploy.difference import FieldChange, changed_fields, cut
from apim_ai.deploy.ledger import Entry, is_own
from apim_ai.deploy.live import overrides, turnable
from apim_ai.deploy.masking import masked
from apim_ai.deploy.plan import Turned
from apim_ai.resource import Resource, Resources, kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from apim_ai.deploy.actual import Actual
    from apim_ai.deploy.live import Override
    from apim_ai.deploy.service import Entity

__all__ = ["Drift", "DriftReport", "find_drift"]

How = Literal["changed outside", "deleted outside", "unknown extra"]


@dataclass(frozen=True, slots=True)
class Drift:
    """One resource that is not as it was deployed.

    Args:
        how: what happened to it.
        kind: the kind's name.
        id: of the resource.
        fields: what differs from what was deployed, where that is known; secrets are words.
        deployed: the resource as it was deployed, where it is known.
        actual: the resource as it is.
    """

    how: How
    kind: str
    id: str
    fields: tuple[FieldChange, ...] = ()
    deployed: Resource | None = None
    actual: Entity | None = None


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What drifted in a service.

    Args:
        env: the environment's name.
        stack: the project's name.
        drifts: by id.
        ignored: ids that drifted and are ignored for now.
        unchanged: how many resources are as they were deployed.
        overrides: limits that are turned in operation, which is no drift.
        due: by when the drift should be gone.
        turned: what operators turned with the tool and noted, which is listed and no drift.
    """

    env: str
    stack: str
    drifts: tuple[Drift, ...]
    ignored: tuple[str, ...]
    unchanged: int
    overrides: tuple[Override, ...]
    due: date
    turned: tuple[Turned, ...] = ()


def find_drift(
    actual: Actual,
    former: Iterable[Resources],
    *,
    env: str,
    now: datetime,
    due: date,
    ignore: Mapping[str, date | None],
    noted: Mapping[tuple[str, str], str] | None = None,
) -> DriftReport:
    """Compare a service with what was deployed last.

    Args:
        actual: the service's state.
        former: what releases consisted of, newest first.
        env: the environment's name.
        now: for overrides and for what is no longer ignored.
        due: by when drift should be gone.
        ignore: until when, the day included, an id is ignored; None for ever.
        noted: the values that operators turned fields to, by id in lower case and field.
    """
    bundles = tuple(former)
    everything = [*_changed(actual, bundles), *_extras(actual)]
    turned = [drift for drift in everything if _is_noted(drift, noted or {})]
    found = [drift for drift in everything if drift not in turned]
    skipped = {key.lower() for key, until in ignore.items() if until is None or now.date() <= until}
    kept = tuple(drift for drift in found if drift.id.lower() not in skipped)
    values = (entity for entity in actual.entities.values() if entity.kind == "named_value")
    return DriftReport(
        env=env,
        stack=actual.ledger.stack,
        drifts=tuple(sorted(kept, key=lambda drift: drift.id)),
        ignored=tuple(drift.id for drift in found if drift.id.lower() in skipped),
        unchanged=len(actual.ledger.entries) - sum(drift.how != "unknown extra" for drift in everything),
        overrides=overrides(values, now),
        due=due,
        turned=tuple(Turned(drift.id, drift.fields) for drift in turned),
    )


def _is_noted(drift: Drift, noted: Mapping[tuple[str, str], str]) -> bool:
    """Tell whether all that differs is what an operator turned and noted, and still is what was noted."""
    may_turn = turnable(drift.kind, drift.id)
    return bool(drift.fields) and all(
        change.path in may_turn and noted.get((drift.id.lower(), change.path)) == _bare(change.after)
        for change in drift.fields
    )


def _bare(value: object) -> str:
    return str(value).strip("/").lower()


def _changed(actual: Actual, bundles: tuple[Resources, ...]) -> Iterator[Drift]:
    for entry in actual.ledger.entries.values():
        if entry.pending:
            continue
        entity = actual.get(entry.id)
        deployed = as_deployed(entry, bundles)
        if entity is None:
            yield Drift("deleted outside", entry.kind, entry.id, deployed=deployed)
        elif has_drifted(entry, entity):
            yield Drift("changed outside", entry.kind, entry.id, _fields(entry, deployed, entity), deployed, entity)


def _fields(entry: Entry, deployed: Resource | None, entity: Entity) -> tuple[FieldChange, ...]:
    if deployed is None:
        return ()
    kind = kinds.find(entry.kind)
    before = cut(kind, form_of(kind, entry.id, deployed.properties), entry.shape)
    after = cut(kind, form_of(kind, entry.id, entity.properties), entry.shape)
    return tuple(masked(kind, change) for change in changed_fields(before, after))


def _extras(actual: Actual) -> Iterator[Drift]:
    """Find what somebody put into what is ours, such as an operation of our API."""
    for key, entity in actual.entities.items():
        parent = "/".join(key.split("/")[:-2])
        kind = kinds.find(entity.kind)
        if not parent or parent not in actual.ledger.entries or key in actual.ledger.entries or key in actual.owners:
            continue
        if (
            not is_own(key)
            and not kind.is_built_in(entity.id, entity.properties)
            and not kind.is_default(entity.properties)
        ):
            yield Drift("unknown extra", entity.kind, entity.id, actual=entity)
