"""`apim-ai deploy`: bring a service to the state of the project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.checks import smoked
from apim_ai.cli.execution import ask, check, execute, exit_code, report, require_still, seen, show
from apim_ai.cli.policy_cases import check_cases
from apim_ai.cli.restore import roll_back
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
from apim_ai.errors import Refused

if TYPE_CHECKING:
    from apim_ai.cli.ship import Shipment
    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.plan import Plan


def deploy(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    plan: Annotated[str | None, typer.Option("--plan", metavar="FILE", help="Execute exactly this plan.")] = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait until the gateway serves the release, then ask it as smoke does.")
    ] = False,
    wait_seconds: Annotated[float, typer.Option(help="How long, at most.", min=0)] = 120.0,
    rollback_on_failure: Annotated[
        bool, typer.Option("--rollback-on-failure", help="Restore the former release when something fails.")
    ] = False,
    gateway: Annotated[
        str | None, typer.Option("--gateway", metavar="URL", help="Its address, when it is not the usual one.")
    ] = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Start nothing more after a failure.")] = False,
    skip_checks: Annotated[
        bool, typer.Option("--skip-checks", help="Deploy what the linter or a policy case objects to; recorded.")
    ] = False,
    force_unlock: Annotated[
        bool, typer.Option("--force-unlock", help="Go on although another deployment seems to be at work.")
    ] = False,
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
    manifest: Annotated[
        str | None, typer.Option("--manifest", metavar="FILE", help="Write what exactly was deployed, as JSON.")
    ] = None,
) -> int:
    """Bring a service to the state of the project: plan, ask, write, record.

    It never changes what it did not create, and it can be run again at any time: what is done stays done.

    \b
    Examples:
      apim-ai deploy --env local --yes
      apim-ai deploy --env prod --plan plan.json --yes --wait --rollback-on-failure
      apim-ai deploy --env dev --adopt apis/openai
    """  # noqa: D301 - typer's marker for text that keeps its lines
    scope = Scope.given(prune, adopt, overwrite_drift, force, max_delete, target)
    scope = _planned(plan) if plan and scope == Scope() else scope
    shipment = prepare(project, env, var, (control_plane, token), scope, skipped_checks=skip_checks)
    shipment = _reached_at(gateway, shipment) if gateway else shipment
    made = _make(shipment, plan, format)
    if made.changes:
        _approve(shipment, made, project, is_checked=not skip_checks, is_asked=not yes)
    folder = Path(journal) if journal else Path(project) / ".apim-ai" / "journal"
    deployed = execute(shipment, made, folder, format, fail_fast=fail_fast, force_unlock=force_unlock)
    if manifest:
        _note(manifest, shipment, made, deployed)
    deployed = _looked_at(shipment, deployed, wait_seconds if wait else None)
    if rollback_on_failure and deployed.outcomes and exit_code(deployed, wait=wait):
        deployed = replace(deployed, rolled_back_to=roll_back(shipment, folder, format))
    return report(env, deployed, format, wait=wait)


def _planned(path: str) -> Scope:
    """Return what a saved plan was allowed to do."""
    from apim_ai.deploy.saved import options_of

    given = options_of(path)
    return Scope(given.prune, given.adopt, given.overwrite_drift, given.force, given.max_delete, given.targets)


def _reached_at(gateway: str, shipment: Shipment) -> Shipment:
    return replace(shipment, connection=replace(shipment.connection, recorded=gateway))


def _make(shipment: Shipment, saved: str | None, format_: Format) -> Plan:
    """Return the plan, which was shown.

    Raises:
        Refused: it is not the saved one, or nothing of its kind is carried out.
    """
    made = shipment.deployment.plan()
    if saved:
        from apim_ai.deploy.saved import require_same

        require_same(made, saved)
    show(made, format_)
    if made.refused:
        raise Refused(made.refused, help="nothing was written")
    return made


def _approve(shipment: Shipment, plan: Plan, project: str, *, is_checked: bool, is_asked: bool) -> None:
    """Have linter, policy cases and a person agree to a plan.

    Raises:
        Refused: one of them does not.
    """
    if is_checked:
        check(project, shipment.bundle.env)
        check_cases(project)
    if is_asked:
        ask(shipment, plan)
        require_still(shipment, plan)


def _looked_at(shipment: Shipment, deployed: Deployed, seconds: float | None) -> Deployed:
    """Return a deployment with what the gateway answers; it is asked as smoke does only where somebody waits for it."""
    served = seen(shipment, deployed, seconds)
    return served if seconds is None else smoked(shipment, served)


def _note(path: str, shipment: Shipment, plan: Plan, deployed: Deployed) -> None:
    """Write the manifest; that it cannot be written must not hide what was deployed."""
    from apim_ai.deploy.manifest import manifest, write_manifest
    from apim_ai.errors import OutsideError

    models = {route.name: route.deployment for route in shipment.bundle.routes}
    versions = {"models": models, "prompts": shipment.bundle.variables.get("prompts", {})}
    try:
        write_manifest(path, manifest(shipment.request, plan, deployed, versions))
    except OutsideError as error:
        typer.echo(f"warning: {error.message}", err=True)
