"""Where prompts go: the region of each backend against that of the service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.project.capacity import members
from apim_ai.project.findings import is_same_region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.project import Bundle

__all__ = ["RegionHop", "region_hops"]


@dataclass(frozen=True, slots=True)
class RegionHop:
    """From the service to one backend.

    Args:
        backend: its id.
        region: where it runs; None where nobody says so.
        service_region: where the service runs; None where nobody says so.
        crosses: whether prompts leave the service's region; None where that cannot be said.
        pools: the pools through which requests come to it.
        note: what the project says about it.
    """

    backend: str
    region: str | None
    service_region: str | None
    crosses: bool | None
    pools: tuple[str, ...]
    note: str | None


def region_hops(bundle: Bundle) -> tuple[RegionHop, ...]:
    """Return a hop for each backend of an environment that is no pool, those into other regions first."""
    pools = {name: members(bundle.resources, name) for name in bundle.backends}
    found = [_hop(bundle, name, pools) for name in bundle.backends if not pools[name]]
    return tuple(sorted(found, key=lambda hop: (not hop.crosses, hop.backend)))


def _hop(bundle: Bundle, name: str, pools: Mapping[str, tuple[str, ...]]) -> RegionHop:
    facts, own = bundle.backends[name], bundle.target.region
    crosses = not is_same_region(facts.region, own) if facts.region and own else None
    through = tuple(pool for pool, backends in pools.items() if name in backends)
    return RegionHop(name, facts.region, own, crosses, through, facts.residency_note)
