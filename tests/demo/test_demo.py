"""The main job, as a user starts it from an empty folder."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_every_check_of_the_demo_holds(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "apim_ai", "demo", "--format", "json"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - ourselves
    assert ended.returncode == 0, ended.stderr
    report = json.loads(ended.stdout)
    assert [check["name"] for check in report["checks"] if not check["passed"]] == []
    assert len(report["checks"]) > 1
    assert (tmp_path / "build" / "demo-report.html").read_text("utf-8").startswith("<!DOCTYPE html>")
