"""The pytest plugin: collects `*.case.yaml` files, one test a case. Imports nothing heavy until a case is collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from apim_ai.cases.model import Case, CaseResult
    from apim_ai.cases.run import Runner

_SUFFIXES = (".case.yaml", ".case.yml", ".case.json")
_RUNNER = pytest.StashKey["Runner"]()


class CaseFailure(Exception):  # noqa: N818 - what pytest prints is the report, not the name
    """A case did not hold; carries its result."""

    def __init__(self, result: CaseResult) -> None:
        super().__init__(result.name)
        self.result = result


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a case file."""
    if file_path.name.endswith(_SUFFIXES):
        return CaseFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves it open
    return None


class CaseFile(pytest.File):
    """A file of policy cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each case, and a failing one for each that cannot be loaded."""
        from apim_ai.cases.load import load_file  # noqa: PLC0415 - pytest's start stays quick

        loaded = load_file(self.path, self._shown())
        for broken in loaded.broken:
            yield self._item(broken.name, broken=broken)
        for case in loaded.cases:
            yield self._item(case.name, case=case)

    def _item(self, name: str, **content: object) -> CaseItem:
        return CaseItem.from_parent(self, name=name, **content)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves it open

    def _shown(self) -> str:
        try:
            return str(self.path.relative_to(self.config.rootpath))
        except ValueError:
            return str(self.path)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case | None = None, broken: CaseResult | None = None, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # pytest's own keywords
        self.case = case
        self.broken = broken

    def runtest(self) -> None:
        """Run the case.

        Raises:
            CaseFailure: something did not hold.
        """
        result = self.broken if self.case is None else _runner(self.config).run(self.case)
        if result is not None and not result.passed:
            raise CaseFailure(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # type: ignore[override]  # noqa: ARG002 - pytest's signature
        """Show expected, actual and the trace instead of a traceback."""
        from apim_ai.cases.reporters.text import failure_lines  # noqa: PLC0415 - only failures need it

        if isinstance(excinfo.value, CaseFailure):
            return "\n".join(failure_lines(excinfo.value.result))
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the case and its place."""
        line = self.case.span().line - 1 if self.case is not None else 0
        return self.path, line, f"case: {self.name}"


def _runner(config: pytest.Config) -> Runner:
    from apim_ai.cases.run import Runner  # noqa: PLC0415 - pytest's start stays quick

    if _RUNNER not in config.stash:
        config.stash[_RUNNER] = Runner()
    return config.stash[_RUNNER]
