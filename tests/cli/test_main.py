from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apim_ai.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


def test_a_closed_output_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit) as ended:
        main(["lint", "no-such-file.xml"])
    assert ended.value.code == 2


def test_what_is_printed_into_no_output_is_lost_quietly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "policy.xml"
    file.write_text("<policies><inbound><base /></inbound></policies>", "utf-8")
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit) as ended:
        main(["lint", str(file)])
    assert ended.value.code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("command", [["--help"], ["lint", "."], ["expr", "@(1)"], ["expr", "@(1)", "--format", "json"]])
def test_a_full_disk_is_said_in_one_line(command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-m", "apim_ai", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (
        3,
        "error: the output cannot be read or written: no space left on device\n",
    )


def test_an_interruption_while_loading_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        """Is interrupted when the command line is loaded."""

        def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
            del path, target
            if name == "apim_ai.cli.group":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "apim_ai.cli.group", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 130
