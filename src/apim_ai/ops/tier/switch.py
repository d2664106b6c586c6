"""Change tiers while the gateway runs."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.deploy.live import FOREVER, LIMITS, route_of, ticks_of
from apim_ai.errors import Refused, UsageError
from apim_ai.ops.named_values import NamedValues
from apim_ai.ops.tier.audit import Audit, Note
from apim_ai.ops.tier.state import Limits, TierState, find_tier, read_tiers
from apim_ai.project.capacity import Ceiling
from apim_ai.resource import kinds
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apim_ai.deploy.service import Entity, Service

__all__ = ["Assignment", "Rules", "Switch", "Tiers"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Switch:
    """A tier that was switched.

    Args:
        tier: its name.
        before: the limits that were in force.
        after: those that are now.
        until: when they end by themselves.
        by: who switched.
        reason: why.
        seen_by_gateway: whether the gateway was seen to serve it; None when nobody can look.
        seconds: from the call to the answer.
        warnings: what the operator should think over, such as more promised to all callers than the backends take.
    """

    tier: str
    before: Limits
    after: Limits
    until: datetime | None
    by: str
    reason: str | None
    seen_by_gateway: bool | None
    seconds: float
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """A caller that was moved, blocked or let in again; `before` and `after` are tiers or states."""

    subscription: str
    before: str | None
    after: str
    seen_by_gateway: bool | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operator must keep to.

    Args:
        by: who turns the limits.
        reason: why.
        needs_reason: whether this environment wants one.
        force: do what the guard rails forbid.
    """

    by: str
    reason: str | None = None
    needs_reason: bool = False
    force: bool = False

    def require_reason(self) -> None:
        """Make sure that a reason is given where one is wanted.

        Raises:
            UsageError: it is not.
        """
        if self.needs_reason and not (self.reason or "").strip():
            raise UsageError("this environment wants a reason for every change", help='pass --reason "…"')


