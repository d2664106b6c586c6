"""Notices changed files by looking at them from time to time: no service, no dependency, the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Seen", "look", "next_changes"]

_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".xml", ".j2", ".liquid", ".xsl", ".xslt"})
_PASSED_OVER = frozenset({"node_modules", "build", "dist", "__pycache__"})

Seen = dict[Path, tuple[int, int]]
"""Files with time of change and size."""


def look(roots: Iterable[Path]) -> Seen:
    """Return the files below some folders, and files among the roots, as they are now."""
    seen: Seen = {}
    for root in roots:
        for path in _below(root) if root.is_dir() else [root]:
            try:
                status = path.stat()
            except OSError:  # gone between two looks, as editors do when they save
                continue
            seen[path] = (status.st_mtime_ns, status.st_size)
    return seen


def next_changes(roots: Iterable[Path], before: Seen, wait: Callable[[], None]) -> tuple[Path, ...]:
    """Wait until files are not as they were, and return which; those of one save come together.

    Args:
        roots: what to look at.
        before: how it was.
        wait: passes some time.
    """
    roots = tuple(roots)
    now = look(roots)
    while now == before:
        wait()
        now = look(roots)
    settled = before
    while settled != now:  # until nothing changes any more: an editor writes several files, or one in steps
        settled = now
        wait()
        now = look(roots)
    return tuple(sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path)))


def _below(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in _PASSED_OVER:
            continue
        if path.is_dir():
            yield from _below(path)
        elif path.suffix in _SUFFIXES:
            yield path
