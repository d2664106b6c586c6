"""Named values: `{{name}}` replaced by its text, as the service does before it reads a policy."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from apim_ai.source import LineMap, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["named_value_spans", "substitute"]

_TOKEN = re.compile(r"\{\{([A-Za-z0-9_.-]+)\}\}")


def substitute(source: Source, named_values: Mapping[str, str]) -> Source:
    """Return the text with each known `{{name}}` replaced, keeping the way back to the lines it came from.

    An unknown name stays as it is (Liquid templates use the same braces). Values are not looked into again.

    Source: named values page: replaced as text in the whole document before it is read and compiled.
    """
    pieces: list[str] = []
    breaks: list[tuple[int, int]] = []  # (line of the original, line breaks that the value adds there)
    touched: set[int] = set()
    position = 0
    for match in _TOKEN.finditer(source.text):
        value = named_values.get(match.group(1))
        if value is None:
            continue
        pieces += (source.text[position : match.start()], value)
        position = match.end()
        line, _ = source.line_column(match.start())
        touched.add(line)
        breaks.append((line, value.count("\n")))
    if not pieces:
        return source
    pieces.append(source.text[position:])
    return replace(source, text="".join(pieces), line_map=_line_map(source, breaks, touched))


def named_value_spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (name, start, end) of each `{{name}}` in a text."""
    for match in _TOKEN.finditer(text):
        yield match.group(1), match.start(), match.end()


def _line_map(source: Source, breaks: list[tuple[int, int]], touched: set[int]) -> LineMap:
    added: dict[int, int] = {}
    for line, count in breaks:
        added[line] = added.get(line, 0) + count
    lines: list[tuple[str, int]] = []
    exact: set[int] = set()
    for line in range(1, source.text.count("\n") + 2):
        if source.line_map is None or not source.line_map.lines:
            file, origin, is_exact = source.path, line, True
        else:
            file, origin, is_exact = source.line_map.origin(line)
        if is_exact and line not in touched:
            exact.add(len(lines) + 1)
        lines.extend([(file, origin)] * (1 + added.get(line, 0)))
    return LineMap(tuple(lines), frozenset(exact))
