"""How a report is printed, one file each: `report(report, …) -> str`. The `--format` choices are this folder's files."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from apim_ai.lint.report import Report

__all__ = ["Reporter", "formats", "reporter"]


class Reporter(Protocol):
    """Turns a report into text."""

    def __call__(self, report: Report, *, color: bool) -> str:
        """Return the report as text."""
        ...


def formats() -> tuple[str, ...]:
    """Return the names of the formats."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def reporter(name: str) -> Reporter:
    """Return a reporter by its name.

    Raises:
        KeyError: there is none.
    """
    if name not in formats():
        raise KeyError(name)
    return cast("Reporter", importlib.import_module(f"{__name__}.{name}").report)
