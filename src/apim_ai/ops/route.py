"""Routes in operation: send a model to another backend, without a deployment."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.deploy.live import display_name
from apim_ai.errors import UsageError
from apim_ai.ops.tier.audit import Audit, Note
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apim_ai.deploy.service import Entity, Service
    from apim_ai.ops.tier.switch import Rules

__all__ = ["Move", "RouteState", "Routes"]

_NAME = re.compile(r"route-(?P<route>.+)-backend\Z")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RouteState:
    """Where a model goes: the configured backend, and the one that an operator chose instead."""

    name: str
    backend: str
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A model that was sent elsewhere.

    Args:
        route: its name.
        before: the former backend, which is what leads back.
        after: the new one.
        by: who moved it.
        reason: why.
        seen_by_gateway: whether the gateway was seen to serve it; None when nobody can look.
        seconds: from the call to the answer.
    """

    route: str
    before: str
    after: str
    by: str
    reason: str | None
    seen_by_gateway: bool | None
    seconds: float


@dataclass(frozen=True)
class Routes:
    """The routes of a service, read once.

    Args:
        service: the control plane.
        stack: the project's name.
        configured: the backend that the project says, by route.
        is_current: tells whether the gateway serves what the control plane has.
        now: tells the time.
    """

    service: Service
    stack: str
    configured: Mapping[str, str]
    is_current: Callable[[], bool | None] = lambda: None
    now: Callable[[], datetime] = _now

    @cached_property
    def _named_values(self) -> Mapping[str, Entity]:
        return {display_name(entity): entity for entity in self.service.list(kinds.find("named_value"))}

    def all(self) -> tuple[RouteState, ...]:
        """Return every route that the service has."""
        found: list[RouteState] = []
        for name in sorted(self._named_values):
            match = _NAME.match(name)
            if match:
                actual = str(self._named_values[name].properties.get("value", ""))
                configured = self.configured.get(match["route"], actual)
                found.append(RouteState(match["route"], configured, actual if actual != configured else None))
        return tuple(found)

    def set(self, name: str, backend: str, rules: Rules) -> Move:
        """Send a model to a backend.

        Args:
            name: the route.
            backend: one that the service has.
            rules: what the operator must keep to.

        Raises:
            UsageError: there is no such route or backend, or a reason is wanted.
        """
        begin = time.perf_counter()
        rules.require_reason()
        routes = {route.name: route for route in self.all()}
        if name not in routes:
            raise UsageError(f'the service has no route "{name}"', help=_hint(name, list(routes)))
        kind = kinds.find("backend")
        backends = {entity.id.rsplit("/", 1)[-1] for entity in self.service.list(kind)}
        if backend not in backends:
            raise UsageError(f'the service has no backend "{backend}"', help=_hint(backend, sorted(backends)))
        before = routes[name].override or routes[name].backend
        self._put(self._named_values[f"route-{name}-backend"], backend)
        seen = self.is_current()
        seconds = time.perf_counter() - begin
        at = self.now().isoformat(timespec="seconds")
        note = Note(at, rules.by, f"route {name}", before, backend, None, rules.reason)
        Audit(self.stack, self._named_values.values()).add([note], self.service)
        return Move(name, before, backend, rules.by, rules.reason, seen, seconds)

    def _put(self, entity: Entity, value: str) -> None:
        kind = kinds.find("named_value")
        kept = {key: item for key, item in entity.properties.items() if key not in kind.added}
        self.service.put(kind, entity.id, {**kept, "value": value})


def _hint(word: str, known: list[str]) -> str:
    close = get_close_matches(word, known, 1)
    return f'did you mean "{close[0]}"?' if close else f"known: {', '.join(known) or 'none; deploy first'}"
