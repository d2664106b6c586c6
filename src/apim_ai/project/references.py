"""References between the parts of a project that no other check sees: each must name something that exists."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.config.yaml import Path
    from apim_ai.errors import ConfigError
    from apim_ai.project.environment import Environment

__all__ = ["reference_problems"]


def reference_problems(environment: Environment) -> Iterator[ConfigError]:
    """Yield an error for each name that names nothing."""
    for path, noun, name, known in _references(environment):
        if name not in known:
            close = difflib.get_close_matches(name, list(known), n=1)
            hint = f'did you mean "{close[0]}"?' if close else None
            yield environment.places.error(f'there is no {noun} "{name}"', path, help=hint)


def _references(environment: Environment) -> Iterator[tuple[Path, str, str, Iterable[str]]]:
    """Yield where a name stands, what it should name, the name, and the names there are."""
    project = environment.project
    for name, caller in project.callers.items():
        yield ("callers", name, "product"), "product", caller.product, project.products
        for index, api in enumerate(caller.apis):
            yield ("callers", name, "apis", index), "API", api, project.apis
    for name, route in project.routes.items():
        yield ("routes", name, "backend"), "backend", route.backend, project.backends
    for name, diagnostic in project.diagnostics.items():
        yield ("diagnostics", name, "logger"), "logger", diagnostic.logger, project.loggers
    for name, backend in project.backends.items():
        for index, member in enumerate(backend.pool or ()):
            yield ("backends", name, "pool", index, "id"), "backend", member.id, project.backends
    tiers = environment.tiers_file
    yield ("default",), "tier", tiers.default, tiers.tiers
