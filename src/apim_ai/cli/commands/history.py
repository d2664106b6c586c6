"""`apim-ai history`: the releases of an environment."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.ship import ControlPlane, Env, ProjectFolder, Token  # noqa: TC001 - typer evaluates annotations

if TYPE_CHECKING:
    from apim_ai.deploy.release import Release


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


def history(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Show what was deployed, newest first: who, when, from which commit.

    \b
    Examples:
      apim-ai history --env prod
      apim-ai history --env prod --format json
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.cli.service import connect, load
    from apim_ai.deploy.records import read_records

    _, bundle = load(project, env)
    records = read_records(connect(bundle, control_plane, token).client, bundle.stack)
    releases = records.history.releases
    if format is Format.json:
        found = [{**asdict(release), "restorable": release.id in records.bundles} for release in releases]
        typer.echo(json.dumps({"releases": found}, ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_line(release) for release in releases) or "nothing was deployed yet")
    return 0


def _line(release: Release) -> str:
    counts = ", ".join(f"{count} {action}d" for action, count in release.counts.items()) or "no changes"
    commit = f" from {release.commit[:12]}" if release.commit else ""
    note = f", rollback to {release.rollback_to}" if release.rollback_to else ""
    state = "" if release.state == "done" else f" ({release.state})"
    return f"{release.id}  {release.at}  {release.by}{commit}: {counts}{state}{note}"
