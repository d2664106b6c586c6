"""Routes in operation: send a model to another backend, without a deployment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.deploy.live import route_of
from apim_ai.errors import UsageError
from apim_ai.ops.named_values import NamedValues
from apim_ai.ops.tier.audit import Audit, Note
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apim_ai.deploy.service import Service
    from apim_ai.ops.tier.switch import Rules

__all__ = ["Move", "RoutePlan", "RouteState", "Routes"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RouteState:
    """Where a model goes: the configured backend, and the one that an operator chose instead."""

    name: str
    backend: str
    override: str | None = None

    @property
    def effective(self) -> str:
        """The backend that requests go to now."""
        return self.override or self.backend


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """What would change: the only write is that of a named value.

    Args:
        route: the model's route.
        before: the backend that requests go to.
        after: the one that they would go to.
    """

    route: str
    before: str
    after: str

    @property
    def named_value(self) -> str:
        """The named value that holds the backend."""
        return f"route-{self.route}-backend"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.before == self.after


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
    """The routes of a service, read once; make a new one to see what others did since.

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
    def _values(self) -> NamedValues:
        return NamedValues(self.service)

    @cached_property
    def audit(self) -> Audit:
        """What operators did so far."""
        return Audit(self.stack, self._values.by_name.values())

    def all(self) -> tuple[RouteState, ...]:
        """Return every route that the service has."""
        names = {name: route_of(name) for name in sorted(self._values.by_name)}
        return tuple(self._state(route, self._values.value(name)) for name, route in names.items() if route)

    def _state(self, route: str, actual: str) -> RouteState:
        configured = self.configured.get(route, actual)
        return RouteState(route, configured, None if actual == configured else actual)

    def plan(self, name: str, backend: str, rules: Rules) -> RoutePlan:
        """Return what sending a model to a backend would change; nothing is written.

        Args:
            name: the route.
            backend: one that the service has.
            rules: what the operator must keep to.

        Raises:
            UsageError: there is no such route or backend, or a reason is wanted.
        """
        rules.require_reason()
        routes = {route.name: route for route in self.all()}
        _require("route", name, routes)
        backends = (entity.id.rsplit("/", 1)[-1] for entity in self.service.list(kinds.find("backend")))
        _require("backend", backend, sorted(backends))
        return RoutePlan(name, routes[name].effective, backend)

    def execute(self, plan: RoutePlan, rules: Rules) -> Move:
        """Do what a plan says and note who did it; a plan without a change writes nothing."""
        begin = time.perf_counter()
        if not plan.is_empty:
            self._values.put(plan.named_value, plan.after)
        seen = self.is_current()
        seconds = time.perf_counter() - begin
        if not plan.is_empty:
            at = self.now().isoformat(timespec="seconds")
            note = Note(at, rules.by, f"route {plan.route}", plan.before, plan.after, None, rules.reason)
            self.audit.add([note], self.service)
        return Move(plan.route, plan.before, plan.after, rules.by, rules.reason, seen, seconds)


def _require(what: str, name: str, known: Iterable[str]) -> None:
    """Make sure that a name is among those that the service has.

    Raises:
        UsageError: it is not.
    """
    names = list(known)
    if name not in names:
        close = get_close_matches(name, names, 1)
        help_ = f'did you mean "{close[0]}"?' if close else f"known: {', '.join(names) or 'none; deploy first'}"
        raise UsageError(f'the service has no {what} "{name}"', help=help_)
