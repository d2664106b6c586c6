"""`apim-ai test`: run policy cases."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand

from apim_ai.cli.terminal import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.cases.coverage import Coverage
    from apim_ai.cases.model import Case, CaseResult

_PAGE = Path("build") / "policy-coverage.html"
_CLEAR = "\x1b[2J\x1b[H"
_NAMED = 3  # changed files
_LOOK_EVERY = 0.3  # seconds


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"
    junit = "junit"


class Show(StrEnum):
    """How coverage is shown."""

    text = "text"
    html = "html"


class _Command(TyperCommand):
    """Takes `--coverage` with or without how."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - click's, of which typer has a copy
        """Give a bare `--coverage` its value."""
        filled = [
            f"--coverage={Show.text}" if argument == "--coverage" and following not in list(Show) else argument
            for argument, following in zip(args, [*args, ""][1:], strict=True)
        ]
        return super().parse_args(ctx, filled)


app = typer.Typer(add_completion=False)


@app.command(cls=_Command)
def test(
    paths: Annotated[list[str] | None, typer.Argument(metavar="[PATH]...", help="Case files or folders.")] = None,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    select: Annotated[
        str,
        typer.Option(
            "-k", metavar="EXPR", help="Only cases whose file or name matches, such as 'token and not stream'."
        ),
    ] = "",
    coverage: Annotated[
        Show | None,
        typer.Option(
            "--coverage",
            metavar="[text|html]",
            help="Also show which policies, branches and expressions no case reached.",
        ),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Run again whenever a file changes; Ctrl-C ends.")] = False,
) -> int:
    """Run policy cases (*.case.yaml): mocked backends, a virtual clock, no network.

    Without a path, all cases below the current folder.

    \b
    Examples:
      apim-ai test
      apim-ai test policies/token-limit -k spoofed
      apim-ai test --coverage html
      apim-ai test --watch
      apim-ai test --format junit > build/cases.xml
    """  # noqa: D301 - typer's marker for text that keeps its lines
    session = _Session(paths or ["."], select, format, coverage)
    if watch:
        session.watch()
    return session.run()


class _Session:
    """One command line, run once or again and again."""

    def __init__(self, paths: list[str], select: str, shape: Format, show: Show | None) -> None:
        from apim_ai.cases.select import selection

        self._paths = paths
        self._select = select
        self._is_whole = not select
        self._is_meant = selection(select)
        self._format = shape
        self._show = show
        self._projects: dict[Path, None] = {}

    def run(self) -> int:
        """Run all cases, print, and return the exit code."""
        from importlib import import_module
        from time import perf_counter

        began = perf_counter()
        runs, report = self._runner()
        results = list(self._results(runs))
        seconds = perf_counter() - began
        if self._is_whole:
            from apim_ai.cli.tested import record

            record(self._paths, results)
        if not results and self._format is Format.text:
            typer.echo(self._why_none(), err=True)
        coverage = report() if report is not None else None
        reporter = import_module(f"apim_ai.cases.reporters.{self._format.value}")
        with_coverage = {"coverage": coverage} if self._format is Format.json else {}
        typer.echo(reporter.render(results, seconds, **with_coverage))
        if coverage is not None:
            self._tell(coverage)
        if any(result.error is not None for result in results):
            return 2
        return 0 if all(result.passed for result in results) else 1

    def _why_none(self) -> str:
        if self._select:
            return f"no cases found that match '{self._select}'"
        return "no cases found: a case is a file named *.case.yaml or *.case.json"

    def watch(self) -> NoReturn:
        """Run whenever something changed, until somebody ends it."""
        from time import sleep

        from apim_ai.cli.watch import look, next_changes

        while True:
            before = look(self._roots())
            self.run()
            roots = self._roots()
            before = {**look(roots), **before}
            typer.secho(f"watching {len(before)} files; Ctrl-C ends", dim=True, err=True)
            changed = next_changes(roots, before, lambda: sleep(_LOOK_EVERY))
            if is_terminal(sys.stdout):
                typer.echo(_CLEAR, nl=False)
            more = len(changed) - _NAMED
            names = ", ".join(map(str, changed[:_NAMED]))
            typer.secho(f"changed: {names}{f' and {more} more' if more > 0 else ''}", dim=True, err=True)

    def _roots(self) -> tuple[Path, ...]:
        """Return what is watched: folders of cases, for their documents lie near them, and projects."""
        given = [Path(path) if Path(path).is_dir() else Path(path).parent for path in self._paths]
        return tuple(dict.fromkeys((*given, *self._projects)))

    def _runner(self) -> tuple[Callable[[Case], CaseResult], Callable[[], Coverage] | None]:
        if self._show is None:
            from apim_ai.cases.run import Runner

            return Runner().run, None
        from apim_ai.cases.coverage import Collector

        collector = Collector()
        return collector.run, collector.report

    def _results(self, run: Callable[[Case], CaseResult]) -> Iterator[CaseResult]:
        from apim_ai.cases.load import find_files, load_file

        for path in find_files(self._paths):
            loaded = load_file(path)
            for broken in loaded.broken:
                if self._is_meant(broken.file, broken.name):
                    yield broken
            for case in loaded.cases:
                if self._is_meant(case.file, case.name):
                    if "project" in case.content:
                        self._projects[case.folder / case.content["project"]] = None
                    yield run(case)

    def _tell(self, coverage: Coverage) -> None:
        """Show coverage: as text beside text, else where it does not disturb what scripts read."""
        if self._show is Show.html:
            from apim_ai.cases.coverage.html import render as page

            _PAGE.parent.mkdir(exist_ok=True)
            _PAGE.write_text(page(coverage), encoding="utf-8")
            typer.echo(f"coverage: {_PAGE}", err=True)
        elif self._format is not Format.json:
            from apim_ai.cases.coverage.text import render

            typer.echo(f"\n{render(coverage)}", err=self._format is Format.junit)
