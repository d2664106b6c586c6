"""What the models behind a gateway can take: the quotas of its backends, added up over where requests go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.project.bundle import BackendFacts, Bundle
    from apim_ai.resource import Resources

__all__ = ["Ceiling", "ceiling_of", "declared_callers", "members"]

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What all models of a gateway take together; None where a backend does not say what it takes.

    Args:
        tpm: tokens per minute.
        rpm: requests per minute.
        oversubscription: how many times that the limits of all callers may add up to.
    """

    tpm: int | None = None
    rpm: int | None = None
    oversubscription: float = 1.0

    @property
    def is_unknown(self) -> bool:
        """Whether nobody says what the backends take."""
        return self.tpm is None and self.rpm is None

    @property
    def limits(self) -> Mapping[str, int | None]:
        """What the backends take, by the names of limits."""
        return dict(self._most())

    def above(self, limits: Mapping[str, int]) -> str | None:
        """Say which limit of a single caller is more than there is; None when none is."""
        for limit, most in self._most():
            if most is not None and limits.get(limit, 0) > most:
                return f"{limit} {limits[limit]} is more than all backends together take ({limit} {most})"
        return None

    def crowded(self, tiers: Iterable[tuple[Mapping[str, int], int]]) -> tuple[str, ...]:
        """Say what all callers together may use up although there is less of it.

        Args:
            tiers: the limits of each, and how many callers have it.
        """
        given = tuple(tiers)
        found: list[str] = []
        for limit, most in self._most():
            total = sum(limits.get(limit, 0) * callers for limits, callers in given)
            if most is not None and total > most * self.oversubscription:
                times = f", {self.oversubscription:g} times of which are fine" if self.oversubscription != 1 else ""
                found.append(f"all callers together may use {limit} {total}, the backends take {limit} {most}{times}")
        return tuple(found)

    def _most(self) -> tuple[tuple[str, int | None], ...]:
        return ("tpm", self.tpm), ("rps", None if self.rpm is None else self.rpm // _SECONDS)


def ceiling_of(bundle: Bundle, backends: Iterable[str] | None = None) -> Ceiling:
    """Return what the models of an environment take together.

    Args:
        bundle: the environment.
        backends: where its routes lead; what the project says when None.
    """
    routed = (route.backend for route in bundle.routes) if backends is None else backends
    single = {one for name in routed for one in members(bundle.resources, name) or (name,)}
    facts = [bundle.backends.get(name) for name in sorted(single)]
    return Ceiling(_sum(facts, "tpm"), _sum(facts, "rpm"), bundle.oversubscription)


def members(resources: Resources, backend: str) -> tuple[str, ...]:
    """Return the ids of a pool's members; nothing for a backend that is none."""
    resource = resources.get(f"backends/{backend}")
    pool = None if resource is None else cast("Mapping[str, object] | None", resource.properties.get("pool"))
    services = cast("list[Mapping[str, str]]", pool.get("services", [])) if pool else []
    return tuple(service["id"].rsplit("/", 1)[-1] for service in services)


def declared_callers(bundle: Bundle) -> Mapping[str, int]:
    """Return how many subscriptions the project itself gives each tier."""
    return {
        tier.name: sum(len(caller.subscriptions) for caller in bundle.callers if caller.product in tier.products)
        for tier in bundle.tiers
    }


def _sum(facts: Iterable[BackendFacts | None], what: str) -> int | None:
    """Add up what backends take; None when there is none, or one does not say."""
    values = [None if fact is None else fact.capacity.get(what) for fact in facts]
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
