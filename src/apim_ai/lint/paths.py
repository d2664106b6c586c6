"""Lints what paths mean, or remembers what came of it when nothing has changed since."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.errors import UsageError
from apim_ai.lint.inputs import state_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from apim_ai.lint.cache import Cache
    from apim_ai.lint.report import Report

__all__ = ["lint_paths"]

_SCOPES = ("global", "workspace", "product", "api", "operation", "fragment")


def lint_paths(
    paths: Sequence[str],
    *,
    today: date,
    env: str | None = None,
    scope: str | None = None,
    cache: Cache | None = None,
) -> Report:
    """Lint projects, folders and documents.

    Args:
        paths: as the user gave them; findings name files below them.
        today: the day on which suppressions expire or not.
        env: the environment; all of a project's by default.
        scope: the scope of documents; by default their place in the project decides.
        cache: keeps findings from one run to the next.

    Raises:
        UsageError: there is no such path, environment or scope.
        InputError: a project's configuration cannot be used.
    """
    if scope is not None and scope not in _SCOPES:
        raise UsageError(f"there is no scope '{scope}'", help=f"scopes: {', '.join(_SCOPES)}")
    if cache is None:
        return _fresh(paths, today, env, scope, None)
    state = state_of(paths)
    key = None if state is None else cache.run_key(str(Path.cwd()), *paths, str(today), str(env), str(scope), *state)
    report = None if key is None else cache.report(key)
    if report is None:
        report = _fresh(paths, today, env, scope, cache)
        if key is not None:
            cache.remember(key, report)
        cache.save()
    return report


def _fresh(paths: Sequence[str], today: date, env: str | None, scope: str | None, cache: Cache | None) -> Report:
    from apim_ai.lint.collect import collect  # noqa: PLC0415 - nothing of it is needed where nothing has changed
    from apim_ai.lint.engine import Linter  # noqa: PLC0415 - the same

    return collect(paths, Linter(today, cache=cache), env=env, scope=scope)
