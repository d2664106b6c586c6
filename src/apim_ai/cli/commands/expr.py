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
    except OSError as error:
        raise ExpressionError(f"'{path}' cannot be read: {(error.strerror or 'unknown error').lower()}") from error
    except (ValueError, RecursionError) as error:
        raise ExpressionError(f"'{path}' cannot be read as JSON: {error}") from error


def _batch(settings: ExpressionSettings) -> int:
    import io

    stdin: object = sys.stdin
    if isinstance(stdin, io.TextIOWrapper):
        cast("io.TextIOWrapper", stdin).reconfigure(errors="replace")  # a line that is not UTF-8 is no reason to stop
    for line in sys.stdin:
        if line.strip():
            typer.echo(_json(_answer(line, settings)))
    return 0


def _answer(line: str, settings: ExpressionSettings) -> dict[str, object]:
    from apim_ai.expression.evaluation import evaluate_line, line_id

    try:
        return evaluate_line(line, settings)
    except Exception as error:  # noqa: BLE001 - a defect of ours costs its own line, not those behind it
        message = f"internal error: {type(error).__name__}: {error}"
        return {"id": line_id(line), "error": {"kind": "internal", "message": message}}


def _json(document: dict[str, object]) -> str:
    """Return a document as JSON; halves of surrogate pairs, which are no characters, become escapes."""
    import json
    import re

    text = json.dumps(document, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found.group()):04x}", text)


def _print(result: Evaluation, shape: Format) -> int:
    if shape is Format.json:
        typer.echo(_json(result.document()))
        return 0 if result.error is None else 1
    for warning in result.warnings:
        typer.echo(f"warning: {warning}", err=True)
    if result.error is None:
        shown = result.text if result.text is not None else "null"
        typer.echo(shown.encode("utf-8", "replace").decode("utf-8"))
        return 0
    error = result.error
    kind = cast("str", error["exception"]) if "exception" in error else f"{error['line']}:{error['column']}: error"
    typer.echo(f"{kind}: {error['message']}", err=True)
    if result.caret is not None:
        typer.echo(result.caret, err=True)
    return 1
