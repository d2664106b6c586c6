"""`apim-ai capacity`: what a number of users needs."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.ship import ProjectFolder  # noqa: TC001 - typer evaluates annotations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.ops.capacity import Assumptions, Capacity, Configured


_WITH_A_DECIMAL = 100  # from here on a decimal would pretend precision


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


def capacity(
    users: Annotated[int, typer.Option("--users", metavar="N", help="How many people have access.")],
    assume: Annotated[
        list[str] | None, typer.Option("--assume", metavar="NAME=VALUE", help="A value of your own; may be repeated.")
    ] = None,
    env: Annotated[
        str | None, typer.Option("--env", "-e", metavar="NAME", help="An environment to compare with.")
    ] = None,
    project: ProjectFolder = ".",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
) -> int:
    """Estimate what a number of users needs at the peak, in a low and in a high case, with every assumption.

    \b
    Examples:
      apim-ai capacity --users 2000
      apim-ai capacity --users 2000 --env prod --assume active_share=0.1 --assume seconds_per_message=8
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.ops.capacity import capacity as needed
    from apim_ai.ops.capacity import read_assumptions

    assumptions = read_assumptions().given(assume or [])
    cases = needed(users, assumptions)
    limit = None if env is None else _configured(project, env, cases)
    if format is Format.json:
        typer.echo(json.dumps(_document(users, assumptions, cases, limit), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(_lines(users, assumptions, cases, limit)))
    return 0


def _configured(project: str, env: str, cases: Sequence[Capacity]) -> Configured | None:
    from apim_ai.cli.service import load
    from apim_ai.ops.capacity import configured

    _, bundle = load(project, env)
    return configured(bundle, cases)


def _document(
    users: int, assumptions: Assumptions, cases: Sequence[Capacity], limit: Configured | None
) -> dict[str, object]:
    return {
        "users": users,
        "recorded": assumptions.recorded,
        "assumptions": [asdict(each) for each in assumptions.by_name.values()],
        "cases": [asdict(case) for case in cases],
        "configured": None if limit is None else asdict(limit),
    }


def _lines(users: int, assumptions: Assumptions, cases: Sequence[Capacity], limit: Configured | None) -> Iterator[str]:
    from apim_ai.cli.columns import columns

    yield columns((f"{users:,} USERS", *(case.case.upper() for case in cases)), list(_needs(cases)))
    if limit is not None:
        yield ""
        for case, is_enough in limit.is_enough.items():
            word = "is enough" if is_enough else "is NOT enough"
            yield f"concurrency.orchestrator lets {limit.at_once_per_unit} through at once a unit: {word} in the {case} case"
    yield ""
    yield "Users are not calls, and the models' requests and tokens a minute are the first wall: compare them with your"
    yield "quota. Measure, and say what you know with --assume NAME=VALUE."
    yield ""
    rows = [(a.name, f"{a.low:g}", f"{a.high:g}", a.source, a.means) for a in assumptions.by_name.values()]
    yield columns((f"ASSUMPTION ({assumptions.recorded})", "LOW", "HIGH", "SOURCE", "MEANS"), rows)


def _needs(cases: Sequence[Capacity]) -> Iterator[tuple[str, ...]]:
    for title, field in (
        ("messages a day", "messages_per_day"),
        ("messages a minute at the peak", "messages_per_minute"),
        ("model requests a minute at the peak", "model_requests_per_minute"),
        ("tokens a minute at the peak", "tokens_per_minute"),
        ("executions at once, mean of that minute", "executions_at_once"),
        ("executions at once, with headroom", "executions_at_peak"),
    ):
        yield title, *(_number(getattr(case, field)) for case in cases)
    for size in dict.fromkeys(size for case in cases for size in case.orchestrator_instances):
        found = (case.orchestrator_instances.get(size) for case in cases)
        yield f"orchestrator instances at {size} executions each", *("-" if n is None else str(n) for n in found)
    yield "gateway requests a second at the peak", *(_number(case.gateway_requests_per_second) for case in cases)
    yield "gateway units", *(str(case.gateway_units) for case in cases)


def _number(value: float) -> str:
    return f"{value:,.1f}" if value < _WITH_A_DECIMAL and value != int(value) else f"{value:,.0f}"
