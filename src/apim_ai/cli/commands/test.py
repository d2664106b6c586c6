"""`apim-ai test`: run policy cases."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.cases.model import CaseResult


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"
    junit = "junit"


def test(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Case files or folders.")] = None,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    select: Annotated[
        str,
        typer.Option(
            "-k", metavar="EXPR", help="Only cases whose file or name matches, such as 'token and not stream'."
        ),
    ] = "",
) -> int:
    """Run policy cases (*.case.yaml): mocked backends, a virtual clock, no network.

    Without a path, all cases below the current folder.

    \b
    Examples:
      apim-ai test
      apim-ai test policies/token-limit -k spoofed
      apim-ai test --format junit > build/cases.xml
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from importlib import import_module
    from time import perf_counter

    began = perf_counter()
    results = list(_results(paths or ["."], select))
    reporter = import_module(f"apim_ai.cases.reporters.{format.value}")
    if not results and format is Format.text:
        typer.echo("no cases found: a case is a file named *.case.yaml", err=True)
    typer.echo(reporter.render(results, perf_counter() - began))
    if any(result.error is not None for result in results):
        return 2
    return 0 if all(result.passed for result in results) else 1


def _results(paths: list[str], select: str) -> Iterator[CaseResult]:
    from apim_ai.cases.load import find_files, load_file
    from apim_ai.cases.run import Runner

    runner = Runner()
    for path in find_files(paths):
        loaded = load_file(path)
        for broken in loaded.broken:
            if _selected(broken.file, broken.name, select):
                yield broken
        for case in loaded.cases:
            if _selected(case.file, case.name, select):
                yield runner.run(case)


def _selected(file: str, name: str, select: str) -> bool:
    """Whether a case is meant by `-k`: words joined by `and`, `or`, `not`, as pytest reads them."""
    text = f"{file} {name}".lower()
    if not select.strip():
        return True
    return any(_all_hold(part, text) for part in re.split(r"\s+or\s+", select.lower().strip()))


def _all_hold(terms: str, text: str) -> bool:
    for term in re.split(r"\s+and\s+", terms):
        word = term.removeprefix("not ").strip()
        if (word in text) is term.startswith("not "):
            return False
    return True
