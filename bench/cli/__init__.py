"""What the command line costs before and beyond its work: start-up, checking, cases, the pytest plugin, `up`.

CPU of the process (user and system), not wall time, so that what else runs on the machine spoils little; the least of some
runs after one that warms the bytecode. `typer` is an empty program of two commands, the floor of `--help`.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

RUNS = 5
CASES = 2000
DOCUMENTS = 50
APIM_AI = (sys.executable, "-m", "apim_ai")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
TYPER = """import typer
app = typer.Typer()
@app.command()
def one(): pass
@app.command()
def two(): pass
app()
"""
CASE = """name: case {number}
policy: |
  <policies><inbound><set-header name="x"><value>@(context.Request.Method + "{document}")</value></set-header></inbound>
  <backend><forward-request /></backend><outbound /><on-error /></policies>
mocks:
- responses: [{{status: 200, body: ok}}]
steps:
- request: {{method: GET, url: /a}}
  expect: {{status: 200}}
"""


def run() -> list[dict[str, Any]]:
    """Measure the commands of this repository's configuration, and what a project of one empty test costs."""
    project = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty.py").write_text(TYPER, encoding="utf-8")
        (folder / "test_empty.py").write_text("def test_empty(): pass\n", encoding="utf-8")
        cases = (CASE.format(number=number, document=number % DOCUMENTS) for number in range(CASES))
        (folder / "many.case.yaml").write_text("---\n".join(cases), encoding="utf-8")
        return [
            measured("typer --help", (sys.executable, str(folder / "empty.py"), "--help"), folder),
            measured("--version", (*APIM_AI, "--version"), folder),
            measured("--help", (*APIM_AI, "--help"), folder),
            measured("lint --no-cache", (*APIM_AI, "lint", "--no-cache"), project),
            measured("lint", (*APIM_AI, "lint"), project),
            measured(f"test, {CASES} cases", (*APIM_AI, "test", str(folder / "many.case.yaml")), folder),
            measured("pytest without the plugin", (*PYTEST, "-p", "no:apim_ai", "test_empty.py"), folder),
            measured("pytest with the plugin", (*PYTEST, "test_empty.py"), folder),
            ready(project),
        ]


def measured(name: str, command: tuple[str, ...], folder: Path) -> dict[str, Any]:
    """Return the least CPU and wall time of a command."""
    found: list[tuple[float, float]] = []
    for _ in range(RUNS + 1):
        before, began = _cpu(), perf_counter()
        subprocess.run(command, cwd=folder, env=_environment(), stdout=subprocess.DEVNULL, check=True)
        found.append((_cpu() - before, perf_counter() - began))
    cpu, wall = (min(values) for values in zip(*found[1:], strict=True))
    return {"name": name, "cpu_ms": round(cpu * 1000), "wall_ms": round(wall * 1000)}


def ready(project: Path) -> dict[str, Any]:
    """Return the time until `up` says that it is ready, and its CPU until it has stopped."""
    found: list[tuple[float, float]] = []
    for _ in range(RUNS + 1):
        with tempfile.TemporaryDirectory() as state:
            ports = ("--gateway-port", "0", "--control-plane-port", "0")
            command = (*APIM_AI, "up", *ports, "--state", state, "--format", "json")
            before, began = _cpu(), perf_counter()
            with subprocess.Popen(
                command, cwd=project, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            ) as process:
                if process.stdout is None or "gateway" not in json.dumps(json.loads(process.stdout.readline())):
                    raise RuntimeError("apim-ai up did not get ready")
                seconds = perf_counter() - began
                process.terminate()
                process.wait(30)
            found.append((_cpu() - before, seconds))
    cpu, wall = (min(values) for values in zip(*found[1:], strict=True))
    return {"name": "up until ready", "cpu_ms": round(cpu * 1000), "wall_ms": round(wall * 1000)}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _environment() -> dict[str, str]:
    """Return the environment with bytecode allowed, as users have it."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
