"""A project: its files become, for one environment, the ARM-shaped resources that everything else works on.

`Project.load(path)` reads and validates every file; `project.bundle(env)` renders one environment and returns a
`Bundle`. Read `project` first, then `bundle` (what comes out), `environment` (how layers become settings) and the
modules that make resources: `policies`, `apis`, `products`, `services` (backends, named values, loggers and the like).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.project.bundle import AccessHop, BackendFacts, Bundle, Caller, Route, ServiceTarget, Tier

if TYPE_CHECKING:
    from apim_ai.project.project import Project

__all__ = ["AccessHop", "BackendFacts", "Bundle", "Caller", "Project", "Route", "ServiceTarget", "Tier"]


def __getattr__(name: str) -> object:
    """Import `Project` when it is asked for: the gateway uses this package without the models of the configuration."""
    if name != "Project":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    from apim_ai.project.project import Project  # noqa: PLC0415 - see above

    return Project
