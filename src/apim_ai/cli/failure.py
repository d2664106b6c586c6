"""Turns an error into one readable block on stderr, or one JSON document on stdout, and the exit code."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from itertools import pairwise
from typing import TYPE_CHECKING

import typer

from apim_ai.errors import ApimAiError, OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["broken_pipe", "report", "wants_json"]

_EXTRAS = {
    "aiohappyeyeballs": "gateway",
    "aiohttp": "gateway",
    "bpe_openai": "gateway",
    "httptools": "gateway",
    "joserfc": "gateway",
    "jsonschema_rs": "gateway",
    "liquid": "gateway",
    "numpy": "gateway",
    "openai": "demo",
    "opentelemetry": "opentelemetry",
    "orjson": "gateway",
    "starlette": "gateway",
    "tiktoken": "gateway",
    "uvicorn": "gateway",
}
_INTERNAL = 3


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether the command line asks for JSON."""
    return any(
        argument in ("--format=json", "-f=json") or (argument in ("--format", "-f") and following == "json")
        for argument, following in pairwise([*arguments, ""])
    )


def report(error: Exception, arguments: Sequence[str]) -> int:
    """Print an error and return the exit code it stands for."""
    if "--debug" in arguments or os.environ.get("APIM_AI_DEBUG"):
        traceback.print_exception(error)
    known = _known(error)
    if wants_json(arguments):
        document = {
            "error": {
                "message": known.message,
                "where": known.where,
                "help": known.help,
                "exit_code": known.exit_code,
            }
        }
        with contextlib.suppress(OSError):  # what failed may be the output itself
            typer.echo(json.dumps(document, ensure_ascii=False))
    with contextlib.suppress(OSError):
        typer.echo("\n".join(_block(known)), err=True)
    return known.exit_code


def broken_pipe() -> int:
    """Leave quietly when the reader of stdout went away, as `apim-ai … | head` does."""
    discard_output()
    return 141


def discard_output() -> None:
    """Let what is still to be written to stdout go nowhere, so that the interpreter's end does not fail by it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _known(error: Exception) -> ApimAiError:
    if isinstance(error, ApimAiError):
        return error
    format_message = getattr(error, "format_message", None)  # click's own errors, and those of the click inside typer
    if callable(format_message):
        message = _lowered(str(format_message()).replace("Value error, ", "", 1)) or "a command is missing"
        return UsageError(message, help=_usage_help(error))
    if isinstance(error, ModuleNotFoundError) and (extra := _EXTRAS.get((error.name or "").split(".")[0])):
        help_ = f"install it with: pip install 'apim-ai[{extra}]'"
        return UsageError(f"this command needs the extra '{extra}', which is not installed", help=help_)
    if isinstance(error, OSError) and error.strerror:
        what = f"'{error.filename}'" if error.filename else "the output"
        return OutsideError(f"{what} cannot be read or written: {error.strerror.lower()}")
    internal = ApimAiError(
        f"internal error: {type(error).__name__}: {error}",
        help="run again with --debug before the command's name and report what it prints",
    )
    internal.exit_code = _INTERNAL
    return internal


def _lowered(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _usage_help(error: Exception) -> str | None:
    path = getattr(getattr(error, "ctx", None), "command_path", None)
    return None if path is None else f"see '{path} --help'"


def _block(error: ApimAiError) -> Iterator[str]:
    label = typer.style("error", fg="red", bold=True)
    for each in (error, *error.also):
        where = f"{each.where}: " if each.where else ""
        yield f"{where}{label}: {each.message}"
        if each.help:
            yield f"  help: {each.help}"
