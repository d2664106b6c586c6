"""What `apim-ai test` leaves for a deployment from a machine without the extra `gateway`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.cli import policy_cases
from apim_ai.cli.group import run
from apim_ai.cli.tested import RECORD, recorded
from apim_ai.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

CASE = """\
policy: |
  <policies>
    <inbound><return-response><set-status code="204" /></return-response></inbound>
    <backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error>
  </policies>
steps: [{request: {url: /}, expect: {status: STATUS}}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "apim.yaml").write_text("apis: {}\n", "utf-8")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.case.yaml").write_text(CASE.replace("STATUS", "204"), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def base_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr(policy_cases, "_results", missing)


@pytest.mark.usefixtures("base_install")
def test_cases_that_passed_elsewhere_count(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["test"]) == 0
    capsys.readouterr()
    policy_cases.check_cases(str(project))
    assert capsys.readouterr().err.startswith("policy cases: 1 passed at 20")


@pytest.mark.usefixtures("base_install")
def test_cases_that_failed_elsewhere_count_too(project: Path) -> None:
    (project / "policies" / "a.case.yaml").write_text(CASE.replace("STATUS", "200"), "utf-8")
    assert run(["test", str(project)]) == 1
    with pytest.raises(Refused, match="1 policy cases failed when they were run at"):
        policy_cases.check_cases(str(project))


@pytest.mark.usefixtures("base_install")
def test_a_project_that_changed_since_has_no_record(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy_cases.check_cases(str(project))
    assert "there is no record of a run" in capsys.readouterr().err
    run(["test"])
    (project / "policies" / "new.xml").write_text("<fragment />", "utf-8")
    capsys.readouterr()
    policy_cases.check_cases(str(project))
    assert "the project changed since the recorded run" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["-k", "a"], ["policies"], ["policies/a.case.yaml"]])
def test_a_part_of_the_cases_is_no_record(project: Path, arguments: list[str]) -> None:
    assert run(["test", *arguments]) == 0
    assert recorded(project) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"at": 1}', "[" * 100_000])
def test_a_record_that_cannot_be_read_is_none(project: Path, content: str) -> None:
    (project / RECORD).parent.mkdir()
    (project / RECORD).write_text(content, "utf-8")
    assert recorded(project) is None


def test_where_the_project_lies_does_not_matter(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    run(["test"])
    other = tmp_path_factory.mktemp("elsewhere") / "project"
    project.rename(other)
    found = recorded(other)
    assert found is not None
    assert (found.passed, found.failed, found.is_current) == (1, 0, True)
    assert set(json.loads((other / RECORD).read_bytes())) == {"digest", "at", "passed", "failed"}
