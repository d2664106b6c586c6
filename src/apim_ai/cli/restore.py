"""Back to a former release: what `rollback` and `deploy --rollback-on-failure` share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from apim_ai.cli.execution import execute, show
from apim_ai.errors import ApimAiError, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.cli.ship import Format, Shipment
    from apim_ai.deploy.records import Records
    from apim_ai.deploy.release import Release

__all__ = ["restoring", "roll_back"]


def restoring(shipment: Shipment, records: Records, former: Release) -> Shipment:
    """Return the shipment of a former release instead of the project's files."""
    from apim_ai.deploy.bundle import with_secrets
    from apim_ai.deploy.deployment import Deployment

    desired, unknown = with_secrets(records.bundles[former.id], shipment.bundle.resources)
    for identifier in unknown:
        typer.echo(f"{identifier} holds a secret that is not known any more, and stays as it is", err=True)
    request = shipment.request
    options = replace(request.options, overwrite_drift=True, force=True, keep=unknown)
    origin = replace(request.provenance, commit=former.commit, rollback_to=former.id)
    changed = replace(request, desired=desired, options=options, provenance=origin)
    return replace(shipment, request=changed, deployment=Deployment(changed, shipment.connection.client))


def roll_back(shipment: Shipment, folder: Path, format_: Format) -> str | None:
    """Restore the last whole release before a deployment that failed.

    Args:
        shipment: what was deployed.
        folder: where the journal lies.
        format_: what is printed.

    Returns:
        The id of the release that is restored, or None when none could be; stderr says why.
    """
    from apim_ai.deploy.records import read_records

    typer.echo("the deployment failed: rolling back", err=True)
    try:
        records = read_records(shipment.connection.client, shipment.bundle.stack)
        former = records.find(None)
        shipment = restoring(shipment, records, former)
        plan = shipment.deployment.plan()
        show(plan, format_)
        if plan.refused:
            raise Refused(plan.refused)
        deployed = execute(shipment, plan, folder, format_, fail_fast=False, force_unlock=False)
    except ApimAiError as error:
        typer.echo(f"not rolled back: {error.message}", err=True)
        return None
    if not deployed.is_complete:
        typer.echo("the rollback stopped half way; run apim-ai rollback to go on", err=True)
        return None
    return former.id
