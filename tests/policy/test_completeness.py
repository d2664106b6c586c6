"""Every policy has its cases: one that passes and one that refuses; what the local gateway does not run, one that says so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.cases.load import find_files, load_file
from apim_ai.definition.registry import POLICIES
from apim_ai.family.unsupported import UnsupportedPolicy

if TYPE_CHECKING:
    from apim_ai.cases.model import Case

HERE = Path(__file__).parent
REFUSED = 400


def cases(name: str) -> list[Case]:
    """Return the cases of a policy's folder that use it."""
    folder = HERE / name
    assert folder.is_dir(), f"the policy '{name}' has no cases: write {folder.name}/{name}.case.yaml"
    loaded = [load_file(path) for path in find_files([str(folder)])]
    assert [broken.error for file in loaded for broken in file.broken] == []
    return [case for file in loaded for case in file.cases if f"<{name}" in str(case.content)]


def expected(case: Case) -> list[dict[str, Any]]:
    return [step.get("expect", {}) for step in case.content.get("steps", ())]


def passes(expect: dict[str, Any]) -> bool:
    return not refuses(expect)


def refuses(expect: dict[str, Any]) -> bool:
    status = expect.get("status")
    return "last_error" in expect or (isinstance(status, int) and status >= REFUSED)


@pytest.mark.parametrize("name", POLICIES.names)
def test_a_policy_has_a_case_that_passes_and_one_that_refuses(name: str) -> None:
    found = cases(name)
    assert any("refused" in case.content or any(map(refuses, expected(case))) for case in found), "none refuses"
    policy = POLICIES.find(name)
    assert policy is not None
    if not issubclass(policy, UnsupportedPolicy):
        assert any(any(map(passes, expected(case))) for case in found), "none passes"


def test_every_folder_is_of_a_policy() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(POLICIES.names)
