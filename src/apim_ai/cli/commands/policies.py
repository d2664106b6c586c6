"""`apim-ai policies`: what the local gateway runs, and how true to the service."""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.family.fidelity import Fidelity

_NAME = 36  # the longest name of a policy
_WIDTH = 80


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


def policies(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these; also levels, such as refused.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
) -> int:
    """List the policies: which run exactly, by settings, approximately, or not at all, and why.

    \b
    Examples:
      apim-ai policies
      apim-ai policies refused
      apim-ai policies llm-token-limit --format json
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.family.fidelity import LEVELS, all_fidelities

    listed = [each for each in all_fidelities() if not names or each.name in names or each.level in names]
    _check_known(names or [], [*LEVELS, *(each.name for each in all_fidelities())])
    summary = {level: sum(each.level == level for each in listed) for level in LEVELS}
    if format is Format.json:
        document = {"policies": [asdict(each) for each in listed], "summary": summary}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for level, meaning in LEVELS.items():
            group = [each for each in listed if each.level == level]
            if group:
                typer.echo("\n".join(_lines(f"{level} ({len(group)}): {meaning}", group)))
    return 0


def _check_known(names: Sequence[str], known: Sequence[str]) -> None:
    from difflib import get_close_matches

    from apim_ai.errors import UsageError

    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        close = get_close_matches(unknown, known, n=1)
        help_ = f"did you mean '{close[0]}'?" if close else "see apim-ai policies"
        raise UsageError(f"there is no policy '{unknown}'", help=help_)


def _lines(head: str, group: Sequence[Fidelity]) -> Iterator[str]:
    from textwrap import wrap

    yield head
    for each in group:
        text = "; ".join(filter(None, (each.why, _decided(each))))
        first, *rest = wrap(text, _WIDTH - _NAME - 3, break_on_hyphens=False) or [""]
        yield f"  {each.name:<{_NAME}} {first}".rstrip()
        yield from (f"  {'':<{_NAME}} {line}" for line in rest)
    yield ""


def _decided(each: Fidelity) -> str | None:
    """Name its settings, a whole group by the group's name."""
    from apim_ai.config import GatewaySettings

    table = [info.name for info in GatewaySettings.table()]
    named: dict[str, None] = {}
    for name in each.settings:
        group = name.partition(".")[0]
        whole = [other for other in table if other.startswith(f"{group}.")]
        named[f"{group}.*" if len(whole) > 1 and set(whole) <= set(each.settings) else name] = None
    return f"settings {', '.join(named)}" if named else None
