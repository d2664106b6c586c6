"""`apim-ai ci`: pipelines for a project."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Write pipelines for a project.")


class Where(StrEnum):
    """The systems that pipelines are written for."""

    github = "github"
    azure_devops = "azure-devops"


@app.callback()
def ci() -> None:
    """Write pipelines for a project."""


@app.command("init")
def init(
    system: Annotated[Where, typer.Argument(metavar="github|azure-devops", help="Where the pipelines run.")],
    dir: Annotated[str, typer.Option("--dir", metavar="DIR", help="The project's folder.")] = ".",  # noqa: A002 - the option's name
    env: Annotated[
        list[str] | None,
        typer.Option("--env", "-e", metavar="NAME", help="An environment; repeat it in the order of deployment."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that exist.")] = False,
) -> int:
    """Write pipelines: lint, test, plan on the pull request, approval, deploy, smoke, rollback; and drift every night.

    They sign in with federated identity and store no secret. Without --env, a change goes through all environments
    that are not local, production last.

    \b
    Examples:
      apim-ai ci init github
      apim-ai ci init azure-devops --env test --env prod
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from pathlib import Path

    from apim_ai.ops.ci import workflows, write_workflows

    written = workflows(system.value, _environments(dir, env or ()))
    write_workflows(Path(dir), written, force=force)
    for file in written:
        typer.echo(file.path)
    typer.echo("the head of the first file says what to set up once", err=True)
    return 0


def _environments(folder: str, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the environments to ship to, in order.

    Raises:
        UsageError: one that was asked for does not exist, or is local.
    """
    from apim_ai.errors import UsageError
    from apim_ai.project import Project

    project = Project.load(folder)
    bundles = [project.bundle(name) for name in project.environments]
    shipped = [bundle.env for bundle in sorted(bundles, key=lambda bundle: bundle.production) if not bundle.local]
    unknown = next((name for name in asked if name not in shipped), None)
    if unknown is not None:
        message = f'there is no environment "{unknown}" that a pipeline can deploy to'
        raise UsageError(message, help=f"those of this project are {', '.join(shipped) or 'none'}")
    return tuple(asked or shipped)
