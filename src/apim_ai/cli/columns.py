"""Rows of text in columns, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["columns"]


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table: as many columns as the head has, each as wide as its widest cell."""
    table = [head, *rows]
    widths = [max(len(row[number]) for row in table) for number in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)
