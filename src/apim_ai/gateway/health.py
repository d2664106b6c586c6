"""How each backend is doing, for people: its circuit on every unit, what counts against it, its place in pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.gateway.breaker import failures_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.config import GatewaySettings
    from apim_ai.gateway.backend_entity import BackendEntity
    from apim_ai.gateway.units import Unit

__all__ = ["backend_states"]


def backend_states(
    entities: Mapping[str, BackendEntity], units: Iterable[Unit], now: float, settings: GatewaySettings
) -> list[dict[str, Any]]:
    """Return the state of each backend entity as JSON values, by name.

    `circuit` is `closed` or `open`, `partly open` where units differ, and `none` for a backend without a breaker; that
    of a pool is what its members leave to it. URLs come without their query, which may hold credentials.

    Args:
        entities: the backend entities by name in lower case.
        units: the gateway's units, which each have circuits of their own.
        now: seconds of the gateway's monotonic clock.
        settings: how breakers count.
    """
    pools = [entity for entity in entities.values() if entity.is_pool]
    units = tuple(units)
    states = {
        name: _single(entity, pools, units, now, settings) for name, entity in entities.items() if not entity.is_pool
    }
    states |= {pool.id.lower(): _pool(pool, states) for pool in pools}
    return [states[name] for name in sorted(states)]


def _single(
    entity: BackendEntity,
    pools: Iterable[BackendEntity],
    units: tuple[Unit, ...],
    now: float,
    settings: GatewaySettings,
) -> dict[str, Any]:
    seen = [_on_unit(entity, unit, now, settings) for unit in units]
    rule = entity.rule
    return {
        "id": entity.id,
        "type": entity.info.type,
        "url": None if entity.url is None else f"{entity.url.scheme}://{entity.url.authority}{entity.url.path}",
        "circuit": "none" if rule is None else _together([each["circuit"] for each in seen]),
        "failures": sum(each["failures"] for each in seen),
        "trips_at": None if rule is None else {"count": rule.count, "percentage": rule.percentage},
        "interval": None if rule is None else rule.interval,
        "closes_in": max(each["closes_in"] for each in seen),
        "pools": [pool.id for pool in pools if entity.id.lower() in _member_ids(pool)],
        "units": seen,
    }


def _on_unit(entity: BackendEntity, unit: Unit, now: float, settings: GatewaySettings) -> dict[str, Any]:
    circuit = unit.state.circuit(entity)
    return {
        "region": unit.region,
        "circuit": "open" if circuit.is_open(now) else "closed",
        "failures": 0 if entity.rule is None else failures_at(circuit, entity.rule, now, settings),
        "closes_in": round(max(0.0, circuit.open_until - now), 3),
    }


def _pool(pool: BackendEntity, states: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    members = [
        {
            "id": member.backend_id,
            "priority": member.priority,
            "weight": member.weight,
            "circuit": states.get(member.backend_id.lower(), {}).get("circuit", "none"),
        }
        for member in sorted(pool.members, key=lambda member: (member.priority, member.backend_id))
    ]
    circuits = ["closed" if member["circuit"] == "none" else str(member["circuit"]) for member in members]
    return {"id": pool.id, "type": pool.info.type, "circuit": _together(circuits), "members": members}


def _member_ids(pool: BackendEntity) -> set[str]:
    return {member.backend_id.lower() for member in pool.members}


def _together(circuits: list[str]) -> str:
    """Return the state of several circuits as one word."""
    words = set(circuits)
    return words.pop() if len(words) == 1 else "partly open" if words else "none"
