"""`apim-ai route`: send models to other backends."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.operation import Reason, Yes, confirm, operator, seen_words
from apim_ai.cli.ship import ControlPlane, Env, ProjectFolder, Token  # noqa: TC001 - typer evaluates annotations

if TYPE_CHECKING:
    from apim_ai.ops.route import Move, RoutePlan, Routes
    from apim_ai.project import Bundle

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Send models to other backends.")


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


Output = Annotated[Format, typer.Option("--format", help="What to print.")]


@app.command("list")
def list_(
    env: Env,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Show where each model goes: the configured backend, and the one that somebody chose instead.

    \b
    Examples:
      apim-ai route list --env prod
      apim-ai route list --env local --format json
    """  # noqa: D301 - typer's marker for text that keeps its lines
    _, routes = _open(env, project, control_plane, token)
    found = routes.all()
    if format is Format.json:
        typer.echo(json.dumps({"routes": [asdict(route) for route in found]}, indent=2))
        return 0
    for route in found:
        typer.echo(f"{route.name}: {route.backend}{f'; now {route.override}' if route.override else ''}")
    return 0


@app.command("set")
def set_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The route.")],
    backend: Annotated[str, typer.Argument(metavar="BACKEND", help="A backend or pool of the service.")],
    env: Env,
    reason: Reason = None,
    yes: Yes = False,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Send a model to another backend, effective on the next request. No policy is deployed.

    The plan is shown first and the change noted, see 'apim-ai tier history'; the answer says how to go back. 'plan'
    lists the change, and 'deploy' leaves it alone until the project itself names another backend.

    \b
    Examples:
      apim-ai route set gpt-4o aoai-payg --env prod --reason 'PTU is full'
      apim-ai route set gpt-4o aoai-payg --env local --format json
    """  # noqa: D301 - typer's marker for text that keeps its lines
    bundle, routes = _open(env, project, control_plane, token)
    rules = operator(bundle, reason)
    plan = routes.plan(name, backend, rules)
    typer.echo(_plan_line(plan), err=format is Format.json)
    if not plan.is_empty:
        confirm(bundle, f"send {name} to {backend}", yes=yes)
    move = routes.execute(plan, rules)
    back = None if plan.is_empty else _way_back(bundle, move)
    if format is Format.json:
        typer.echo(json.dumps({**asdict(move), "seconds": round(move.seconds, 3), "rollback": back}, indent=2))
    elif back is not None:
        typer.echo(f"{name}: {move.before} → {move.after}{seen_words(move.seen_by_gateway)}\nback with: {back}")
    return 0


def _plan_line(plan: RoutePlan) -> str:
    if plan.is_empty:
        return f"nothing to do: {plan.route} goes to {plan.after} already"
    return f"plan: update namedValues/{plan.named_value}: {plan.before} → {plan.after}; no policy is deployed"


def _way_back(bundle: Bundle, move: Move) -> str:
    reason = " --reason 'way back'" if bundle.production else ""
    return f"apim-ai route set {move.route} {move.before} --env {bundle.env}{reason}"


def _open(env: str, project: str, control_plane: str | None, token: str | None) -> tuple[Bundle, Routes]:
    from apim_ai.cli.service import connect, load
    from apim_ai.ops.route import Routes
    from apim_ai.ops.tier.seen import GatewayState

    _, bundle = load(project, env)
    connection = connect(bundle, control_plane, token)
    state = GatewayState(connection.target.url, lambda: connection.gateway)
    configured = {route.name: route.backend for route in bundle.routes}
    return bundle, Routes(connection.client, bundle.stack, configured, state.is_current)
