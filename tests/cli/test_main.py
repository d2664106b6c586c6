from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from apim_ai.cli import main
from apim_ai.cli.group import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
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


@pytest.fixture
def handlers() -> Iterator[None]:
    """Puts the signal handlers back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def serving(number: signal.Signals) -> Callable[..., object]:
    """A command in whose event loop the signal arrives while another than the main task runs."""

    async def signalled() -> None:
        os.kill(os.getpid(), number)

    async def work() -> None:
        task = asyncio.create_task(signalled())
        await asyncio.wait_for(asyncio.Event().wait(), 10)
        await task

    return lambda *_arguments, **_options: asyncio.run(work())


@pytest.mark.skipif(os.name == "nt", reason="a process ends by SIGTERM at once")
@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize(
    ("number", "command", "code"),
    [
        (signal.SIGTERM, "demo", 143),
        (signal.SIGINT, "demo", 130),
        (signal.SIGTERM, "up", 0),
        (signal.SIGINT, "up", 0),
    ],
)
def test_a_signal_ends_a_command_whatever_task_runs(
    number: signal.Signals, command: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.main.get_command", Mock(return_value=SimpleNamespace(main=serving(number))))
    assert run([command]) == code


@pytest.mark.skipif(os.name == "nt", reason="a process ends by SIGTERM at once")
@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_command_that_a_script_started_in_the_background(
    number: signal.Signals, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell does then
    monkeypatch.setattr("typer.main.get_command", Mock(return_value=SimpleNamespace(main=serving(number))))
    assert run(["demo"]) == code


@pytest.mark.usefixtures("handlers")
def test_a_missing_command_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tier"]) == 2
    assert capsys.readouterr().err == "error: a command is missing\n  help: see 'apim-ai tier --help'\n"


@pytest.mark.usefixtures("handlers")
def test_a_choice_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", "init", "jenkins"]) == 2
    assert "'github|azure-devops': 'jenkins' is not one of" in capsys.readouterr().err


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("command", ["fmt", "drift"])
def test_paragraphs_of_a_help_fill_the_lines(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run([command, "--help"]) == 0
    shown = [line.split() for line in capsys.readouterr().out.partition("Examples:")[0].splitlines()]
    for words, following in pairwise(shown):
        if words and following:
            assert len(" ".join((*words, following[0]))) > 72
