"""What `deploy` and `rollback` share: show the plan, ask, execute with a journal, look at the gateway, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from apim_ai.cli.ship import Format
from apim_ai.cli.terminal import is_asked_here
from apim_ai.errors import OutsideError, Refused, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.cli.ship import Shipment
    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.outcome import Outcome
    from apim_ai.deploy.plan import Change, Plan

__all__ = ["address", "ask", "check", "execute", "exit_code", "report", "require_still", "seen", "show"]

_HALF_WAY = 3
_GLANCE = 5.0  # seconds


def show(plan: Plan, format_: Format) -> None:
    """Show the plan where people look while it runs."""
    from apim_ai.deploy.reporters import reporter

    if format_ is Format.text:
        typer.echo(reporter("text").plan(plan), err=True)


def check(project: str, env: str) -> None:
    """Make sure that the linter finds no error in what is about to be deployed.

    Raises:
        Refused: it finds some; all of them at once.
    """
    from datetime import UTC, datetime

    from apim_ai.lint import lint_paths

    findings = lint_paths([project], today=datetime.now(UTC).date(), env=env).findings
    errors = [
        Refused(f"{found.rule} {found.message}", span=found.span, help=found.help)
        for found in findings
        if found.severity == "error"
    ]
    if errors:
        first, *rest = errors
        help_ = (
            f"{first.help}; --skip-checks deploys nevertheless" if first.help else "--skip-checks deploys nevertheless"
        )
        raise Refused(first.message, span=first.span, help=help_, also=tuple(rest))


def ask(shipment: Shipment, plan: Plan) -> None:
    """Have a person confirm a plan; for a production service by its name.

    Raises:
        UsageError: nobody can be asked.
        Refused: the person said no.
    """
    if not is_asked_here():
        raise UsageError("deploy asks before it writes, and nobody can be asked here", help="pass --yes")
    name = shipment.bundle.env
    if shipment.bundle.production:
        answer = typer.prompt(f'{len(plan.changes)} changes to a production service; type "{name}" to go on', err=True)
        if answer != name:
            raise Refused("not confirmed", help="nothing was written")
    elif not typer.confirm(f"deploy {len(plan.changes)} changes to {name}?", err=True):
        raise Refused("not confirmed", help="nothing was written")


def require_still(shipment: Shipment, plan: Plan) -> None:
    """Plan again after somebody was asked, which may have taken any time.

    Raises:
        Refused: it is another plan by now.
    """
    if shipment.deployment.plan().id != plan.id:
        raise Refused("the service changed while you were asked", help="nothing was written; look at the new plan")


def execute(
    shipment: Shipment, plan: Plan, folder: Path, format_: Format, *, fail_fast: bool, force_unlock: bool
) -> Deployed:
    """Execute a plan with a journal; an interruption says what is live before it ends the command."""
    from datetime import UTC, datetime

    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.journal import Journal, unfinished
    from apim_ai.deploy.release import new_release_id
    from apim_ai.deploy.roles import require_roles

    if not plan.changes:
        return shipment.deployment.execute(plan)
    if not shipment.connection.target.is_local:
        require_roles(shipment.connection.client)
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
    except Exception:
        raise
    except BaseException:  # Ctrl-C or SIGTERM: what was in flight has ended by now
        state = "interrupted"
        report(plan.env, Deployed(release, shipment.deployment.outcomes), format_, wait=False)
        raise
    finally:
        notes.ended(state)
        if notes.failure:
            typer.echo(f"warning: {notes.failure.message}; the deployment went on without it", err=True)
    return deployed


def seen(shipment: Shipment, deployed: Deployed, seconds: float | None) -> Deployed:
    """Look whether the gateway serves the release, where it can be asked.

    Args:
        shipment: what was deployed.
        deployed: what came of it.
        seconds: how long to look; None for a short look at a local gateway and none at any other.
    """
    from dataclasses import replace

    from apim_ai.deploy.live import RELEASE
    from apim_ai.deploy.serving import Probe, probe_path

    seconds = (_GLANCE if shipment.bundle.local else 0.0) if seconds is None else seconds
    resources = shipment.request.desired
    path = probe_path(resources)
    if not (deployed.outcomes and deployed.is_complete and deployed.release and path and seconds):
        return deployed
    gateway = address(shipment) if f"namedValues/{RELEASE}" in resources else None
    if gateway is None:
        return deployed
    seen = Probe(f"{gateway.rstrip('/')}{path}", seconds=seconds).sees(deployed.release)
    return replace(deployed, served=seen)


def address(shipment: Shipment) -> str | None:
    """Return the address of the gateway; None when nobody tells, which must not hide what was deployed."""
    try:
        return shipment.connection.gateway
    except OutsideError:
        return None


def report(env: str, deployed: Deployed, format_: Format, *, wait: bool) -> int:
    """Print what a deployment did and return its exit code."""
    from apim_ai.deploy.reporters import reporter

    typer.echo(reporter(format_.value).deployed(env, deployed))
    return exit_code(deployed, wait=wait)


def exit_code(deployed: Deployed, *, wait: bool) -> int:
    """Return 3 when a deployment stopped half way or is not served in time, 1 when the gateway answers wrongly."""
    if not deployed.is_complete or (wait and deployed.served is False):
        return _HALF_WAY
    return 0 if deployed.is_sound else 1


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
