"""The report for a terminal: stages, a table of checks, the verdict."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from apim_ai.demo.report import DemoReport

__all__ = ["render"]

_NARROW = 100


def render(report: DemoReport, *, width: int = 100, color: bool = False) -> str:
    """Return the report for a terminal of so many columns."""
    out = StringIO()
    console = Console(
        file=out, width=width, force_terminal=color, no_color=not color, highlight=False, legacy_windows=False
    )
    for table in (_stages(report), _checks(report, narrow=width < _NARROW), *_further(report)):
        console.print(table)
        console.print()
    console.print(_verdict(report))
    return out.getvalue()


def _stages(report: DemoReport) -> Table:
    """Return the pipeline with its timings."""
    table = _table("Pipeline")
    table.add_column("stage", style="bold")
    table.add_column("outcome")
    table.add_column("seconds", justify="right", style="dim")
    for stage in report.stages:
        table.add_row(escape(stage.name), escape(stage.outcome), f"{stage.seconds:.2f}")
    return table


def _checks(report: DemoReport, *, narrow: bool) -> Table:
    """Return the checks; on a narrow terminal what was expected stands in the way only of a check that failed."""
    table = _table("Checks")
    table.add_column("")
    table.add_column("check", ratio=2)
    if not narrow:
        table.add_column("expected", ratio=3)
    table.add_column("seen", ratio=3)
    for group, checks in report.groups.items():
        table.add_row("", Text(group, style="bold cyan"), *[""] * (1 if narrow else 2))
        for check in checks:
            mark = Text("ok", style="green") if check.passed else Text("NO", style="bold red")
            seen = Text(check.actual, style="" if check.passed else "red")
            if narrow and not check.passed:
                seen = Text.assemble(seen, "\nexpected: ", check.expected)
            table.add_row(mark, Text(check.name), *([] if narrow else [Text(check.expected, style="dim")]), seen)
    return table


def _further(report: DemoReport) -> list[Table]:
    """Return the other figures."""
    tables: list[Table] = []
    for further in report.tables:
        table = _table(further.title)
        for number, column in enumerate(further.columns):
            table.add_column(escape(column), justify="right" if number and _is_figure(further.rows, number) else "left")
        for row in further.rows:
            table.add_row(*(escape(cell) for cell in row))
        tables.append(table)
    return tables


def _is_figure(rows: tuple[tuple[str, ...], ...], column: int) -> bool:
    return all(row[column].replace(",", "").isdigit() for row in rows)


def _table(title: str) -> Table:
    return Table(title=escape(title), title_justify="left", title_style="bold", box=None, pad_edge=False, expand=False)


def _verdict(report: DemoReport) -> Text:
    """Return the last line."""
    count = len(report.checks)
    if report.failed:
        return Text(f"{report.failed} of {count} checks failed, in {report.seconds:.1f} s", style="bold red")
    return Text(f"all {count} checks passed in {report.seconds:.1f} s", style="bold green")
