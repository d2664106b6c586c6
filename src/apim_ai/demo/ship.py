"""The first half of the demo: render, lint, plan and deploy, with the same code as for a service in Azure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

import httpx

from apim_ai import __version__
from apim_ai.demo.report import Stage, Table
from apim_ai.deploy.client import Client
from apim_ai.deploy.deployment import Deployed, Deployment, Request
from apim_ai.deploy.plan import Plan, PlanOptions
from apim_ai.deploy.release import Provenance
from apim_ai.deploy.target import Target
from apim_ai.errors import ControlPlaneError, Refused
from apim_ai.lint import Estate, Linter

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.demo.world import World
    from apim_ai.project import Bundle

__all__ = ["Shipped", "fetch_keys", "ship"]


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the pipeline did before any traffic."""

    stages: tuple[Stage, ...]
    tables: tuple[Table, ...]


async def ship(world: World, show_plan: Callable[[Plan], None]) -> Shipped:
    """Render, lint, plan and deploy the configuration to the local control plane.

    Raises:
        Refused: linting or planning says no.
        ControlPlaneError: the deployment did not end.
    """
    stages: list[Stage] = []
    began = perf_counter()
    bundle = world.bundle
    stages.append(_stage("render", began, f"{len(bundle.resources)} resources for the environment local"))
    began = perf_counter()
    stages.append(_stage("lint", began, await asyncio.to_thread(_lint, bundle)))
    target = Target.of_service(world.instance.service, world.instance.control_plane, world.instance.token)
    request = Request(
        env=bundle.env,
        stack=bundle.stack,
        desired=bundle.resources,
        target=target.id,
        options=PlanOptions(),
        provenance=Provenance("demo", None, None, __version__),
    )
    client = Client(target)
    began = perf_counter()
    deployment = Deployment(request, client)
    plan = await asyncio.to_thread(deployment.plan)
    show_plan(plan)
    stages.append(_stage("plan", began, f"{plan.count('create')} to create, {plan.count('update')} to update"))
    if plan.refused:
        raise Refused(plan.refused)
    began = perf_counter()
    deployed = await asyncio.to_thread(deployment.execute, plan)
    _require_complete(deployed)
    stages.append(_stage("deploy", began, f"{len(deployed.outcomes)} changes, release {deployed.release}"))
    began = perf_counter()
    again = await asyncio.to_thread(Deployment(request, client).plan)
    changes = "no changes" if not again.changes else f"{len(again.changes)} changes"
    stages.append(_stage("plan again", began, changes))
    await fetch_keys(world)
    return Shipped(tuple(stages), (_deployed_table(bundle),))


def _stage(name: str, began: float, outcome: str) -> Stage:
    return Stage(name, perf_counter() - began, outcome)


def _lint(bundle: Bundle) -> str:
    linter = Linter(datetime.now(UTC).date())
    linter.estate(Estate(bundle.resources, gateway=bundle.flavor))
    report = linter.report()
    errors = [finding for finding in report.findings if finding.severity == "error"]
    if errors:
        raise Refused(f"{errors[0].rule} {errors[0].message}", span=errors[0].span, help="run 'apim-ai lint'")
    return f"{report.files} documents, {report.count('error')} errors, {report.count('warning')} warnings"


def _require_complete(deployed: Deployed) -> None:
    failed = next((outcome for outcome in deployed.outcomes if outcome.state == "failed"), None)
    if failed is not None:
        raise ControlPlaneError(f"{failed.action} {failed.id}: {failed.error}", help=failed.help)


def _deployed_table(bundle: Bundle) -> Table:
    kinds = dict.fromkeys(resource.kind for resource in bundle.resources.values())
    rows = tuple((kind.replace("_", " "), str(len(bundle.resources.of(kind)))) for kind in kinds)
    return Table("Deployed", ("kind", "resources"), rows)


async def fetch_keys(world: World) -> None:
    """Ask the control plane for the callers' subscription keys, as an operator would.

    Raises:
        ControlPlaneError: a subscription has no keys.
    """
    headers = {"Authorization": f"Bearer {world.instance.token}"}
    async with httpx.AsyncClient(base_url=world.instance.control_plane, headers=headers) as client:
        for caller in world.bundle.callers:
            for subscription in caller.subscriptions[:1]:
                path = f"{world.instance.service}/subscriptions/{subscription}/listSecrets"
                response = await client.post(path, params={"api-version": "2024-05-01"})
                if response.is_error:
                    raise ControlPlaneError(f"the subscription '{subscription}' has no keys")
                world.keys[caller.name] = str(response.json()["primaryKey"])
