"""`apim-ai render`: the policies of an environment as they would be deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.project import Bundle

__all__ = ["render"]


def render(
    env: Annotated[str, typer.Option("--env", "-e", help="The environment.")],
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="The project's folder.")] = ".",
    out: Annotated[str | None, typer.Option("--out", metavar="DIR", help="Where to; by default build/ENV.")] = None,
    var: Annotated[
        list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="Give a variable a value; repeatable.")
    ] = None,
) -> int:
    """Render an environment: each policy as a file, and all resources as resources.json.

    The same input gives the same bytes.

    \b
    Examples:
      apim-ai render --env prod
      apim-ai render --env local --var hosts.orchestrator=http://127.0.0.1:9000 --out build/local
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from pathlib import Path

    from apim_ai.config import parse_assignments
    from apim_ai.project import Project

    bundle = Project.load(project).bundle(env, overrides=parse_assignments(var or ()))
    folder = Path(out) if out else Path(project) / "build" / env
    written = write_bundle(bundle, folder)
    typer.echo(f"{written} files written to {folder}")
    return 0


def write_bundle(bundle: Bundle, folder: Path) -> int:
    """Write a bundle's files and return how many; files of an earlier rendering that are gone now are removed."""
    from apim_ai.project.output import rendered_files, replace_files

    return replace_files(folder, rendered_files(bundle))
