"""`apim-ai plan`: what a deployment would change."""

from __future__ import annotations

from typing import Annotated

import typer

from apim_ai.cli.ship import (
    Adopt,
    ControlPlane,
    Env,
    Force,
    Format,
    MaxDelete,
    Only,
    OverwriteDrift,
    ProjectFolder,
    Prune,
    Scope,
    Token,
    Var,
    prepare,
)

_CHANGES = 4


def plan(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    out: Annotated[str | None, typer.Option("--out", metavar="FILE", help="Write the plan for deploy --plan.")] = None,
    detailed_exitcode: Annotated[bool, typer.Option("--detailed-exitcode", help="Exit with 4 for changes.")] = False,
    target: Only = None,
    prune: Prune = False,
    adopt: Adopt = None,
    overwrite_drift: OverwriteDrift = False,
    force: Force = False,
    max_delete: MaxDelete = None,
    var: Var = None,
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Show what deploy would change. It reads the service and writes nothing.

    \b
    Examples:
      apim-ai plan --env dev
      apim-ai plan --env prod --format markdown > plan.md
      apim-ai plan --env prod --out plan.json
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.deploy.reporters import reporter

    scope = Scope.given(prune, adopt, overwrite_drift, force, max_delete, target)
    shipment = prepare(project, env, var, (control_plane, token), scope)
    made = shipment.deployment.plan()
    if out:
        from apim_ai.deploy.saved import save

        save(made, out, shipment.request.options)
    typer.echo(reporter(format.value).plan(made))
    if made.refused:
        return 1
    return _CHANGES if detailed_exitcode and made.changes else 0
