"""`Gateway`: resources in, exchanges out."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from apim_ai.clock import SystemClock
from apim_ai.config import GatewaySettings
from apim_ai.expression.context import Context, Deployment
from apim_ai.gateway.backends import ARRIVED_BODY, ARRIVED_HOST
from apim_ai.gateway.configuration import Configuration
from apim_ai.gateway.documents import Compiler
from apim_ai.gateway.pipeline import answer
from apim_ai.gateway.server import Application
from apim_ai.gateway.units import Sinks, Units
from apim_ai.message import Body
from apim_ai.runtime import Exchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.clock import Clock
    from apim_ai.gateway.units import Unit
    from apim_ai.message import Request, Response
    from apim_ai.resource import Resources
    from apim_ai.runtime import Wire
    from apim_ai.runtime.services import EventSink, Identity, MetricSink

__all__ = ["Gateway"]

_IDS = Random()  # noqa: S311 - names of requests, not secrets; the system's own source is a system call
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_IDS.seed)


class Gateway:
    """A local API Management gateway.

    Args:
        resources: the ARM-shaped configuration, its only input.
        settings: the named settings for what Azure leaves open.
        clock: time; the machine's by default.
        wire: what sends requests to backends; over sockets by default.
        identity: tokens of managed identities; by default what the setting `mi.source` says.
        deployment: what `context.Deployment` shows.
        metrics: where custom metrics go.
        events: where events of `log-to-eventhub` go.
        seed: for weighted random selections and jitter.
        compiler: shares compiled documents with other gateways of the same settings, as policy cases do.
        on_finished: told of each exchange when its response was sent to its end, or broke off.
        checks_backends: whether a document that names a backend which is not there is refused at once, as the service
            does, or when the policy is reached.

    Attributes:
        detailed: whether traces tell which variables and headers each policy changed; costs some microseconds a policy.
        asgi: the gateway as an ASGI application, for uvicorn or httpx's ASGI transport.

    Raises:
        DocumentError: policy documents that cannot run, all of them together.
    """

    def __init__(
        self,
        resources: Resources,
        *,
        settings: GatewaySettings | None = None,
        clock: Clock | None = None,
        wire: Wire | None = None,
        identity: Identity | None = None,
        deployment: Deployment | None = None,
        metrics: MetricSink | None = None,
        events: EventSink | None = None,
        seed: int = 0,
        compiler: Compiler | None = None,
        on_finished: Callable[[Exchange], None] | None = None,
        checks_backends: bool = True,
    ) -> None:
        self.settings = settings or GatewaySettings()
        self.on_finished = on_finished
        self.detailed = False
        self._clock = clock or SystemClock()
        self._compiler = compiler or Compiler(self.settings)
        self._configuration = Configuration(
            resources, self.settings, self._compiler, self._clock, checks_backends=checks_backends
        )
        self._wire = wire or _default_wire()
        sinks = Sinks(identity, metrics, events)
        self._units = Units(self._configuration, self.settings, self._clock, self._wire, sinks, seed)
        base = deployment or Deployment()
        self.asgi = Application(self)
        self._deployments = {
            unit.region: replace(base, region=unit.region) if unit.region else base for unit in self._units.all
        }

    # --- configuration --------------------------------------------------------------------------------------------

    def reload(self, resources: Resources) -> None:
        """Serve another configuration from the next request on.

        Requests on their way end under the old one; counters, caches and breakers stay. Only documents whose text or
        named values changed are compiled.

        Raises:
            DocumentError: it cannot be served; the old configuration stays.
        """
        configuration = Configuration(resources, self.settings, self._compiler, self._clock, self._configuration)
        self._configuration = configuration
        self._units.use(configuration)
        if configuration.counts_tokens:
            self._units.all[0].services.tokens.warm()

    def redact(self, text: str) -> str:
        """Return a text without the secrets of the configuration."""
        return self._configuration.redactor.redact(text)

    def backend_states(self) -> list[dict[str, Any]]:
        """Return how each backend is doing, as JSON values without secrets: circuit, failures, place in pools."""
        from apim_ai.gateway.health import backend_states  # noqa: PLC0415 - only where somebody looks

        states = backend_states(self._configuration.backends, self._units.all, self._clock.monotonic(), self.settings)
        return [{**state, "url": self.redact(state["url"])} if state.get("url") else state for state in states]

    async def aclose(self) -> None:
        """Close the connections to backends."""
        close = getattr(self._wire, "aclose", None)
        if close is not None:
            await close()

    # --- requests -------------------------------------------------------------------------------------------------

    async def handle(self, request: Request) -> Exchange:
        """Run a request through the gateway.

        Args:
            request: the request as it arrived; the exchange takes it over.

        Returns:
            The exchange. `exchange.response` is never None; its body streams, and whoever takes it reads it to its end
            or discards it. `exchange.unsupported` tells of a policy that the local gateway does not run.
        """
        configuration = self._configuration
        exchange = self._begin(request, self._units.next())
        try:
            await answer(exchange, configuration)
        except BaseException:
            configuration.redactor.redact_trace(exchange.trace)
            await self._abandon(exchange)
            raise
        _leave(exchange)
        configuration.redactor.redact_trace(exchange.trace)
        self._watch_end(exchange)
        return exchange

    def _begin(self, request: Request, unit: Unit) -> Exchange:
        now = self._clock.now
        context = Context(
            request,
            deployment=self._deployments[unit.region],
            request_id=_new_id(),
            timestamp=now(),
            now=now,
        )
        exchange = Exchange(context, unit.services, self.settings)
        exchange.trace.is_detailed = self.detailed
        exchange.private[ARRIVED_BODY] = request.body
        exchange.private[ARRIVED_HOST] = request.headers.get("Host")
        return exchange

    async def _abandon(self, exchange: Exchange) -> None:
        """Clean up after an exchange that nobody waits for any more."""
        exchange.note("ClientConnectionFailure: the caller went away")
        response = exchange.response
        if response is not None and response.body is not None:
            with suppress(Exception, asyncio.CancelledError):
                await response.body.discard()
        if not exchange.received:
            for listener in exchange.on_failed:
                listener()
        self._finish(exchange)

    def _watch_end(self, exchange: Exchange) -> None:
        response = exchange.context.response
        body = None if response is None else response.body
        if body is None:
            self._finish(exchange)
        else:
            body.tap(_End(self._finish, exchange))

    def _finish(self, exchange: Exchange) -> None:
        if self.on_finished is not None:
            self.on_finished(exchange)
        exchange.private.clear()  # what policies keep there knows its exchange: a cycle, were it to stay


class _End:
    """Tells a listener when the last of a response has passed."""

    __slots__ = ("_exchange", "_listener")

    def __init__(self, listener: Callable[[Exchange], None], exchange: Exchange) -> None:
        self._listener = listener
        self._exchange = exchange

    def chunk(self, data: bytes, /) -> None:
        """Let the content pass."""

    def end(self, *, complete: bool) -> None:  # noqa: ARG002 - both ends are one here
        """Tell the listener."""
        self._listener(self._exchange)


def _leave(exchange: Exchange) -> None:
    """Tell the listeners of policies that the response leaves now."""
    if not exchange.received:
        for failed in exchange.on_failed:
            failed()
    response = exchange.context.response
    if response is not None:
        if response.body is not None and response.body.consumed:
            _empty(response, response.body)
        for leaving in exchange.on_leaving:
            leaving(response)
    # listeners know their exchange: without them it is freed at once, not by the garbage collector
    for listeners in (exchange.on_received, exchange.before_outbound, exchange.on_leaving, exchange.on_failed):
        listeners.clear()


def _empty(response: Response, consumed: Body) -> None:
    """Send nothing where an expression has read the body without `preserveContent`; whoever counts it still sees it."""
    consumed.finish_unsent()
    response.body = Body(b"")
    response.headers.remove("Content-Length")


def _new_id() -> str:
    """Return a random GUID, as `uuid4` does at a third of the price."""
    text = f"{_IDS.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _default_wire() -> Wire:
    from apim_ai.gateway.wire import HttpWire  # noqa: PLC0415 - heavy, and not needed where a wire is handed in

    return HttpWire()
