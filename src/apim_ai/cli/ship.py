"""The options that `plan` and `deploy` share, and what they make of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from apim_ai.cli.service import Connection
    from apim_ai.deploy.deployment import Deployment, Request
    from apim_ai.project import Bundle

__all__ = [
    "Adopt",
    "ControlPlane",
    "Env",
    "Force",
    "Format",
    "MaxDelete",
    "Only",
    "OverwriteDrift",
    "ProjectFolder",
    "Prune",
    "Scope",
    "Shipment",
    "Token",
    "Var",
    "prepare",
]


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"
    markdown = "markdown"


Env = Annotated[str, typer.Option("--env", "-e", metavar="NAME", help="The environment.")]
ProjectFolder = Annotated[str, typer.Option("--project", metavar="DIR", help="The project's folder.")]
ControlPlane = Annotated[
    str | None, typer.Option("--control-plane", metavar="URL", help="Address of a local control plane.")
]
Token = Annotated[str | None, typer.Option("--token", help="Its token.")]
Var = Annotated[list[str] | None, typer.Option("--var", metavar="NAME=VALUE", help="Override a variable.")]
Only = Annotated[
    list[str] | None, typer.Option("--target", metavar="ID", help="Only this resource, with what it needs.")
]
Prune = Annotated[bool, typer.Option("--prune", help="Delete what this project created and no longer declares.")]
Adopt = Annotated[
    list[str] | None, typer.Option("--adopt", metavar="ID", help="Take over a resource that others created.")
]
OverwriteDrift = Annotated[
    bool, typer.Option("--overwrite-drift", help="Write over what was changed outside since the last deployment.")
]
Force = Annotated[bool, typer.Option("--force", help="Go beyond the threshold of changes.")]
MaxDelete = Annotated[int | None, typer.Option("--max-delete", metavar="N", min=0, help="So many deletes are fine.")]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a plan may do, from the command line."""

    prune: bool = False
    adopt: tuple[str, ...] = ()
    overwrite_drift: bool = False
    force: bool = False
    max_delete: int | None = None
    targets: tuple[str, ...] = ()

    @classmethod
    def given(
        cls,
        prune: bool,
        adopt: list[str] | None,
        overwrite_drift: bool,
        force: bool,
        max_delete: int | None,
        targets: list[str] | None,
    ) -> Scope:
        """Return what the options of a command come to."""
        return cls(prune, tuple(adopt or ()), overwrite_drift, force, max_delete, tuple(targets or ()))


@dataclass(frozen=True, slots=True)
class Shipment:
    """An environment, its service, and the deployment between them."""

    bundle: Bundle
    connection: Connection
    request: Request
    deployment: Deployment


def prepare(
    project: str,
    env: str,
    given: list[str] | None,
    place: tuple[str | None, str | None],
    scope: Scope,
    *,
    skipped_checks: bool = False,
) -> Shipment:
    """Return what `plan` and `deploy` begin with.

    Args:
        project: the project's folder.
        env: the environment's name.
        given: overrides of variables.
        place: address and token of a control plane.
        scope: what the plan may do.
        skipped_checks: whether linter and policy cases were not asked, which is recorded.
    """
    from dataclasses import replace

    from apim_ai.cli.provenance import provenance
    from apim_ai.cli.service import connect, load
    from apim_ai.deploy.deployment import Deployment, Request
    from apim_ai.deploy.plan import PlanOptions

    _, bundle = load(project, env, given)
    connection = connect(bundle, *place)
    request = Request(
        env=env,
        stack=bundle.stack,
        desired=bundle.resources,
        target=connection.target.id,
        options=PlanOptions(
            prune=scope.prune,
            adopt=tuple(identifier.strip("/") for identifier in scope.adopt),
            overwrite_drift=scope.overwrite_drift,
            force=scope.force,
            max_delete=scope.max_delete,
            targets=scope.targets,
        ),
        provenance=replace(provenance(project), skipped_checks=skipped_checks),
        concurrency=connection.target.concurrency,
    )
    return Shipment(bundle, connection, request, Deployment(request, connection.client))
