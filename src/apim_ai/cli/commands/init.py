"""`apim-ai init`: write a new project."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["init"]


def init(
    directory: Annotated[str, typer.Argument(metavar="DIR", help="A folder that is empty or does not exist.")],
) -> int:
    """Write a new project: a production-grade reference gateway to change into your own.

    \b
    Examples:
      apim-ai init my-gateway
      cd my-gateway && apim-ai lint && apim-ai test
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from pathlib import Path

    from apim_ai.project.template import write_template

    written = write_template(Path(directory))
    typer.echo(f"{len(written)} files written to {directory}")
    typer.echo("Next:")
    typer.echo(f"  cd {directory}")
    typer.echo("  apim-ai lint                   check it")
    typer.echo("  apim-ai test                   run its policy cases")
    typer.echo("  apim-ai up                     run it on this machine, then: apim-ai deploy --env local")
    typer.echo("  edit environments/dev.yaml     say where your service is, then: apim-ai plan --env dev")
    return 0
