"""`apim-ai up`: the local gateway and control plane."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from apim_ai.cli.misbehaviour import (
    Busy,
    CrashAfter,
    Eventual,
    Fail,
    Latency,
    LroPolls,
    Policies,
    ReadOnly,
    Sku,
    Throttle,
)

if TYPE_CHECKING:
    from apim_ai.arm import Options
    from apim_ai.config.instance import Instance

__all__ = ["up"]


def up(
    gateway_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the gateway; 0 picks a free one.")
    ] = 8080,
    control_plane_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the control plane; 0 picks a free one.")
    ] = 8081,
    state: Annotated[Path, typer.Option(help="Directory of the state.")] = Path(".apim-ai/state"),
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="Form of the ready line.")] = "text",
    setting: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A named setting of the gateway; may be repeated.")
    ] = None,
    opentelemetry: Annotated[
        bool, typer.Option("--opentelemetry", help="Send spans and metrics by OTLP (OTEL_EXPORTER_OTLP_ENDPOINT).")
    ] = False,
    latency: Latency = 0.0,
    lro_polls: LroPolls = 1,
    fail: Fail = None,
    throttle: Throttle = None,
    eventual: Eventual = 0.0,
    busy: Busy = False,
    readonly: ReadOnly = False,
    crash_after: CrashAfter = None,
    sku: Sku = None,
    policies: Policies = "service",
) -> None:
    """Run the local gateway and an ARM-compatible control plane on 127.0.0.1, until Ctrl-C or SIGTERM.

    \b
    Examples:
      apim-ai up
      apim-ai up --gateway-port 0 --control-plane-port 0 --format json
      apim-ai up --setting gateway.flavor=v2 --fail 429:5% --latency 0.2
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.arm import Options, parse_failure, parse_throttle
    from apim_ai.config import GatewaySettings, parse_assignments
    from apim_ai.local import UpOptions, serve

    behaviour: Options = Options(
        latency_seconds=latency,
        polls=lro_polls,
        failures=tuple(parse_failure(text) for text in fail or ()),
        throttle=parse_throttle(throttle) if throttle else None,
        stale_seconds=eventual,
        is_busy=busy,
        is_read_only=readonly,
        crash_after=crash_after,
    )
    options = UpOptions(
        gateway_port=gateway_port,
        control_plane_port=control_plane_port,
        state=state,
        settings=GatewaySettings.of(parse_assignments(setting or [])),
        behaviour=behaviour,
        sku=sku,
        policy_style=policies,
        environ=os.environ,
        opentelemetry=opentelemetry,
    )
    serve(options, lambda instance: _say(instance, is_json=output == "json"))


def _say(instance: Instance, *, is_json: bool) -> None:
    """Print the ready line."""
    if is_json:
        ready = {
            "event": "ready",
            "gateway": instance.gateway,
            "control_plane": instance.control_plane,
            "inspector": instance.inspector,
            "service": instance.service,
            "token": instance.token,
        }
        typer.echo(json.dumps(ready))
        return
    typer.echo(f"gateway        {instance.gateway}")
    typer.echo(f"control plane  {instance.control_plane}")
    typer.echo(f"inspector      {instance.inspector}#token={instance.token}")
    typer.echo("Ready. Press Ctrl-C to stop; 'apim-ai deploy --env local' brings a project here.")
