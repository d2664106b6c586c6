"""Coverage for the terminal: a row for each document, then what no case reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.cases.coverage.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.cases.coverage.model import Coverage, DocumentCoverage, Point

__all__ = ["render"]

_HEAD = ("document", "policies", "branches", "expressions", "lines missed")
_MOST_LINES = 30  # characters of the last column


def render(coverage: Coverage) -> str:
    """Return what the terminal shows."""
    rows = [_row(document) for document in coverage.documents]
    total = ("total", *(_share(*coverage.count(kind)) for kind in KINDS), "")
    widths = [max(len(row[number]) for row in (_HEAD, *rows, total)) for number in range(len(_HEAD))]
    lines = [_aligned(row, widths) for row in (_HEAD, *rows, total)]
    missed = [_missed(point) for document in coverage.documents for point in document.missed]
    return "\n".join([*lines, *(["", "no case reached:", *missed] if missed else [])])


def _row(document: DocumentCoverage) -> tuple[str, ...]:
    counts = (_share(*document.count(kind)) for kind in KINDS)
    return (document.file, *counts, _ranges(sorted({point.span.line for point in document.missed})))


def _share(reached: int, of: int) -> str:
    return f"{reached}/{of}" if of else "-"


def _ranges(lines: Sequence[int]) -> str:
    """Return line numbers with neighbours joined: `3, 7-9`."""
    text = ", ".join(_runs(lines))
    return text if len(text) <= _MOST_LINES else f"{text[:_MOST_LINES].rpartition(',')[0]}, …"


def _runs(lines: Sequence[int]) -> Iterator[str]:
    begin = previous = None
    for line in (*lines, None):
        if previous is not None and line != previous + 1:
            yield str(begin) if begin == previous else f"{begin}-{previous}"
            begin = line
        elif begin is None:
            begin = line
        previous = line


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    first, *middle, last = row
    cells = (cell.rjust(width) for cell, width in zip(middle, widths[1:-1], strict=True))
    return "  ".join((first.ljust(widths[0]), *cells, last)).rstrip()


def _missed(point: Point) -> str:
    return f"  {point.span}: {point.label if point.kind != 'branch' else f'{point.label} of choose'}"
