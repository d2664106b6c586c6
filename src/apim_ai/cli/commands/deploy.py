"""`apim-ai deploy`: bring a service to the state of the project."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    Shipment,
    Token,
    Var,
    prepare,
)
from apim_ai.errors import Refused, UsageError

if TYPE_CHECKING:
    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.outcome import Outcome
    from apim_ai.deploy.plan import Change, Plan

_HALF_WAY = 3


def deploy(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    plan: Annotated[str | None, typer.Option("--plan", metavar="FILE", help="Execute exactly this plan.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the gateway serves the release.")] = False,
    wait_seconds: Annotated[float, typer.Option(help="How long, at most.", min=0)] = 120.0,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Start nothing more after a failure.")] = False,
    force_unlock: Annotated[bool, typer.Option("--force-unlock", help="Take the lock from a dead deployment.")] = False,
    target: Only = None,
    prune: Prune = False,
    adopt: Adopt = None,
    overwrite_drift: OverwriteDrift = False,
    force: Force = False,
    max_delete: MaxDelete = None,
    var: Var = None,
    control_plane: ControlPlane = None,
    token: Token = None,
    journal: Annotated[str | None, typer.Option("--journal", metavar="DIR", help="Where the journal lies.")] = None,
) -> int:
    """Bring a service to the state of the project: plan, ask, write, record.

    It never changes what it did not create, and it can be run again at any time: what is done stays done.

    \b
    Examples:
      apim-ai deploy --env local --yes
      apim-ai deploy --env prod --plan plan.json --yes --wait
      apim-ai deploy --env dev --adopt apis/openai
    """  # noqa: D301 - typer's marker for text that keeps its lines
    scope = Scope(prune, tuple(adopt or ()), overwrite_drift, force, max_delete, tuple(target or ()))
    shipment = prepare(project, env, var, (control_plane, token), scope)
    made = shipment.deployment.plan()
    if plan:
        from apim_ai.deploy.saved import require_same

        require_same(made, plan)
    _show(made, format)
    if made.refused:
        raise Refused(made.refused, help="nothing was written")
    if made.changes and not yes:
        _ask(shipment, made)
    folder = Path(journal) if journal else Path(project) / ".apim-ai" / "journal"
    deployed = _execute(shipment, made, folder, format, fail_fast=fail_fast, force_unlock=force_unlock)
    seconds = wait_seconds if wait else 5.0 if shipment.bundle.local else 0.0
    deployed = _seen(shipment, deployed, seconds)
    return _report(env, deployed, format, wait=wait)


def _show(plan: Plan, format_: Format) -> None:
    """Show the plan where people look while it runs."""
    from apim_ai.deploy.reporters import reporter

    if format_ is Format.text:
        typer.echo(reporter("text").plan(plan), err=True)


def _ask(shipment: Shipment, plan: Plan) -> None:
    if not sys.stdin.isatty():
        raise UsageError("deploy asks before it writes, and nobody can be asked here", help="pass --yes")
    name = shipment.bundle.env
    if shipment.bundle.production:
        answer = typer.prompt(f'{len(plan.changes)} changes to a production service; type "{name}" to go on', err=True)
        if answer != name:
            raise Refused("not confirmed", help="nothing was written")
    elif not typer.confirm(f"deploy {len(plan.changes)} changes to {name}?", err=True):
        raise Refused("not confirmed", help="nothing was written")


def _execute(
    shipment: Shipment, plan: Plan, folder: Path, format_: Format, *, fail_fast: bool, force_unlock: bool
) -> Deployed:
    """Execute a plan with a journal; an interruption says what is live before it ends the command."""
    from datetime import UTC, datetime

    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.journal import Journal, unfinished
    from apim_ai.deploy.release import new_release_id

    if not plan.changes:
        return shipment.deployment.execute(plan)
    dead = unfinished(folder)
    if dead:
        typer.echo(f"the deployment {dead[0]} did not end; this one goes on from what is there", err=True)
    release = new_release_id(plan, datetime.now(UTC))
    notes = Journal(folder, plan, release)
    state = "failed"
    try:
        deployed = shipment.deployment.execute(
            plan,
            release=release,
            progress=(notes, _Progress(len(plan.changes), quiet=format_ is not Format.text)),
            fail_fast=fail_fast,
            force_unlock=force_unlock,
        )
        state = "done" if deployed.is_complete else "partial"
    except (KeyboardInterrupt, GeneratorExit):
        state = "interrupted"
        _report(plan.env, Deployed(release, shipment.deployment.outcomes), format_, wait=False)
        raise
    finally:
        notes.ended(state)
    return deployed


def _seen(shipment: Shipment, deployed: Deployed, seconds: float) -> Deployed:
    """Look whether the gateway serves the release, where it can be asked."""
    from dataclasses import replace

    from apim_ai.deploy.live import RELEASE
    from apim_ai.deploy.serving import Probe, probe_path

    resources, gateway = shipment.bundle.resources, shipment.connection.gateway
    path = probe_path(resources)
    if not (deployed.outcomes and deployed.is_complete and deployed.release and gateway and path and seconds):
        return deployed
    if f"namedValues/{RELEASE}" not in resources:
        return deployed
    seen = Probe(f"{gateway.rstrip('/')}{path}", seconds=seconds).sees(deployed.release)
    return replace(deployed, served=seen)


def _report(env: str, deployed: Deployed, format_: Format, *, wait: bool) -> int:
    from apim_ai.deploy.reporters import reporter

    typer.echo(reporter(format_.value).deployed(env, deployed))
    if not deployed.is_complete:
        return _HALF_WAY
    return _HALF_WAY if wait and deployed.served is False else 0


class _Progress:
    """Writes a line to stderr for each change that is done."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total = total
        self._count = 0
        self._quiet = quiet

    def started(self, change: Change) -> None:
        """Say nothing: most changes take less than a second."""

    def finished(self, outcome: Outcome) -> None:
        """Say what was done."""
        self._count += 1
        if not self._quiet:
            typer.echo(f"[{self._count}/{self._total}] {outcome.state} {outcome.action} {outcome.id}", err=True)
