"""`apim-ai deploy` killed at any moment: the next run goes on and ends where an undisturbed one would."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.deploy.killing import Trial, report

from apim_ai.arm import Options
from apim_ai.deploy.journal import unfinished

from .plane import TOKEN, Plane, running

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = """\
name: shop
apis: []
named_values: {%s}
backends: {%s}
tags: {%s}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    values = ", ".join(f"v{number}: {number}" for number in range(12)) + ", key: {value: hush-hush, secret: true}"
    backends = ", ".join(f'b{number}: {{url: "https://b{number}.test"}}' for number in range(12))
    tags = ", ".join(f"t{number}: T{number}" for number in range(6))
    (tmp_path / "apim.yaml").write_text(PROJECT % (values, backends, tags))
    (tmp_path / "tiers.yaml").write_text("default: gold\ntiers:\n  gold: {tpm: 1000, rps: 10, quota: 100000}\n")
    (tmp_path / "environments").mkdir()
    target = "local: true\nsubscription: s\nresource_group: local\nservice: local\n"
    (tmp_path / "environments" / "local.yaml").write_text(target)
    for folder in ("apis", "products", "policies/fragments"):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def start(plane: Plane, project: Path, *options: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "APIM_AI_CONTROL_PLANE": plane.target.url, "APIM_AI_TOKEN": TOKEN}
    command = [
        sys.executable,
        "-m",
        "apim_ai",
        "deploy",
        "--env",
        "local",
        "--yes",
        "--project",
        str(project),
        *options,
    ]
    return subprocess.Popen(  # noqa: S603 - ourselves
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_writes(plane: Plane, number: int, process: subprocess.Popen[str]) -> None:
    while plane.writes() < number and process.poll() is None:
        plane.thread.join(0.002)  # lets the control plane's thread run


@pytest.mark.parametrize("writes", [1, 2, 5, 17, 30])
def test_killed_after_some_writes(project: Path, writes: int) -> None:
    with running(Options(latency_seconds=0.02, polls=0)) as plane:
        process = start(plane, project)
        wait_for_writes(plane, writes, process)
        process.kill()
        process.communicate()
        second = start(plane, project, "--format", "json")
        output, errors = second.communicate(timeout=60)
        assert second.returncode == 0, errors
        third = start(plane, project, "--format", "json")
        writes_before = plane.writes()
        assert '"outcomes": []' in third.communicate(timeout=60)[0]
        assert plane.writes() == writes_before
        everything = {path: path.read_text() for path in project.rglob(".apim-ai/**/*") if path.is_file()}
        assert "hush-hush" not in str(everything) + output + errors


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(project: Path, number: signal.Signals, code: int) -> None:
    with running(Options(latency_seconds=0.2, polls=0)) as plane:
        process = start(plane, project, "--format", "json")
        wait_for_writes(plane, 8, process)
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == code
        assert "Traceback" not in errors
        assert '"state": "done"' in output
        assert '"state": "skipped"' in output
        assert unfinished(project / ".apim-ai" / "journal") is None
        again = start(plane, project, "--format", "json")  # the turn was given back
        again.communicate(timeout=60)
        assert again.returncode == 0


@pytest.mark.parametrize("seed", range(int(os.environ.get("APIM_AI_KILL_RUNS", "2"))))
def test_whatever_happens_the_next_run_makes_it_whole(seed: int, tmp_path: Path) -> None:
    """`APIM_AI_KILL_RUNS=100` runs a hundred: killed, cut off and shaken at random."""
    trial = Trial(seed)
    try:
        trial.run(tmp_path)
    except AssertionError as error:
        pytest.fail(report(trial, error))
