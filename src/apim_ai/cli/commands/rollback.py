"""`apim-ai rollback`: back to a former release."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from apim_ai.cli.execution import ask, execute, report, require_still, seen, show
from apim_ai.cli.restore import restoring
from apim_ai.cli.ship import ControlPlane, Env, Format, ProjectFolder, Prune, Scope, Token, prepare
from apim_ai.errors import Refused


def rollback(
    env: Env,
    release: Annotated[str | None, typer.Argument(metavar="[RELEASE]", help="Its id; else the one before.")] = None,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and write nothing.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the gateway serves the release.")] = False,
    wait_seconds: Annotated[float, typer.Option(help="How long, at most.", min=0)] = 120.0,
    prune: Prune = False,
    force_unlock: Annotated[
        bool, typer.Option("--force-unlock", help="Go on although another deployment seems to be at work.")
    ] = False,
    control_plane: ControlPlane = None,
    token: Token = None,
    journal: Annotated[str | None, typer.Option("--journal", metavar="DIR", help="Where the journal lies.")] = None,
) -> int:
    """Bring a service back to a former release, from what the service keeps of it. Secrets stay as they are.

    \b
    Examples:
      apim-ai rollback --env prod --dry-run
      apim-ai rollback --env prod --yes --wait
      apim-ai rollback 20261121T101500Z-1a2b3c4d --env prod
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.deploy.records import read_records
    from apim_ai.deploy.reporters import reporter

    shipment = prepare(project, env, None, (control_plane, token), Scope(prune=prune))
    records = read_records(shipment.connection.client, shipment.bundle.stack)
    former = records.find(release)
    shipment = restoring(shipment, records, former)
    made = shipment.deployment.plan()
    if dry_run:
        typer.echo(reporter(format.value).plan(made))
        return 1 if made.refused else 0
    show(made, format)
    if made.refused:
        raise Refused(made.refused, help="nothing was written")
    if made.changes and not yes:
        ask(shipment, made)
        require_still(shipment, made)
    folder = Path(journal) if journal else Path(project) / ".apim-ai" / "journal"
    deployed = execute(shipment, made, folder, format, fail_fast=False, force_unlock=force_unlock)
    return report(env, seen(shipment, deployed, wait_seconds if wait else None), format, wait=wait)
