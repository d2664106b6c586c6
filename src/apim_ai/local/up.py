"""Starts the local gateway and control plane, keeps them running, and ends them cleanly."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.arm import ControlPlane, Options, Store, World, validate
from apim_ai.clock import SystemClock
from apim_ai.config import GatewaySettings
from apim_ai.config.instance import DEFAULT_STATE, Instance, forget_instance, record_instance, user_directory
from apim_ai.local.inspector import InspectorPage
from apim_ai.local.reload import Reloader
from apim_ai.local.secrets import private_directory, secrets_of, token_in
from apim_ai.local.servers import HOST, Servers, bind
from apim_ai.resource import Resources

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from pathlib import Path
    from socket import socket

    from apim_ai.arm.serialise import Style
    from apim_ai.local.reload import Serving
    from apim_ai.local.telemetry import Telemetry
    from apim_ai.runtime import Exchange

    Listener = Callable[[Exchange], None]

__all__ = ["UpOptions", "running", "serve"]

_SKUS = {"classic": "Developer", "v2": "StandardV2"}


@dataclass(frozen=True, slots=True)
class UpOptions:
    """What `up` is asked for.

    Args:
        gateway_port: 0 picks a free one.
        control_plane_port: 0 picks a free one.
        state: directory of the state.
        user: the user's own state directory, None for the system's place.
        settings: how the gateway behaves where Azure leaves it open.
        behaviour: how the control plane behaves.
        policy_style: how the control plane prints policies.
        sku: the tier that the service says it has; None for one that fits the gateway's flavor.
        environ: the environment, which stands in for Key Vault.
        opentelemetry: whether spans and metrics are sent by OTLP, to where OpenTelemetry's own variables say.
        make_gateway: makes the gateway; None for the product's own.
    """

    gateway_port: int = 8080
    control_plane_port: int = 8081
    state: Path = DEFAULT_STATE
    user: Path | None = None
    settings: GatewaySettings = field(default_factory=GatewaySettings)
    behaviour: Options = field(default_factory=Options)
    policy_style: Style = "service"
    sku: str | None = None
    environ: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    opentelemetry: bool = False
    make_gateway: Callable[[Resources], Serving] | None = None


def serve(options: UpOptions, on_ready: Callable[[Instance], None]) -> None:
    """Run until SIGTERM or Ctrl-C; requests under way are answered first.

    Args:
        options: what is asked for.
        on_ready: called once when both servers accept requests.

    Raises:
        ApimAiError: a port is taken, or the state cannot be used.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(options, on_ready))


@asynccontextmanager
async def running(options: UpOptions) -> AsyncGenerator[Instance]:
    """Run the gateway and the control plane on the current event loop while the block runs.

    Raises:
        ApimAiError: a port is taken, or the state cannot be used.
    """
    async with _started(options) as (instance, _):
        yield instance


async def _serve(options: UpOptions, on_ready: Callable[[Instance], None]) -> None:
    stopped = asyncio.Event()
    async with _started(options) as (instance, servers):

        def stop() -> None:
            if stopped.is_set():  # a second signal: the first one's wait is long enough
                servers.abandon()
            stopped.set()

        _on_signals(stop)
        _calm_collector()
        on_ready(instance)
        await stopped.wait()


@asynccontextmanager
async def _started(options: UpOptions) -> AsyncGenerator[tuple[Instance, Servers]]:
    gateway_socket = bind(options.gateway_port, "--gateway-port")
    plane_socket = bind(options.control_plane_port, "--control-plane-port")
    store = None
    try:
        directory = private_directory(options.state)
        store = Store(directory / "state.db")
        token = token_in(directory)
        instance = _instance(gateway_socket, plane_socket, token)
        world = _world(store, instance, options)
        telemetry = _telemetry(options)
        gateway, inspector = _gateway(store.resources(), options, token, telemetry)
        reloader = Reloader(gateway, store, world.clock)
        reloader.refresh()  # a state that cannot be served must not keep the control plane from mending it
        store.on_change(reloader.changed)
        plane = ControlPlane(world, token=token, options=options.behaviour, beside={"/inspector": inspector})
        servers = Servers((reloader, gateway_socket), (plane, plane_socket))
        await servers.start()
        records = (directory, options.user or user_directory())
        record_instance(instance, *records)
        try:
            yield instance, servers
        finally:
            await servers.stop()
            await gateway.aclose()
            if telemetry is not None:
                await asyncio.to_thread(telemetry.close)  # it may wait for whoever collects
            forget_instance(instance, *records)
    finally:
        if store is not None:
            store.close()
        gateway_socket.close()
        plane_socket.close()


def _instance(gateway: socket, plane: socket, token: str) -> Instance:
    control_plane = f"http://{HOST}:{plane.getsockname()[1]}"
    return Instance(
        control_plane=control_plane,
        token=token,
        gateway=f"http://{HOST}:{gateway.getsockname()[1]}",
        inspector=f"{control_plane}/inspector",
        process=os.getpid(),
    )


def _world(store: Store, instance: Instance, options: UpOptions) -> World:
    return World(
        store,
        validate,
        clock=SystemClock(),
        secret_of=secrets_of(options.environ),
        gateway_url=instance.gateway or "",
        sku=options.sku or _SKUS.get(options.settings.gateway_flavor, "Developer"),
        policy_style=options.policy_style,
    )


def _telemetry(options: UpOptions) -> Telemetry | None:
    if not options.opentelemetry:
        return None
    from apim_ai.local.telemetry import exporting  # noqa: PLC0415 - an extra

    return exporting(options.environ)


def _gateway(
    resources: Resources, options: UpOptions, token: str, telemetry: Telemetry | None
) -> tuple[Serving, InspectorPage]:
    """Return a gateway that serves a state, and the page that shows what goes on in it."""
    made = None if options.make_gateway is None else options.make_gateway(resources)
    from apim_ai.gateway import Gateway, Inspector  # noqa: PLC0415 - the slowest import, after the ports are known to be free
    from apim_ai.gateway.metrics import MemoryMetrics  # noqa: PLC0415 - likewise

    if made is None:
        sink = None if telemetry is None else MemoryMetrics(on_metric=telemetry.emit)
        made = Gateway(Resources(), settings=options.settings, metrics=sink)
    gateway = made
    if not isinstance(gateway, Gateway):
        return gateway, InspectorPage(list, list, token)
    inspector = Inspector(redact=gateway.redact)
    gateway.on_finished = _each(gateway.on_finished, inspector.record)
    if telemetry is not None:
        telemetry.redact = gateway.redact
        gateway.on_finished = _each(gateway.on_finished, telemetry.record)
    return gateway, InspectorPage(inspector.exchanges, gateway.backend_states, token)


def _each(first: Listener | None, second: Listener) -> Listener:
    """Return a listener that tells both."""
    if first is None:
        return second

    def tell(exchange: Exchange) -> None:
        first(exchange)
        second(exchange)

    return tell


def _calm_collector() -> None:
    """Collect garbage less often: with Python's own thresholds a third of the work of a write is looking at old trees."""
    gc.freeze()
    gc.set_threshold(25_000, 20, 50)


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(stop))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return None
    return uvloop.new_event_loop
