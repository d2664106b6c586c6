"""`apim-ai smoke`: a few requests to a deployed gateway."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from apim_ai.cli.checks import CallerKey, CallerToken, caller, deployed_release, smoke_checks
from apim_ai.cli.ship import ControlPlane, Env, ProjectFolder, Token  # noqa: TC001 - typer evaluates annotations


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"
    junit = "junit"


def smoke(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    gateway: Annotated[
        str | None, typer.Option("--gateway", metavar="URL", help="Its address, when it is not the usual one.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="The route to ask; else the project's first.")] = None,
    caller_token: CallerToken = None,
    caller_key: CallerKey = None,
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Ask a deployed gateway: health, a refusal without a token, one completion, its headers, and its release.

    A completion needs a caller: APIM_AI_SMOKE_TOKEN and APIM_AI_SMOKE_KEY. What cannot be checked is said, not passed.

    \b
    Examples:
      apim-ai smoke --env local
      apim-ai smoke --env prod --format junit > build/smoke.xml
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.cli.service import connect, load
    from apim_ai.deploy.check import as_json, as_junit, as_text

    _, bundle = load(project, env)
    connection = connect(bundle, control_plane, token)
    release = deployed_release(connection, bundle.stack)
    checks = smoke_checks(bundle, gateway or connection.gateway, caller(caller_token, caller_key), release, model)
    match format:
        case Format.text:
            typer.echo(as_text(checks))
        case Format.json:
            typer.echo(as_json(env, checks))
        case Format.junit:
            typer.echo(as_junit(f"smoke {env}", checks))
    return 1 if any(check.state == "failed" for check in checks) else 0
