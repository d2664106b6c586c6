"""`apim-ai access-map`: who calls whom, and what proves it."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.ship import Env, ProjectFolder  # noqa: TC001 - typer evaluates annotations

if TYPE_CHECKING:
    from apim_ai.ops.access_map import Hop


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"
    mermaid = "mermaid"


def access_map(
    env: Env,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
) -> int:
    """Show who calls whom, what proves the caller, which role it needs, and whether a policy checks it.

    A hop that nothing checks is also an error of 'apim-ai lint' (AIM743).

    \b
    Examples:
      apim-ai access-map --env prod
      apim-ai access-map --env prod --format mermaid > access.mmd
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.cli.columns import columns
    from apim_ai.cli.service import load
    from apim_ai.ops import access_map as maps

    _, bundle = load(project, env)
    if format is Format.mermaid:
        typer.echo(maps.mermaid(bundle), nl=False)
        return 0
    hops = maps.access_map(bundle)
    if format is Format.json:
        typer.echo(json.dumps({"env": env, "hops": [asdict(hop) for hop in hops]}, ensure_ascii=False, indent=2))
        return 0
    head = ("CALLER", "CALLEE", "MECHANISM", "ROLE", "CHECKED BY")
    typer.echo(columns(head, [_row(hop) for hop in hops]) if hops else "the project has no access chain")
    return 0


def _row(hop: Hop) -> tuple[str, ...]:
    checked = {None: "-", False: "NOTHING", True: hop.fragment or "the backend's credentials"}[hop.checked]
    return hop.caller, hop.callee, hop.mechanism, hop.role or "-", checked
