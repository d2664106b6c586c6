"""Finds the places of policies that stand inside case files, so that messages name the file's own lines."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.source import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.cases.model import Case

__all__ = ["Places", "document_name"]

_BLOCK = re.compile(r"(&\S+\s+)?(!\S*\s+)?[|>][-+0-9]*\s*(#.*)?\Z")


def document_name(case: Case, at: Sequence[str | int]) -> str:
    """Return the name that a document inside a case file goes by until `Places` finds where it stands.

    Equal documents at equal places of a file's cases have one name, so that they are compiled once.
    """
    return f"{case.file}#{'.'.join(map(str, at))}"


class Places:
    """Translates places of one case.

    Args:
        case: the case whose documents are meant.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self._prefix = f"{case.file}#"
        self._pattern = re.compile(re.escape(self._prefix) + r"([^\s:]+):(\d+):(\d+)")

    def of(self, span: Span) -> Span:
        """Return where something stands in the case file; what stands elsewhere is left as it is."""
        if not span.file.startswith(self._prefix):
            return span
        start = self._case.span(*_path(span.file.removeprefix(self._prefix)))
        lines = _lines(str(self._case.folder / Path(self._case.file).name))
        head = lines[start.line - 1][start.column - 1 :] if start.line <= len(lines) else ""
        if _BLOCK.match(head):
            content = next((line for line in lines[start.line :] if line.strip()), "")
            return _moved(span, self._case.file, start.line, len(content) - len(content.lstrip()), is_block=True)
        return _moved(span, self._case.file, start.line - 1, start.column - 1 + head.startswith(("'", '"')))

    def in_text(self, text: str) -> str:
        """Return a message with the places that it names translated."""
        return self._pattern.sub(self._place, text)

    def _place(self, match: re.Match[str]) -> str:
        return str(self.of(Span.at(f"{self._prefix}{match[1]}", int(match[2]), int(match[3]))))


def _path(name: str) -> tuple[str | int, ...]:
    """Return the path in the case that a document's name holds; names of fragments may have dots of their own."""
    first, *rest = name.split(".")
    if first == "fragments":
        return (first, ".".join(rest))
    return (first, *(int(step) if step.isdigit() else step for step in rest))


def _moved(span: Span, file: str, lines: int, columns: int, *, is_block: bool = False) -> Span:
    """Return a span moved down and right; text that is no block has only its first line moved to the right."""
    return replace(
        span,
        file=file,
        line=span.line + lines,
        column=span.column + (columns if is_block or span.line == 1 else 0),
        end_line=span.end_line + lines,
        end_column=span.end_column + (columns if is_block or span.end_line == 1 else 0),
    )


@lru_cache(maxsize=8)
def _lines(path: str) -> tuple[str, ...]:
    try:
        return tuple(Path(path).read_text(encoding="utf-8-sig").split("\n"))
    except (OSError, UnicodeError):
        return ()
