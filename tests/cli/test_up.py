"""`apim-ai up` as users start it, with the product's own gateway."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def command(directory: Path, *options: str) -> tuple[list[str], dict[str, str]]:
    line = [sys.executable, "-m", "apim_ai", "up", "--state", str(directory / "state"), "--format", "json", *options]
    return line, {**os.environ, "XDG_STATE_HOME": str(directory / "user")}


def run(directory: Path, *options: str) -> subprocess.CompletedProcess[str]:
    line, environment = command(directory, *options)
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    line, environment = command(tmp_path, "--gateway-port", "0", "--control-plane-port", "0")
    started = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program
    yield started
    started.kill()
    started.communicate()


def test_the_ready_line_is_one_json_document_and_both_answer(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert sorted(ready) == ["control_plane", "event", "gateway", "inspector", "service", "token"]
    assert ready["event"] == "ready"
    assert ready["inspector"] == f"{ready['control_plane']}/inspector"
    for base in (ready["gateway"], ready["control_plane"]):
        assert base.startswith("http://127.0.0.1:")
        assert httpx.get(f"{base}/healthz").json()["status"] == "ok"
    url = f"{ready['control_plane']}{ready['service']}?api-version=2024-05-01"
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, headers={"Authorization": f"Bearer {ready['token']}"}).json()["name"] == "local"
    assert httpx.get(f"{ready['gateway']}/nothing").status_code == 404
    headers = {"Authorization": f"Bearer {ready['token']}"}
    exchanges = httpx.get(f"{ready['inspector']}/exchanges", headers=headers).json()["exchanges"]
    assert [exchange["request"]["path"] for exchange in exchanges] == ["/nothing"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert process.stdout.read() == ""


def test_a_port_in_use_is_exit_code_3_and_one_json_document(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = run(tmp_path, "--gateway-port", str(taken.getsockname()[1]))
    assert ended.returncode == 3
    error = json.loads(ended.stdout)["error"]
    assert error["message"].endswith("address already in use")
    assert error["exit_code"] == 3
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--setting", "no.such=1"),
        ("--fail", "boom"),
        ("--throttle", "x"),
        ("--gateway-port", "70000"),
        ("--latency", "-1"),
        ("--sku", "Platinum"),
    ],
)
def test_wrong_options_are_exit_code_2(tmp_path: Path, options: tuple[str, str]) -> None:
    ended = run(tmp_path, *options)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
