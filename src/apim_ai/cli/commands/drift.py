"""`apim-ai drift`: what somebody changed since the last deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.ship import ControlPlane, Env, Format, ProjectFolder, Token
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


def drift(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="ID[@DATE]", help="Ignore this one, until that day.")
    ] = None,
    due_days: Annotated[int, typer.Option(help="Days until drift should be gone.", min=0)] = 5,
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Compare the service with what was deployed last, and exit with 1 when it is not so any more.

    What `apim-ai tier` and `route` turned is listed and no drift, until it should have come into the project: a move
    of a route or a caller counts from --due-days on.

    \b
    Examples:
      apim-ai drift --env prod
      apim-ai drift --env prod --format markdown > work-item.md
      apim-ai drift --env prod --ignore apis/openai@2026-12-31
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from datetime import UTC, datetime, timedelta

    from apim_ai.cli.service import connect, load
    from apim_ai.deploy.actual import read
    from apim_ai.deploy.bundle import bundles
    from apim_ai.deploy.drift import find_drift
    from apim_ai.deploy.reporters import reporter
    from apim_ai.ops.noted import noted
    from apim_ai.ops.tier.audit import Audit
    from apim_ai.resource import Resources

    _, bundle = load(project, env)
    connection = connect(bundle, control_plane, token)
    actual = read(connection.client, Resources(), bundle.stack, connection.target.concurrency)
    now = datetime.now(UTC)
    named_values = [entity for entity in actual.entities.values() if entity.kind == "named_value"]
    time_left = timedelta(days=due_days)
    products = {tier.name: tier.products for tier in bundle.tiers}
    report = find_drift(
        actual,
        bundles(bundle.stack, named_values).values(),
        env=env,
        now=now,
        due=(now + time_left).date(),
        ignore=_ignored(ignore or ()),
        noted=noted(Audit(bundle.stack, named_values).notes, products, now - time_left),
    )
    typer.echo(reporter(format.value).drift(report))
    return 1 if report.drifts else 0


def _ignored(given: Sequence[str]) -> Mapping[str, date | None]:
    """Return until when each id is ignored, from `ID` or `ID@2026-12-31`."""
    from datetime import date

    found: dict[str, date | None] = {}
    for text in given:
        identifier, sign, day = text.rpartition("@")
        try:
            found[identifier if sign else text] = date.fromisoformat(day) if sign else None
        except ValueError as error:
            raise UsageError(f'"{day}" is not a date', help="write it as 2026-12-31") from error
    return found
