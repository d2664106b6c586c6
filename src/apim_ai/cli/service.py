"""How commands come to the service of an environment: the running local instance, or Azure."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import typer

from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.deploy.client import Client
    from apim_ai.deploy.target import Target
    from apim_ai.project import Bundle, Project

__all__ = ["Connection", "connect", "load", "variables"]


@dataclass(frozen=True)
class Connection:
    """A service that commands talk to.

    Args:
        target: where it is.
        client: the control plane.
        recorded: the address of its gateway, where a running instance left it.
    """

    target: Target
    client: Client
    recorded: str | None = None

    @cached_property
    def gateway(self) -> str | None:
        """The address of its gateway; where none is recorded the service is asked, which raises what its client does."""
        if self.recorded:
            return self.recorded
        return self.client.describe().get("properties", {}).get("gatewayUrl")


def load(project: str, env: str, given: Sequence[str] | None = None) -> tuple[Project, Bundle]:
    """Return a project and one environment of it.

    Args:
        project: the project's folder.
        env: the environment's name.
        given: overrides of variables as `name=value`.
    """
    from apim_ai.project import Project

    found = Project.load(project)
    return found, found.bundle(env, overrides=variables(given))


def variables(given: Sequence[str] | None) -> Mapping[str, object]:
    """Return overrides of variables from `name=value`.

    Raises:
        UsageError: one has no `=`.
    """
    pairs = [(text, *text.partition("=")) for text in given or ()]
    for text, name, sign, _ in pairs:
        if not sign or not name:
            raise UsageError(f'"{text}" is not of the form NAME=VALUE')
    return {name: value for _, name, _, value in pairs}


def connect(bundle: Bundle, control_plane: str | None = None, token: str | None = None) -> Connection:
    """Return the connection to an environment's service; nothing is asked of it yet.

    Args:
        bundle: the environment.
        control_plane: the address of a control plane, from the command line.
        token: its token, from the command line.
    """
    from apim_ai.deploy.client import Client
    from apim_ai.deploy.target import Target

    place = bundle.target
    explicit = control_plane or os.environ.get("APIM_AI_CONTROL_PLANE")
    if not bundle.local and not explicit:
        credential = os.environ.get("APIM_AI_CREDENTIAL", "default")
        target = Target(
            place.subscription,
            place.resource_group,
            place.service,
            tenant=place.tenant,
            credential=credential,
            flavor=bundle.flavor,
        )
        return Connection(target, Client(target))
    from pathlib import Path

    from apim_ai.config.instance import DEFAULT_STATE, find_instance

    instance = find_instance(control_plane, token, environ=os.environ, state=Path(bundle.root) / DEFAULT_STATE)
    target = Target.of_service(instance.service, instance.control_plane, instance.token)
    if not bundle.local:  # a variable that was left set must not let anybody believe that this is Azure
        typer.echo(f"note: {bundle.env} stands for the local service at {instance.control_plane} here", err=True)
    return Connection(target, Client(target), instance.gateway)
