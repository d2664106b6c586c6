"""What a run of the linter depends on: the state of every file that it may read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.lint.files import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["state_of", "states"]

_MAX_FILES = 20_000  # looking at so many costs as much as linting a project
_NO_INPUT = frozenset(
    {"node_modules", "__pycache__", ".git", ".hg", ".venv", ".tox", ".nox", ".apim-ai", ".hypothesis"}
    | {".mypy_cache", ".pytest_cache", ".ruff_cache", ".terraform"}
)


def state_of(paths: Sequence[str]) -> tuple[str, ...] | None:
    """Return what tells the files behind some paths from any other state of them: names, sizes, times.

    A path in a project stands for the whole project. None: nobody can tell, as there are too many files or one cannot be
    looked at, or a linked folder leads elsewhere.
    """
    found: list[str] = []
    try:
        for path in paths:
            whole = project_of(Path(path)) or Path(path)
            for line in states(whole):
                found.append(line)
                if len(found) > _MAX_FILES:
                    return None
    except OSError:
        return None
    return tuple(found)


class _LeadsElsewhereError(OSError):
    """A folder is a link."""


def states(path: Path) -> Iterator[str]:
    """Yield name, size and times of a file, or of each file below a folder; what tools keep for themselves is left out.

    Raises:
        OSError: one cannot be looked at, or is a linked folder, which leads elsewhere.
    """
    if not path.is_dir():
        yield _state(os.fspath(path), path.stat())
        return
    folders = [os.fspath(path)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.is_file():
                    yield _state(entry.path, entry.stat())
                elif entry.is_dir() and entry.name not in _NO_INPUT:
                    if entry.is_symlink():
                        raise _LeadsElsewhereError
                    folders.append(entry.path)


def _state(path: str, status: os.stat_result) -> str:
    return f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ino}"
