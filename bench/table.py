"""Rows of figures as text."""

from __future__ import annotations

from typing import Any

__all__ = ["table"]

THREE_DIGITS = 100
"""Smaller fractions are shown with three digits that mean something, larger ones whole."""


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as an aligned table; a figure that was not measured is a dash."""
    if not rows:
        return "nothing was measured"
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(len(line[column]) for line in [names, *cells]) for column in range(len(names))]
    lines = [names, *cells]
    return "\n".join(
        "  ".join(_aligned(text, width) for text, width in zip(line, widths, strict=True)) for line in lines
    )


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.3g}" if abs(value) < THREE_DIGITS else f"{value:,.0f}"


def _aligned(text: str, width: int) -> str:
    return text.rjust(width) if text[:1].isdigit() or text == "-" else text.ljust(width)
