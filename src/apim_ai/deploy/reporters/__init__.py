"""How plans and deployments are shown: one file a format, each with `plan`, `deployed` and `drift` that return text."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from apim_ai.deploy.deployment import Deployed
    from apim_ai.deploy.drift import DriftReport
    from apim_ai.deploy.plan import Plan

__all__ = ["Reporter", "formats", "reporter"]


class Reporter(Protocol):
    """Writes a plan and a deployment in one format."""

    def plan(self, plan: Plan) -> str:
        """Return a plan as text."""
        ...

    def deployed(self, env: str, deployed: Deployed) -> str:
        """Return what a deployment did as text."""
        ...

    def drift(self, report: DriftReport) -> str:
        """Return what drifted as text."""
        ...


def formats() -> tuple[str, ...]:
    """Return the names of the formats: the files of this folder."""
    return tuple(sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_")))


def reporter(name: str) -> Reporter:
    """Return the reporter of a format.

    Raises:
        KeyError: there is no such format.
    """
    if name not in formats():
        raise KeyError(name)
    return cast("Reporter", import_module(f"{__name__}.{name}"))
