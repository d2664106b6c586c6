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
    """Make sure that the cases beside what is about to be deployed pass; where they cannot be run, that they did.

    Args:
        project: the project's folder.

    Raises:
        Refused: some fail or cannot be loaded, all of them at once; or did so when they were run the last time.
    """
    folders = [str(Path(project) / name) for name in _FOLDERS if (Path(project) / name).is_dir()]
    try:
        wrong = [Refused(_words(result)) for result in _results(folders) if not result.passed]
    except ModuleNotFoundError:
        _check_record(Path(project))
        return
    if wrong:
        first, *rest = wrong
        help_ = f"see apim-ai test {' '.join(folders)}; --skip-checks deploys nevertheless"
        raise Refused(first.message, help=help_, also=tuple(rest))


def _check_record(project: Path) -> None:
    """Judge by the last run of `apim-ai test`, and say how much that is worth."""
    from apim_ai.cli.tested import RECORD, recorded

    found = recorded(project)
    if found is None or not found.is_current:
        what = "there is no record of a run" if found is None else "the project changed since the recorded run"
        typer.echo(
            f"policy cases were not run: the extra 'gateway' is not installed, and {what} "
            f"('apim-ai test' in the project writes {RECORD.as_posix()})",
            err=True,
        )
        return
    if found.failed:
        raise Refused(
            f"{found.failed} policy cases failed when they were run at {found.at}",
            help="see apim-ai test; --skip-checks deploys nevertheless",
        )
    typer.echo(f"policy cases: {found.passed} passed at {found.at}, as recorded", err=True)


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
