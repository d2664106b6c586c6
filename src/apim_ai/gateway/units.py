"""The gateway's units and regions: one bundle of services each, and whose turn it is.

Settings `gateway.regions` and `gateway.units`: counters of limits and internal caches exist once for each region,
breakers, pool turns and concurrency once for each unit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING, cast

from apim_ai.gateway.backends import BackendService, UnitState
from apim_ai.gateway.caches import MemoryResponseCache, MemoryValueCache
from apim_ai.gateway.concurrency import MemoryConcurrency
from apim_ai.gateway.counters import MemoryCounters
from apim_ai.gateway.events import KeptEvents
from apim_ai.gateway.identity import identity_of
from apim_ai.gateway.metrics import MemoryMetrics
from apim_ai.gateway.openid import OpenIdKeys
from apim_ai.gateway.outgoing import LimitedWire
from apim_ai.gateway.tokenizer import ModelTokenCounter
from apim_ai.runtime import Services

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.clock import Clock
    from apim_ai.config import GatewaySettings
    from apim_ai.gateway.configuration import Configuration
    from apim_ai.runtime import Wire
    from apim_ai.runtime.services import (
        Concurrency,
        EventSink,
        Identity,
        Liquid,
        MetricSink,
        SchemaChecker,
        TokenVerifier,
        VectorCache,
    )

__all__ = ["Sinks", "Unit", "Units"]


@dataclass(frozen=True, slots=True)
class Sinks:
    """What the gateway's maker may hand in; what is None is made."""

    identity: Identity | None = None
    metrics: MetricSink | None = None
    events: EventSink | None = None


@dataclass(slots=True)
class Unit:
    """One gateway instance.

    Args:
        region: its region's name, empty for the only one.
        state: what it remembers of its backends.
        services: what its exchanges use; replaced as a whole when the configuration changes.
    """

    region: str
    state: UnitState
    services: Services


class Units:
    """All units; requests go to them in turn.

    Args:
        configuration: the first configuration.
        settings: the named settings.
        clock: the gateway's clock.
        wire: what sends requests.
        sinks: services that were handed in.
        seed: for random selections and jitter.
    """

    def __init__(
        self,
        configuration: Configuration,
        settings: GatewaySettings,
        clock: Clock,
        wire: Wire,
        sinks: Sinks,
        seed: int,
    ) -> None:
        self._settings = settings
        self._seed = seed
        shared = self._shared(configuration, clock, LimitedWire(wire), sinks)
        by_scope: dict[object, Concurrency] = {}
        units: list[Unit] = []
        regions = {region: self._region(shared) for region in settings.gateway_regions}
        for number in range(settings.gateway_units):
            for region, services in regions.items():
                scope = {"unit": (region, number), "region": region, "service": None}[settings.concurrency_scope]
                concurrency = by_scope.setdefault(scope, MemoryConcurrency())
                units.append(self._unit(region, number, replace(services, concurrency=concurrency), configuration))
        self.all = tuple(units)
        self._turns = cycle(self.all)
        self.only = self.all[0] if len(self.all) == 1 else None

    def next(self) -> Unit:
        """Return the unit whose turn it is."""
        return self.only or next(self._turns)

    def use(self, configuration: Configuration) -> None:
        """Let all units serve another configuration; what they remember stays."""
        for unit in self.all:
            unit.services = _with(unit.services, configuration, unit.state)

    def _unit(self, region: str, number: int, services: Services, configuration: Configuration) -> Unit:
        random = Random(f"{self._seed}/{region}/{number}")  # noqa: S311 - turns, not secrets
        state = UnitState(random if self._settings.pool_selection == "random" else None)
        return Unit(region, state, _with(replace(services, random=random), configuration, state))

    def _region(self, shared: Services) -> Services:
        return replace(
            shared,
            counters=MemoryCounters(self._settings.gateway_flavor),
            values=MemoryValueCache(shared.clock),
            responses=MemoryResponseCache(shared.clock),
        )

    def _shared(self, configuration: Configuration, clock: Clock, wire: Wire, sinks: Sinks) -> Services:
        settings = self._settings
        return Services(
            clock=clock,
            random=Random(self._seed),  # noqa: S311 - turns, not secrets
            wire=wire,
            backends=BackendService({}, UnitState()),
            fragments=configuration,
            catalog=configuration,
            counters=MemoryCounters(settings.gateway_flavor),
            concurrency=MemoryConcurrency(),
            identity=sinks.identity or identity_of(settings, wire, clock, {}),
            key_source=OpenIdKeys(wire, clock, settings),
            verifier=cast("TokenVerifier", _Lazy(_verifier)),
            values=MemoryValueCache(clock),
            responses=MemoryResponseCache(clock),
            vectors=cast("VectorCache", _Lazy(lambda: _vectors(clock))),
            tokens=ModelTokenCounter(settings.token_limit_tokenizer),
            metrics=sinks.metrics or MemoryMetrics(),
            events=sinks.events or KeptEvents(),
            schemas=cast("SchemaChecker", _Lazy(_schemas)),
            liquid=cast("Liquid", _Lazy(_liquid)),
        )


def _with(services: Services, configuration: Configuration, state: UnitState) -> Services:
    backends = BackendService(configuration.backends, state)
    return replace(services, backends=backends, fragments=configuration, catalog=configuration)


class _Lazy:
    """Stands for a service that is made on first use: what costs memory and start-up time is only paid where needed."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self._made, name)
        setattr(self, name, found)  # the next look-up no longer comes here
        return found

    @cached_property
    def _made(self) -> object:
        return self._make()


def _verifier() -> object:
    from apim_ai.gateway.jwt import JoseVerifier  # noqa: PLC0415 - joserfc and cryptography: 60 ms

    return JoseVerifier()


def _schemas() -> object:
    from apim_ai.gateway.schemas import JsonSchemas  # noqa: PLC0415 - few documents check schemas

    return JsonSchemas()


def _liquid() -> object:
    from apim_ai.gateway.liquid import LiquidTemplates  # noqa: PLC0415 - python-liquid: 100 ms

    return LiquidTemplates()


def _vectors(clock: Clock) -> object:
    from apim_ai.gateway.vectors import MemoryVectorCache  # noqa: PLC0415 - numpy: 20 MiB and 100 ms

    return MemoryVectorCache(clock)
