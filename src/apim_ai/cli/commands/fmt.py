"""`apim-ai fmt`: lay policy documents out."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.cli.formatting import Formatted

_UNREADABLE = 2


class Format(StrEnum):
    """What to print."""

    text = "text"
    json = "json"


def fmt(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Folders, documents or templates; - for standard input."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change, exit 1 then.")] = False,
    indent: Annotated[int, typer.Option("--indent", min=1, max=8, help="Spaces a level.")] = 2,
    stdin_filename: Annotated[
        str, typer.Option("--stdin-filename", metavar="NAME", help="What standard input is the content of.")
    ] = "stdin.xml",
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
) -> int:
    """Format policy documents: indentation, order of attributes, quotes.

    Expressions and texts stay as they are, and so does what a document means, which is checked for every file. Lines are
    broken where they were; attributes that were broken over lines stand one a line. A template (.xml.j2) is formatted
    where its blocks stand between elements; one that cannot be is left alone, with a note.

    \b
    Examples:
      apim-ai fmt
      apim-ai fmt --check policies
      apim-ai fmt --diff policy.xml
      apim-ai fmt - < policy.xml
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.cli.formatting import files_of, format_file, format_text

    if paths == ["-"]:
        return _standard_input(
            format_text(stdin_filename, sys.stdin.read(), indent=indent), is_read_only=check or diff, shows=diff
        )
    results = [format_file(path, indent=indent) for path in dict.fromkeys(files_of(paths or ["."]))]
    if not (check or diff):
        _write(results)
    if format is Format.json:
        typer.echo(json.dumps(_document(results), ensure_ascii=False))
    else:
        _print(results, is_read_only=check or diff, shows=diff)
    return _code(results, is_read_only=check or diff)


def _code(results: Sequence[Formatted], *, is_read_only: bool) -> int:
    if any(each.problem is not None and not each.is_left_alone for each in results):
        return _UNREADABLE
    return int(is_read_only and any(each.is_changed for each in results))


def _write(results: Sequence[Formatted]) -> None:
    from pathlib import Path

    for each in results:
        if each.is_changed:
            Path(each.path).write_bytes(each.after.encode("utf-8"))


def _standard_input(result: Formatted, *, is_read_only: bool, shows: bool) -> int:
    _complain(result)
    if shows:
        typer.echo(result.diff(), nl=False)
    elif not is_read_only and (result.problem is None or result.is_left_alone):
        typer.echo(result.after, nl=False)
    return _code([result], is_read_only=is_read_only)


def _print(results: Sequence[Formatted], *, is_read_only: bool, shows: bool) -> None:
    """Print as formatters do: what each file is, then a line of counts."""
    for each in results:
        _complain(each)
        if shows and each.is_changed:
            typer.echo(each.diff(), nl=False)
        elif is_read_only and each.is_changed:
            typer.echo(f"Would reformat: {each.path}")
    changed = sum(each.is_changed for each in results)
    done, kept = ("would be reformatted", "already formatted") if is_read_only else ("reformatted", "left unchanged")
    rest = sum(not each.is_changed and each.problem is None for each in results)
    counts = [f"{_files(number)} {word}" for number, word in ((changed, done), (rest, kept)) if number]
    typer.echo(", ".join(counts) or "no policy documents", err=shows)


def _complain(result: Formatted) -> None:
    if result.problem is not None:
        word = "left alone" if result.is_left_alone else "error"
        typer.echo(f"{word}: {result.problem}", err=True)
        if result.problem.help and not result.is_left_alone:
            typer.echo(f"  help: {result.problem.help}", err=True)


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


def _document(results: Sequence[Formatted]) -> dict[str, object]:
    return {
        "files": [
            {
                "file": each.path,
                "changed": each.is_changed,
                "error": None if each.problem is None else str(each.problem),
                "left_alone": each.is_left_alone,
            }
            for each in results
        ],
        "summary": {
            "files": len(results),
            "changed": sum(each.is_changed for each in results),
            "errors": sum(each.problem is not None and not each.is_left_alone for each in results),
        },
    }
