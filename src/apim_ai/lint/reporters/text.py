"""For people: the place, the message, the line with a caret, and what to do."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding, Severity
    from apim_ai.lint.report import Report
    from apim_ai.source import Span

__all__ = ["report"]

_COLORS = {"error": "31", "warning": "33", "info": "36"}
_WIDTH = 110
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def report(report: Report, *, color: bool = False) -> str:
    """Return a block for each finding and a summary."""
    blocks = ["\n".join(_block(finding, color=color)) for finding in report.findings]
    return "\n\n".join([*blocks, _summary(report)])


def _block(finding: Finding, *, color: bool) -> Iterator[str]:
    label = f"{finding.severity}[{finding.rule}]"
    if color:
        label = f"\x1b[1;{_COLORS[finding.severity]}m{label}\x1b[0m"
    yield f"{finding.span}: {label} {_harmless(finding.message)} ({finding.name})"
    yield from map(_harmless, _excerpt(finding.span))
    for related in finding.related:
        yield f"  note: {related.span}: {_harmless(related.message)}"
    if finding.help:
        yield f"  help: {finding.help}"


def _harmless(text: str) -> str:
    """Return a text without what a terminal would take for a command; a file may hold anything."""
    return _CONTROL.sub("\ufffd", text)


def _excerpt(span: Span) -> Iterator[str]:
    """Yield the line with carets under the place, cut around it where it is long."""
    lines = _lines(span.file)
    if not 0 < span.line <= len(lines) or span.column == span.end_column == 1:
        return
    line = lines[span.line - 1].replace("\t", " ")
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start = max(0, span.column - 1 - _WIDTH // 3) if len(line) > _WIDTH else 0
    shown = line[start : start + _WIDTH].rstrip()
    at = span.column - 1 - start
    width = max(1, min(end - span.column, len(shown) - at))
    number = str(span.line)
    yield f"  {number} | {shown}"
    yield f"  {' ' * len(number)} | {' ' * at}{'^' * width}"


@lru_cache(maxsize=256)
def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text("utf-8", errors="replace").removeprefix("\ufeff").split("\n"))
    except (OSError, ValueError):
        return ()


def _summary(report: Report) -> str:
    files = f"{report.files} file{'' if report.files == 1 else 's'}"
    if not report.findings:
        return f"{files} checked, nothing to object to"
    severities: tuple[Severity, ...] = ("error", "warning", "info")
    counts = [f"{n} {s}{'' if n == 1 else 's'}" for s in severities if (n := report.count(s))]
    return f"{files} checked: {', '.join(counts)}"
