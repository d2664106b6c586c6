"""A bar chart of ratios as SVG, written by hand: a plotting library would be the largest dependency of the project."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["bars"]

BAR, GAP, LEFT, WIDTH, TOP = 22, 10, 130, 470, 46
_STYLE = "font-family='system-ui,sans-serif' font-size='13'"


def bars(title: str, values: Sequence[tuple[str, float]], targets: Mapping[str, float]) -> str:
    """Return a chart with a bar for each value, and a mark where one has a target.

    Args:
        title: what is shown.
        values: names and values, from top to bottom.
        targets: the most that a value should be, by name.
    """
    most = max([*(value for _, value in values), *targets.values(), 1.0])
    scale = WIDTH / most
    height = TOP + len(values) * (BAR + GAP) + GAP
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {LEFT + WIDTH + 80} {height}' {_STYLE}>",
        "<rect width='100%' height='100%' fill='#ffffff'/>",
        f"<text x='{GAP}' y='24' font-weight='600' fill='#1f2937'>{escape(title)}</text>",
    ]
    for number, (name, value) in enumerate(values):
        lines += _bar(name, value, targets.get(name), TOP + number * (BAR + GAP), scale)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _bar(name: str, value: float, target: float | None, top: int, scale: float) -> list[str]:
    middle = top + BAR - 6
    colour = "#64748b" if target is None else "#15803d" if value <= target else "#b45309"
    lines = [
        f"<text x='{LEFT - GAP}' y='{middle}' text-anchor='end' fill='#1f2937'>{escape(name)}</text>",
        f"<rect x='{LEFT}' y='{top}' width='{value * scale:.1f}' height='{BAR}' rx='3' fill='{colour}'/>",
        f"<text x='{LEFT + value * scale + 6:.1f}' y='{middle}' fill='#1f2937'>{value:.2f}</text>",
    ]
    if target is not None:
        mark = LEFT + target * scale
        lines.append(
            f"<path d='M{mark:.1f} {top - 3}v{BAR + 6}' stroke='#111827' stroke-width='2' stroke-dasharray='4 2'/>"
        )
    return lines
