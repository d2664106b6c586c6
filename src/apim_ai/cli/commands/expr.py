"""`apim-ai expr`: evaluate policy expressions."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from apim_ai.expression import ExpressionSettings
    from apim_ai.expression.evaluation import Evaluation


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


def expr(
    expression: Annotated[str | None, typer.Argument(help="The expression: '@( … )' or '@{ … }'.")] = None,
    context: Annotated[
        str | None, typer.Option("--context", metavar="FILE", help="JSON file with the context; - is stdin.")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--setting", metavar="NAME=VALUE", help="dotnet.profile=core|framework, expressions.culture=…"),
    ] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="Read JSON Lines from stdin, answer in the same order.")
    ] = False,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
) -> int:
    """Evaluate a policy expression as the gateway would.

    \b
    Examples:
      apim-ai expr '@(1 + 2)'
      apim-ai expr '@(context.Request.Headers.GetValueOrDefault("x", "none"))' --context context.json
      apim-ai expr --batch < expressions.jsonl
    """  # noqa: D301 - typer's marker for text that keeps its lines
    settings = _settings(setting or [])
    if batch:
        return _batch(settings)
    if expression is None:
        from apim_ai.errors import UsageError

        raise UsageError("no expression", help="write one, such as '@(1 + 2)', or use --batch")
    from apim_ai.expression.evaluation import evaluate

    result = evaluate(expression, _context(context), settings)
    return _print(result, format)


def _settings(pairs: list[str]) -> ExpressionSettings:
    from apim_ai.expression.evaluation import settings_of

    return settings_of(pairs)


def _context(path: str | None) -> object:
    if path is None:
        return {}
    import json
    from pathlib import Path

    from apim_ai.errors import ExpressionError

    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text("utf-8")
        return json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise ExpressionError(f"'{path}' cannot be read: {error}") from error


def _batch(settings: ExpressionSettings) -> int:
    import json

    from apim_ai.expression.evaluation import evaluate_line

    for line in sys.stdin:
        if line.strip():
            typer.echo(json.dumps(evaluate_line(line, settings), ensure_ascii=False))
    return 0


def _print(result: Evaluation, shape: Format) -> int:
    if shape is Format.json:
        import json

        typer.echo(json.dumps(result.document(), ensure_ascii=False))
        return 0 if result.error is None else 1
    for warning in result.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if result.error is None:
        typer.echo(result.text if result.text is not None else "null")
        return 0
    error = result.error
    kind = cast("str", error["exception"]) if "exception" in error else f"{error['line']}:{error['column']}: error"
    typer.echo(f"{kind}: {error['message']}", err=True)
    if result.caret is not None:
        typer.echo(result.caret, err=True)
    return 1
