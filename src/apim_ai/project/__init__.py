"""A project: its files become, for one environment, the ARM-shaped resources that everything else works on.

`Project.load(path)` reads and validates every file; `project.bundle(env)` renders one environment and returns a
`Bundle`. Read `project` first, then `bundle` (what comes out), `environment` (how layers become settings) and the
modules that make resources: `policies`, `apis`, `products`, `services` (backends, named values, loggers and the like).
"""

from apim_ai.project.bundle import AccessHop, BackendFacts, Bundle, Caller, Route, ServiceTarget, Tier
from apim_ai.project.project import Project

__all__ = ["AccessHop", "BackendFacts", "Bundle", "Caller", "Project", "Route", "ServiceTarget", "Tier"]
