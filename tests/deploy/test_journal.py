from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.deploy.journal import Journal, unfinished
from apim_ai.deploy.outcome import Outcome
from apim_ai.errors import OutsideError

from .conftest import Memory, deployment, sample

if TYPE_CHECKING:
    from pathlib import Path

    from apim_ai.deploy.plan import Plan


@pytest.fixture
def plan(memory: Memory) -> Plan:
    return deployment(memory, *sample(key="hush")).plan()


def test_what_a_dead_run_did_is_told(plan: Plan, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", plan, "r1")
    first, second = plan.changes[:2]
    journal.started(first)
    journal.finished(Outcome.of(first, 0.1))
    journal.started(second)
    assert unfinished(tmp_path / "journal") == ("r1", (second.id,))
    journal.ended("done")
    assert unfinished(tmp_path / "journal") is None
    whole = journal.path.read_text().splitlines()
    journal.path.write_text("\n".join([*whole[:-1], whole[-1][:9]]))  # killed while it wrote the last line
    assert unfinished(tmp_path / "journal") == ("r1", (second.id,))
    assert "hush" not in journal.path.read_text()


def test_each_line_is_json(plan: Plan, tmp_path: Path) -> None:
    journal = Journal(tmp_path, plan, "r1")
    journal.finished(Outcome.skipped(plan.changes[0], "because"))
    journal.ended("done")
    assert [json.loads(line)["event"] for line in journal.path.read_text().splitlines()] == ["begun", "ended"]


def test_nothing_and_nowhere(tmp_path: Path) -> None:
    assert unfinished(tmp_path / "none") is None
    assert unfinished(tmp_path) is None


def test_old_journals_go(plan: Plan, tmp_path: Path) -> None:
    for number in range(60):
        Journal(tmp_path, plan, f"r{number:02}").ended("done")
    assert len(list(tmp_path.glob("*.jsonl"))) <= 51


def test_a_place_that_cannot_be_written(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="cannot write the journal"):
        Journal(tmp_path / "file", plan, "r1")


def test_a_disk_that_is_full_before_anything_is_written(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apim_ai.deploy.journal.os.fsync", full)
    with pytest.raises(OutsideError, match="no space left on device"):
        Journal(tmp_path, plan, "r1")


def test_a_disk_that_becomes_full_leaves_no_deployment_half_way(
    memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = deployment(memory, *sample())
    plan = run.plan()
    journal = Journal(tmp_path, plan, "r1")
    journal.started(plan.changes[0])
    monkeypatch.setattr("apim_ai.deploy.journal.os.fsync", full)
    result = run.execute(plan, progress=(journal,))
    journal.ended("done")
    assert result.is_complete
    assert journal.failure is not None
    assert "no space left on device" in journal.failure.message


def test_a_line_that_was_cut_in_the_middle_of_a_letter(plan: Plan, tmp_path: Path) -> None:
    journal = Journal(tmp_path, plan, "r1")
    journal.path.write_bytes(journal.path.read_bytes() + '{"event": "failed", "error": "ä'.encode()[:-1])
    assert unfinished(tmp_path) == ("r1", ())


def full(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
