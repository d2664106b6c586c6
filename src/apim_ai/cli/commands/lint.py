"""`apim-ai lint`: check policies."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.terminal import wants_color

if TYPE_CHECKING:
    from apim_ai.lint import Report


class Format(StrEnum):
    """What to print."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


class Level(StrEnum):
    """From which severity on the exit code is 1."""

    error = "error"
    warning = "warning"
    info = "info"


class Scope(StrEnum):
    """Where a document stands."""

    global_ = "global"
    workspace = "workspace"
    product = "product"
    api = "api"
    operation = "operation"
    fragment = "fragment"


def lint(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH]...", help="Projects, folders or policy documents.")
    ] = None,
    env: Annotated[str | None, typer.Option("--env", "-e", help="One environment; all by default.")] = None,
    scope: Annotated[
        Scope | None, typer.Option("--scope", help="The documents' scope, where no project says it.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    fail_on: Annotated[Level, typer.Option("--fail-on", help="Least severity that fails.")] = Level.error,
    explain: Annotated[str | None, typer.Option("--explain", metavar="RULE", help="Explain a rule.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Look into unchanged documents again.")] = False,
    list_rules: Annotated[bool, typer.Option("--list-rules", help="List the rules.")] = False,
) -> int:
    """Check policies: what Azure refuses, and what nobody should ship.

    A path may be a project, a folder or any document, a template as well. Findings point at the template's lines.

    \b
    Examples:
      apim-ai lint
      apim-ai lint --env prod --fail-on warning
      apim-ai lint policy.xml --scope api --format json
      apim-ai lint --explain AIM401
    """  # noqa: D301 - typer's marker for text that keeps its lines
    if list_rules or explain is not None:
        _about(explain)
        return 0
    from datetime import UTC, datetime

    import platformdirs

    from apim_ai.lint import lint_paths
    from apim_ai.lint.cache import Cache

    scope_name = None if scope is None else scope.value
    cache = None if no_cache else Cache(platformdirs.user_cache_path("apim-ai") / "lint.json")
    report = lint_paths(paths or ["."], today=datetime.now(UTC).date(), env=env, scope=scope_name, cache=cache)
    _print(report, format)
    return int(report.fails(fail_on.value))


def _about(word: str | None) -> None:
    """Print a rule's page, or the list of rules."""
    from apim_ai.errors import UsageError
    from apim_ai.lint.explain import explain, rule_list
    from apim_ai.lint.registry import find_rule

    if word is None:
        typer.echo(rule_list())
        return
    rule = find_rule(word)
    if rule is None:
        raise UsageError(f"there is no rule '{word}'", help="see apim-ai lint --list-rules")
    typer.echo(explain(rule))


def _print(report: Report, format_: Format) -> None:
    from apim_ai.lint.reporters import reporter

    color = wants_color()
    text = reporter(format_.value)(report, color=color)
    if text:
        typer.echo(text, color=True if color else None)
