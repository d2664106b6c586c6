"""Backend pools: which member takes the next request.

Source: backends page, "Load-balanced pool": the best priority group with an untripped member takes all; inside it by
weight. A plain failure never demotes a member, only a tripped breaker does.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from random import Random

    from apim_ai.config import GatewaySettings

__all__ = ["Affinity", "Member", "Selector", "affinity_of", "best_group", "members_of"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a pool: the id of its backend entity, its priority (lower is better) and weight."""

    backend_id: str
    priority: int
    weight: int


@dataclass(frozen=True, slots=True)
class Affinity:
    """Session awareness: the cookie that ties a caller to a member."""

    cookie: str

    @staticmethod
    def value(pool_id: str, member: Member) -> str:
        """Return the opaque cookie value of a member; the same on every unit and after a restart."""
        text = f"{pool_id.lower()}/{member.backend_id.lower()}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def members_of(properties: Mapping[str, Any], settings: GatewaySettings) -> tuple[Member, ...]:
    """Read the members of a pool entity's properties."""
    pool = cast("Mapping[str, Any]", properties.get("pool") or {})
    services = cast("list[Mapping[str, Any]]", pool.get("services") or [])
    return tuple(
        Member(
            relative_id(str(service.get("id") or "")).rsplit("/", 1)[-1],
            int(_given(service.get("priority"), settings.pool_default_priority)),
            int(_given(service.get("weight"), settings.pool_default_weight)),
        )
        for service in services
    )


def affinity_of(properties: Mapping[str, Any]) -> Affinity | None:
    """Read the session affinity of a pool entity's properties."""
    pool = cast("Mapping[str, Any]", properties.get("pool") or {})
    affinity = cast("Mapping[str, Any]", pool.get("sessionAffinity") or {})
    session = cast("Mapping[str, Any]", affinity.get("sessionId") or {})
    is_cookie = str(session.get("source") or "").lower() == "cookie"
    return Affinity(str(session["name"])) if is_cookie and session.get("name") else None


def _given(value: Any, default: int) -> Any:  # noqa: ANN401 - JSON
    return default if value is None else value


def best_group(members: Sequence[Member], tripped: Collection[str]) -> tuple[Member, ...]:
    """Return the members that may take a request: the untripped ones of the best priority that has any."""
    available = [member for member in members if member.backend_id not in tripped]
    best = min((member.priority for member in available), default=0)
    return tuple(member for member in available if member.priority == best)


class Selector:
    """Takes members in turn by weight: smooth weighted round robin, or at random (setting `pool.selection`)."""

    def __init__(self, random: Random | None) -> None:
        self._random = random
        self._current: dict[str, int] = {}

    def select(self, group: Sequence[Member]) -> Member:
        """Return the member of a group whose turn it is.

        Each member's current weight grows by its weight; the largest is taken and lowered by the sum. So 3:1 gives
        a, a, b, a and never three in a row of one where there is a choice.
        """
        if len(group) == 1:
            return group[0]
        total = sum([member.weight for member in group])
        least = 0 if total else 1  # all weights 0: equal ones
        if self._random is not None:
            return self._random.choices(group, [member.weight or least for member in group])[0]
        kept = self._current
        chosen, most = group[0], -(2**62)
        for member in group:
            current = kept[member.backend_id] = kept.get(member.backend_id, 0) + (member.weight or least)
            if current > most:
                chosen, most = member, current
        kept[chosen.backend_id] -= total or len(group)
        return chosen
