"""The absolute ends of size, a smoke alarm and not a goal; and that every exception from a check has its reason."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
FILE_LINES = 600
FUNCTION_LINES = 60
IGNORE = re.compile(r"# (?:noqa|type: ignore|pyright: ignore)\b")
REASON = re.compile(r"# (?:noqa: [A-Z0-9, ]+|(?:type|pyright): ignore\[[^]]+\]) +[#-] *\S")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(node: ast.AST, path: str = "") -> Iterator[tuple[str, Function]]:
    """Yield every function with its qualified name."""
    for child in ast.iter_child_nodes(node):
        name = path
        if isinstance(child, Function | ast.ClassDef):
            name = f"{path}.{child.name}".lstrip(".")
        if isinstance(child, Function):
            yield name, child
        yield from functions(child, name)


def length(function: Function) -> int:
    """Return the lines of a body, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "bench"])
def test_no_file_and_no_function_is_too_long(folder: str) -> None:
    files: dict[str, int] = {}
    bodies: dict[str, int] = {}
    for path in (ROOT / folder).rglob("*.py"):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        files[name] = len(text.splitlines())
        bodies |= {f"{name}: {what}": length(function) for what, function in functions(ast.parse(text))}
    assert len(files) > 1
    assert {name: lines for name, lines in files.items() if lines > FILE_LINES} == {}
    assert {name: lines for name, lines in bodies.items() if lines > FUNCTION_LINES} == {}


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "bench"])
def test_every_ignored_complaint_has_its_reason_beside_it(folder: str) -> None:
    lines = [
        f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()}"
        for path in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if IGNORE.search(line) and path != Path(__file__)
    ]
    assert [line for line in lines if not REASON.search(line)] == []


def test_lines_are_counted_without_the_docstring() -> None:
    tree = ast.parse('class A:\n    def b(self):\n        """C."""\n        d = 1\n\n        return d\n')
    assert [(name, length(function)) for name, function in functions(tree)] == [("A.b", 3)]
