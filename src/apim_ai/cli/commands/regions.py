"""`apim-ai regions`: where prompts go."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.ship import Env, ProjectFolder  # noqa: TC001 - typer evaluates annotations

if TYPE_CHECKING:
    from apim_ai.ops.regions import RegionHop


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


def regions(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
) -> int:
    """Show the region of each backend, which of them prompts leave the service's region for, and why.

    Another region without a residency_note is also a warning of 'apim-ai lint' (AIM742).

    \b
    Examples:
      apim-ai regions --env prod
      apim-ai regions --env prod --format json
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.cli.columns import columns
    from apim_ai.cli.service import load
    from apim_ai.ops.regions import region_hops

    _, bundle = load(project, env)
    hops = region_hops(bundle)
    if format is Format.json:
        content = {"env": env, "service_region": bundle.target.region, "hops": [asdict(hop) for hop in hops]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return 0
    typer.echo(f"the service runs in {bundle.target.region or 'a region that nobody says'}")
    head = ("BACKEND", "REGION", "CROSSES", "POOLS", "NOTE")
    typer.echo(columns(head, [_row(hop) for hop in hops]) if hops else "the project has no backends")
    return 0


def _row(hop: RegionHop) -> tuple[str, ...]:
    crosses = {None: "unknown", False: "no", True: "yes"}[hop.crosses]
    note = hop.note or ("no residency_note" if hop.crosses else "-")
    return hop.backend, hop.region or "not said", crosses, ", ".join(hop.pools) or "-", note
