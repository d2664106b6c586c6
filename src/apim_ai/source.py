"""Text and where it stands: sources, spans, and maps from rendered lines back to template lines."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["LineMap", "Source", "Span"]


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file. Lines and columns count from 1; the end is exclusive; columns count characters."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    @classmethod
    def at(cls, file: str, line: int = 1, column: int = 1) -> Span:
        """Return the empty span at a place."""
        return cls(file, line, column, line, column)


@dataclass(frozen=True, slots=True)
class LineMap:
    """Maps each line of a rendered text to the template line that produced it.

    `lines[i]` is (file, line) for rendered line i + 1. A column is kept where the template's line holds the same text,
    which `exact` says; elsewhere the column is 1.
    """

    lines: tuple[tuple[str, int], ...]
    exact: frozenset[int] = frozenset()

    def origin(self, line: int) -> tuple[str, int, bool]:
        """Return (file, line, whether columns hold) for a rendered line."""
        file, original = self.lines[min(line, len(self.lines)) - 1]
        return file, original, line in self.exact


@dataclass(frozen=True)
class Source:
    """A text with a name, able to turn offsets into spans.

    Args:
        path: the name shown to users, as they gave it.
        text: the whole text.
        line_map: for a rendered text, the way back to the template.
    """

    path: str
    text: str = field(repr=False)  # named values that were put in may be secrets
    line_map: LineMap | None = field(default=None, repr=False)

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        position = find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = find("\n", position + 1)
        return starts

    def line_column(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of a character offset in this text, before any line map."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int | None = None) -> Span:
        """Return the span of characters `start` to `end`, mapped to the template where there is one."""
        end = start if end is None else end
        line, column = self.line_column(start)
        end_line, end_column = self.line_column(end)
        if self.line_map is None or not self.line_map.lines:
            return Span(self.path, line, column, end_line, end_column)
        file, origin, exact = self.line_map.origin(line)
        _, end_origin, end_exact = self.line_map.origin(end_line)
        end_origin = max(end_origin, origin)
        return Span(file, origin, column if exact else 1, end_origin, end_column if exact and end_exact else 1)

    def line(self, number: int) -> str:
        """Return a line of this text without its end, or an empty text beyond the last."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")
