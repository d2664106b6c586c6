"""What `smoke`, `doctor` and `deploy --wait` share: who asks the gateway, and which release it must serve."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.errors import OutsideError, UsageError

if TYPE_CHECKING:
    from apim_ai.cli.service import Connection
    from apim_ai.cli.ship import Shipment
    from apim_ai.deploy.check import Check
    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.smoke import Caller
    from apim_ai.project import Bundle

__all__ = ["CallerKey", "CallerToken", "caller", "deployed_release", "smoke_checks", "smoked"]

CallerToken = Annotated[
    str | None,
    typer.Option("--caller-token", help="A caller's token.", envvar="APIM_AI_SMOKE_TOKEN", show_default=False),
]
CallerKey = Annotated[
    str | None,
    typer.Option("--caller-key", help="A caller's key.", envvar="APIM_AI_SMOKE_KEY", show_default=False),
]


def caller(token: str | None = None, key: str | None = None) -> Caller:
    """Return who asks the gateway, from the command line or else the environment."""
    from apim_ai.deploy.smoke import Caller

    environ = os.environ
    return Caller(token or environ.get("APIM_AI_SMOKE_TOKEN"), key or environ.get("APIM_AI_SMOKE_KEY"))


def deployed_release(connection: Connection, stack: str) -> str | None:
    """Return the newest release that was deployed whole; None when the control plane does not say."""
    from apim_ai.deploy.records import read_records

    try:
        releases = read_records(connection.client, stack).history.releases
    except OutsideError as error:
        typer.echo(f"the deployed release cannot be read: {error.message}", err=True)
        return None
    return next((release.id for release in releases if release.state == "done"), None)


def smoke_checks(
    bundle: Bundle, gateway: str | None, who: Caller, release: str | None, model: str | None = None
) -> tuple[Check, ...]:
    """Ask a gateway.

    Raises:
        UsageError: nobody knows its address.
        BackendError: it cannot be reached.
    """
    from apim_ai.deploy.smoke import Smoke

    if not gateway:
        raise UsageError("the address of the gateway is not known", help="pass --gateway URL")
    return Smoke(gateway.rstrip("/"), bundle, who, release, model).run()


def smoked(shipment: Shipment, deployed: Deployed) -> Deployed:
    """Ask the gateway after a deployment that is whole and served; a gateway that cannot be reached is a failure."""
    from apim_ai.cli.execution import address
    from apim_ai.deploy.check import failed, unchecked

    if not deployed.is_complete or deployed.served is False:
        return deployed
    gateway = address(shipment)
    if not gateway:
        checks = (unchecked("gateway", "its address is not known", "pass --gateway URL"),)
    else:
        try:
            checks = smoke_checks(shipment.bundle, gateway, caller(), deployed.release)
        except OutsideError as error:
            checks = (failed("gateway", error.message, error.help),)
    return replace(deployed, smoke=checks)
