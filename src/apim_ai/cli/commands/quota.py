"""`apim-ai quota`: how full the models' quotas are."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.ship import Env, ProjectFolder  # noqa: TC001 - typer evaluates annotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.ops.quota import Usage
    from apim_ai.project import Bundle


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"
    markdown = "markdown"


def quota(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Usages of a region, as Azure answers them.")],
    env: Env,
    warn_at: Annotated[float, typer.Option("--warn-at", metavar="PERCENT", help="From when on.", min=0, max=100)] = 70,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
) -> int:
    """Show how much of the models' quota is given away, and whether the tiers fit into the backends.

    It asks nobody: the usages come from 'az cognitiveservices usage list --location REGION'. It ends with 1 when a quota is
    as full as --warn-at says, or tiers promise more than the backends take.

    \b
    Examples:
      az cognitiveservices usage list --location westeurope > westeurope.json
      apim-ai quota westeurope.json --env prod
      apim-ai quota *.json --env prod --warn-at 80 --format markdown > work-item.md
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.cli.service import load
    from apim_ai.ops.quota import over_capacity, read_usages

    usages = read_usages(files)
    _, bundle = load(project, env)
    full = [usage for usage in usages if usage.share >= warn_at]
    problems = over_capacity(bundle)
    match format:
        case Format.json:
            typer.echo(json.dumps(_document(usages, full, problems), ensure_ascii=False, indent=2))
        case Format.markdown:
            typer.echo("\n".join(_markdown(bundle, usages, full, problems)))
        case _:
            typer.echo("\n".join(_lines(usages, full, problems)))
    return 1 if full or problems else 0


def _document(usages: Sequence[Usage], full: Sequence[Usage], problems: Sequence[str]) -> dict[str, object]:
    rows = [
        {
            "region": usage.source,
            "name": usage.name,
            "used": usage.used,
            "limit": usage.limit,
            "percent": round(usage.share, 1),
            "is_full": usage in full,
        }
        for usage in usages
    ]
    return {"quotas": rows, "problems": list(problems)}


def _lines(usages: Sequence[Usage], full: Sequence[Usage], problems: Sequence[str]) -> Iterator[str]:
    from apim_ai.cli.columns import columns

    rows = [(u.source, u.name, f"{u.used:g}", f"{u.limit:g}", f"{u.share:.0f} %{' !' * (u in full)}") for u in usages]
    yield columns(("REGION", "QUOTA", "GIVEN AWAY", "OF", "SHARE"), rows) if rows else "there is no quota"
    yield from (f"! {problem}" for problem in problems)


def _markdown(bundle: Bundle, usages: Sequence[Usage], full: Sequence[Usage], problems: Sequence[str]) -> Iterator[str]:
    yield f"<!-- apim-ai quota {bundle.stack} {bundle.env} -->"
    yield f"### Quotas of `{bundle.env}`: {len(full)} of {len(usages)} are nearly full\n"
    yield "| region | quota | given away | of | share |\n|---|---|--:|--:|--:|"
    for usage in usages:
        share = f"**{usage.share:.0f} %**" if usage in full else f"{usage.share:.0f} %"
        yield f"| {_cell(usage.source)} | {_cell(usage.name)} | {usage.used:g} | {usage.limit:g} | {share} |"
    yield from (f"\n> ⚠ {problem}" for problem in problems)


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")
