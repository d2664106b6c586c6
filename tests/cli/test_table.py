"""The table of commands and the folder of commands agree, and each command is documented and tested."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from pkgutil import iter_modules

import pytest
import typer

from apim_ai.cli import commands
from apim_ai.cli.group import run
from apim_ai.cli.table import COMMANDS, EXAMPLES

TESTS = Path(__file__).parents[1]
NAMES = [row.name for row in COMMANDS]


def texts_of_tests_of_commands() -> set[str]:
    """Return every text constant in the test modules that call the command line."""
    found: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if path != Path(__file__) and ("apim_ai.cli" in text or '"apim_ai"' in text):
            nodes = ast.walk(ast.parse(text))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


def test_every_module_has_its_row_and_every_row_its_module() -> None:
    modules = {module.name.replace("_", "-") for module in iter_modules(commands.__path__)}
    assert set(NAMES) == modules
    assert len(set(NAMES)) == len(NAMES)


def test_every_command_is_called_by_a_test() -> None:
    assert set(NAMES) - texts_of_tests_of_commands() == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_command_says_what_it_does_and_shows_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"Usage: apim-ai {name}" in shown
    app = getattr(importlib.import_module(f"apim_ai.cli.commands.{name.replace('-', '_')}"), "app", None)
    for command in app.registered_commands if isinstance(app, typer.Typer) else ():
        title = command.name or (command.callback.__name__ if command.callback else "")
        assert run([name, title, "--help"]) == 0
        shown += capsys.readouterr().out
    assert f"apim-ai {name}" in shown.partition("Examples:")[2]


def test_the_root_lists_every_command_in_its_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    for row in COMMANDS:
        assert row.group in shown
        assert row.help.split()[0] in shown
    for command, _ in EXAMPLES:
        assert command.split()[1] in NAMES
        assert f"$ {command}"[:60] in shown


def test_a_misspelt_command_is_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["dmo"]) == 2
    assert "did you mean 'demo'?" in capsys.readouterr().err
