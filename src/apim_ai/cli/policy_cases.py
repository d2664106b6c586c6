"""The policy cases of a project, run before it is deployed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from apim_ai.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.cases.model import CaseResult

__all__ = ["check_cases"]

_FOLDERS = ("apis", "products", "policies")


def check_cases(project: str) -> None:
    """Make sure that the cases beside what is about to be deployed pass; says so where they cannot be run.

    Args:
        project: the project's folder.

    Raises:
        Refused: some fail or cannot be loaded; all of them at once.
    """
    folders = [str(Path(project) / name) for name in _FOLDERS if (Path(project) / name).is_dir()]
    try:
        wrong = [Refused(_words(result)) for result in _results(folders) if not result.passed]
    except ModuleNotFoundError:
        typer.echo("policy cases were not run: the extra 'gateway' is not installed", err=True)
        return
    if wrong:
        first, *rest = wrong
        help_ = f"see apim-ai test {' '.join(folders)}; --skip-checks deploys nevertheless"
        raise Refused(first.message, help=help_, also=tuple(rest))


def _results(folders: list[str]) -> Iterator[CaseResult]:
    from apim_ai.cases.load import find_files, load_file

    files = find_files(folders)
    if not files:
        return
    from apim_ai.cases.run import Runner

    runner = Runner()
    for path in files:
        loaded = load_file(path)
        yield from loaded.broken
        for case in loaded.cases:
            yield runner.run(case)


def _words(result: CaseResult) -> str:
    how = "fails" if result.error is None else "cannot be loaded"
    return f'{result.file}: the policy case "{result.name}" {how}'
