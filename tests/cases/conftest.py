"""Runs cases that tests write as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from apim_ai.cases.load import load_file
from apim_ai.cases.run import Runner

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.cases.model import CaseResult


class Run(Protocol):
    def __call__(self, text: str) -> CaseResult: ...


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a function that runs the one case of a YAML text."""

    def run(text: str) -> CaseResult:
        file = tmp_path / "some.case.yaml"
        file.write_text(text, encoding="utf-8")
        loaded = load_file(file, file.name)
        return loaded.broken[0] if loaded.broken else Runner().run(loaded.cases[0])

    return run
