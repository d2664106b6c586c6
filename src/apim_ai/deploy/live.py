"""Named values whose value is turned in operation, not by the project's files.

`deploy` creates them and afterwards leaves their values alone: the limits that `apim-ai tier set` lays over the
configured ones, with their end, and the stamp of the release that is served.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.deploy.service import Entity

__all__ = [
    "FOREVER",
    "LIMITS",
    "RELEASE",
    "Override",
    "display_name",
    "is_live",
    "moment_of",
    "overrides",
    "route_of",
    "ticks_of",
    "turnable",
]

RELEASE = "apim-ai-release"
"""The named value that holds the id of the release; a fragment answers it as a header."""

LIMITS = ("tpm", "rps", "quota")
"""The limits of a tier, as they end the names of their named values."""

_ROUTE = re.compile(r"(?:namedvalues/)?route-(?P<route>.+)-backend\Z", re.IGNORECASE)
_LIVE = re.compile(rf"tier-.+-(?:override-(?:{'|'.join(LIMITS)})|until)\Z|{RELEASE}\Z")
_UNTIL = re.compile(r"tier-(?P<tier>.+)-until\Z")
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of an override that nobody gave one."""

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_TICKS = 10_000_000


@dataclass(frozen=True, slots=True)
class Override:
    """Limits laid over those of a tier for a time.

    Args:
        tier: the tier's name.
        limits: the overriding values by limit.
        until: when they end by themselves.
    """

    tier: str
    limits: Mapping[str, int]
    until: datetime


def display_name(entity: Entity) -> str:
    """Return the name by which policies use a named value."""
    return str(entity.properties.get("displayName") or entity.id.rsplit("/", 1)[-1])


def is_live(kind: str, identifier: str) -> bool:
    """Tell whether the value of a named value is turned in operation."""
    return kind == "named_value" and _LIVE.match(identifier.rsplit("/", 1)[-1]) is not None


def turnable(kind: str, identifier: str) -> frozenset[str]:
    """Return the fields of a resource that operators may turn although the project declares them.

    A deployment leaves such a change alone and lists it as long as the project still says what it said before.
    """
    if kind == "subscription":
        return frozenset({"scope", "state"})
    return frozenset({"value"}) if kind == "named_value" and route_of(identifier) else frozenset()


def route_of(name: str) -> str | None:
    """Return the route whose backend a named value holds, by its name or id; None for any other."""
    match = _ROUTE.match(name)
    return match["route"] if match else None


def ticks_of(moment: datetime) -> int:
    """Return a moment as .NET ticks in UTC, which is what a policy compares with its clock."""
    past = moment.astimezone(UTC) - _EPOCH
    return (past.days * 86400 + past.seconds) * _TICKS + past.microseconds * 10


def moment_of(ticks: int) -> datetime:
    """Return the moment of .NET ticks in UTC."""
    return _EPOCH + timedelta(microseconds=ticks // 10)


def overrides(named_values: Iterable[Entity], now: datetime) -> tuple[Override, ...]:
    """Return the overrides that are in force at a moment, by tier."""
    values = {display_name(entity): str(entity.properties.get("value", "")) for entity in named_values}
    found: list[Override] = []
    for name in sorted(values):
        match = _UNTIL.match(name)
        if match and values[name].isdecimal() and int(values[name]) > ticks_of(now):
            limits = {limit: values.get(f"tier-{match['tier']}-override-{limit}", "") for limit in LIMITS}
            known = {limit: int(value) for limit, value in limits.items() if value.isdecimal()}
            found.append(Override(match["tier"], known, moment_of(int(values[name]))))
    return tuple(found)