@dataclass(frozen=True)
class Tiers:
    """The tiers of a service, read once; make a new one to see what others did since.

    Args:
        service: the control plane.
        stack: the project's name.
        products: the products that give each tier.
        is_current: tells whether the gateway serves what the control plane has.
        now: tells the time.
        ceiling: tells what the models take together, from the backends that routes lead to; None for what the
            project says.
    """

    service: Service
    stack: str
    products: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    is_current: Callable[[], bool | None] = lambda: None
    now: Callable[[], datetime] = _now
    ceiling: Callable[[Iterable[str] | None], Ceiling] = lambda _: Ceiling()

    @cached_property
    def _values(self) -> NamedValues:
        return NamedValues(self.service)

    @cached_property
    def _subscriptions(self) -> tuple[Entity, ...]:
        return self.service.list(kinds.find("subscription"))

    @cached_property
    def audit(self) -> Audit:
        """What operators did so far."""
        return Audit(self.stack, self._values.by_name.values())

    def all(self) -> tuple[TierState, ...]:
        """Return every tier with its limits, override and callers."""
        return read_tiers(self._values.by_name.values(), self._subscriptions, self.products, self.now())

    def show(self, name: str) -> TierState:
        """Return one tier.

        Raises:
            UsageError: there is none of that name.
        """
        return find_tier(self.all(), name)

    def set(self, name: str, limits: Limits, lasting: timedelta | None, rules: Rules) -> Switch:
        """Lay limits over the configured ones of a tier.

        Args:
            name: the tier.
            limits: new values; a limit that is not named keeps the value that is in force.
            lasting: how long they hold; None until somebody ends it.
            rules: what the operator must keep to.

        Raises:
            UsageError: there is no such tier, or nothing to change.
            Refused: a guard rail forbids it.
        """
        if not limits:
            raise UsageError("nothing to set", help="give --tpm, --rps or --quota")
        return self._switched({name: limits}, lasting, rules)[0]

    def check(self, wanted: Mapping[str, Limits], rules: Rules) -> None:
        """Make sure, before anybody is asked, that a switch will not be refused.

        Args:
            wanted: new limits by tier.
            rules: what the operator must keep to.

        Raises:
            UsageError: a tier that is not there, a value that is no limit, or a reason is missing.
            Refused: a guard rail forbids it.
        """
        rules.require_reason()
        tiers = self._tiers()
        for name, limits in wanted.items():
            find_tier(tiers, name)
            _guard(limits, rules, self.capacity)

    def reset(self, names: Iterable[str], rules: Rules) -> tuple[Switch, ...]:
        """End the overrides of tiers, so that the configured limits hold again."""
        return self._switched(dict.fromkeys(names), None, rules)

    def profile(self, profile: Mapping[str, Limits], lasting: timedelta | None, rules: Rules) -> tuple[Switch, ...]:
        """Switch several tiers at once; a profile without tiers ends all overrides."""
        if not profile:
            return self.reset([tier.name for tier in self._tiers() if tier.override is not None], rules)
        return self._switched(dict(profile), lasting, rules)

    def assign(self, subscription: str, tier: str, rules: Rules) -> Assignment:
        """Move a caller to the product that gives a tier.

        Raises:
            UsageError: there is no such subscription or tier, or no product gives it.
            Refused: a reason is wanted.
        """
        find_tier(self._tiers(), tier)
        products = self.products.get(tier, ())
        if not products:
            raise UsageError(f'no product gives the tier "{tier}"')
        entity = self._subscription(subscription)
        before = self._tier_of(entity)
        return self._changed(entity, {"scope": f"/products/{products[0]}"}, before, tier, rules)

    def block(self, subscription: str, rules: Rules, *, blocked: bool = True) -> Assignment:
        """Shut one caller out at once, or let it in again."""
        entity = self._subscription(subscription)
        state = "suspended" if blocked else "active"
        return self._changed(entity, {"state": state}, str(entity.properties.get("state")), state, rules)

    def _tiers(self) -> tuple[TierState, ...]:
        return read_tiers(self._values.by_name.values(), (), {}, self.now())

    def _switched(
        self, wanted: Mapping[str, Limits | None], lasting: timedelta | None, rules: Rules
    ) -> tuple[Switch, ...]:
        """Write overrides: first the limits, then their end, so that no half of them is ever in force."""
        begin = time.perf_counter()
        self.check({name: limits or {} for name, limits in wanted.items()}, rules)
        tiers = self._tiers()
        before = {name: find_tier(tiers, name) for name in wanted}
        until = None if lasting is None else self.now() + lasting
        after = {name: self._after(before[name], limits) for name, limits in wanted.items()}
        laid = [name for name, limits in wanted.items() if limits is not None]
        self._write({f"tier-{name}-override-{limit}": value for name in laid for limit, value in after[name].items()})
        ends = {name: ticks_of(until or FOREVER) if name in laid else 0 for name in wanted}
        self._write({f"tier-{name}-until": end for name, end in ends.items()})
        seen = self.is_current()
        seconds = time.perf_counter() - begin
        stop = {name: until if name in laid else None for name in wanted}
        self.audit.add(
            [self._note(f"tier {n}", before[n].effective, after[n], stop[n], rules) for n in wanted], self.service
        )
        warnings = self._crowded(after)
        return tuple(
            Switch(
                name, before[name].effective, after[name], stop[name], rules.by, rules.reason, seen, seconds, warnings
            )
            for name in wanted
        )

    @cached_property
    def capacity(self) -> Ceiling:
        """What the models take that routes lead to now."""
        values = self._values.by_name
        return self.ceiling([self._values.value(name) for name in sorted(values) if route_of(name)] or None)

    def _crowded(self, changed: Mapping[str, Limits], moved: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Say whether all callers together may now use up more than there is; asked when the change is in force.

        Args:
            changed: the limits in force of tiers that were switched.
            moved: scopes of subscriptions that were moved, by id.
        """
        if self.capacity.is_unknown:
            return ()
        scopes = moved or {}
        subscriptions = [
            replace(
                found, properties={**found.properties, "scope": scopes.get(found.id, found.properties.get("scope"))}
            )
            for found in self._subscriptions
        ]
        tiers = read_tiers(self._values.by_name.values(), subscriptions, self.products, self.now())
        return self.capacity.crowded((changed.get(tier.name, tier.effective), tier.callers) for tier in tiers)

    def _after(self, tier: TierState, limits: Limits | None) -> Limits:
        return tier.limits if limits is None else {**tier.effective, **limits}

    def _write(self, values: Mapping[str, int]) -> None:
        """Put the named values that are not so already, all at once."""
        missing = [name for name in values if name not in self._values.by_name]
        if missing:
            raise Refused(f'the service has no named value "{missing[0]}"', help="deploy the project first")
        changed = {name: str(value) for name, value in values.items() if self._values.value(name) != str(value)}
        if changed:
            with ThreadPoolExecutor(min(8, len(changed)), "apim-ai-tier") as pool:
                list(pool.map(self._values.put, changed, changed.values()))

    def _subscription(self, name: str) -> Entity:
        for entity in self._subscriptions:
            if name.lower() in {
                entity.id.rsplit("/", 1)[-1].lower(),
                str(entity.properties.get("displayName")).lower(),
            }:
                return entity
        raise UsageError(f'the service has no subscription "{name}"')

    def _tier_of(self, subscription: Entity) -> str | None:
        """Return the tier that a subscription's product gives, or where else the subscription reaches."""
        scope = relative_id(str(subscription.properties.get("scope", "")))
        product = scope.rpartition("/")[2] if scope.lower().startswith("products/") else None
        found = (tier for tier, products in self.products.items() if product in products)
        return next(found, product)

    def _changed(
        self, entity: Entity, change: Mapping[str, str], before: str | None, after: str, rules: Rules
    ) -> Assignment:
        rules.require_reason()
        kind = kinds.find("subscription")
        current = self.service.get(kind, entity.id) or entity
        kept = {key: item for key, item in current.properties.items() if key not in kind.added}
        self.service.put(kind, entity.id, {**kept, **change}, current.etag)
        name = entity.id.rsplit("/", 1)[-1]
        seen = self.is_current()
        self.audit.add([self._note(f"subscription {name}", before, after, None, rules)], self.service)
        warnings = self._crowded({}, {entity.id: change["scope"]}) if "scope" in change else ()
        return Assignment(name, before, after, seen, warnings)

    def _note(
        self, what: str, before: Limits | str | None, after: Limits | str, until: datetime | None, rules: Rules
    ) -> Note:
        end = until.isoformat(timespec="seconds") if until else None
        return Note(self.now().isoformat(timespec="seconds"), rules.by, what, before, after, end, rules.reason)


_LARGEST_INT32 = 2**31 - 1
_LARGEST = {"quota": 2**63 - 1}  # a token quota is a 64-bit number, tokens a minute and calls are 32-bit ones


def _guard(limits: Limits, rules: Rules, ceiling: Ceiling) -> None:
    """Refuse values that shut everybody out, that no backend takes, or that no service takes.

    Raises:
        UsageError: an unknown limit, a negative value, or one beyond what the policies can read.
        Refused: zero, or more than the backends take, which only --force may set.
    """
    for limit, value in limits.items():
        if limit not in LIMITS or not 0 <= value <= _LARGEST.get(limit, _LARGEST_INT32):
            raise UsageError(f'"{limit} {value}" is not a limit')
        if value == 0 and not rules.force:
            raise Refused(f"{limit} 0 would shut every caller of the tier out", help="--force does it nevertheless")
    above = ceiling.above(limits)
    if above and not rules.force:
        raise Refused(above, help="--force does it nevertheless")
