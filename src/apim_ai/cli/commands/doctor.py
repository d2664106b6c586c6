"""`apim-ai doctor`: what a deployment needs, before one is tried."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from apim_ai.cli.ship import ControlPlane, Env, ProjectFolder, Token  # noqa: TC001 - typer evaluates annotations


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


def doctor(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    gateway: Annotated[
        str | None, typer.Option("--gateway", metavar="URL", help="Its address, when it is not the usual one.")
    ] = None,
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Look at credential, roles, service, tier, named values, Key Vault references, routes and names.

    It writes nothing. What cannot be checked from here is said, with what to do.

    \b
    Examples:
      apim-ai doctor --env local
      apim-ai doctor --env prod --format json
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.cli.service import connect, load
    from apim_ai.deploy.check import as_json, as_text
    from apim_ai.deploy.doctor import Doctor
    from apim_ai.errors import OutsideError

    _, bundle = load(project, env)
    connection = connect(bundle, control_plane, token)
    try:
        gateway = gateway or connection.gateway
    except OutsideError:  # the checks themselves say why the control plane does not answer
        gateway = None
    checks = Doctor(bundle, connection.client, gateway).run()
    typer.echo(as_text(checks) if format is Format.text else as_json(env, checks))
    return 1 if any(check.state == "failed" for check in checks) else 0
