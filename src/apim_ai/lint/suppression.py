"""Inline suppression: `<!-- apim: ignore[AIM401] reason -->`, and `/* apim: ignore[AIM226] reason */` inside C#.

A comment before an element covers that element and all in it; before the root, the whole file; inside C#, that
expression. `until=2027-01-01` as the first word of the reason makes it end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from apim_ai.document import Comment, Element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Code, Document, Node
    from apim_ai.finding import Finding
    from apim_ai.source import Source, Span

__all__ = ["Suppression", "suppressions_of"]

_COMMENT = re.compile(r"\s*apim:\s*ignore\[([^\]]*)\]\s*(.*?)\s*", re.DOTALL)
_IN_CODE = re.compile(
    r"/\*\s*apim:\s*ignore\[([^\]]*)\]\s*(.*?)\s*\*/|//\s*apim:\s*ignore\[([^\]]*)\][ \t]*([^\r\n]*)", re.DOTALL
)
_UNTIL = re.compile(r"until=(\S+)\s*(.*)", re.DOTALL)


@dataclass(slots=True)
class Suppression:
    """One suppression.

    Args:
        rules: the codes or names it lists.
        reason: why, without `until=`.
        until: the last day it holds, as written.
        span: the comment.
        lines: the lines it covers, as (file, line) of the template.
        first: the first place it covers on its first line; last: on its last.
        used: the listed rules that suppressed something.
    """

    rules: tuple[str, ...]
    reason: str
    until: str | None
    span: Span
    lines: frozenset[tuple[str, int]]
    first: Span
    last: Span
    used: set[str] = field(default_factory=set[str])

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is listed and lies inside; remembers that it was used."""
        listed = next((rule for rule in self.rules if rule in (finding.rule, finding.name)), None)
        if listed is None or not self._holds(finding.span):
            return False
        self.used.add(listed)
        return True

    def _holds(self, span: Span) -> bool:
        if (span.file, span.line) not in self.lines:
            return False
        if (span.file, span.line) == (self.first.file, self.first.line) and span.column < self.first.column:
            return False
        is_last = (span.file, span.line) == (self.last.file, self.last.end_line)
        return not (is_last and self.last.end_column > 1 and span.column >= self.last.end_column)

    def has_expired(self, today: date) -> bool:
        """Whether its last day has passed; a day that is no date never comes."""
        if self.until is None:
            return False
        try:
            return date.fromisoformat(self.until) < today
        except ValueError:
            return True


def suppressions_of(document: Document) -> tuple[Suppression, ...]:
    """Return the suppressions of a document, in order."""
    return tuple(_in_nodes(document.nodes, document, is_top=True))


def _in_nodes(nodes: tuple[Node, ...], document: Document, *, is_top: bool) -> Iterator[Suppression]:
    for number, node in enumerate(nodes):
        if isinstance(node, Comment):
            match = _COMMENT.fullmatch(node.value)
            if match:
                start, end = _covered(nodes[number + 1 :], document, is_top=is_top)
                yield _suppression(match.group(1), match.group(2), node.span, document.source, start, end)
        elif isinstance(node, Element):
            for attribute in node.attributes:
                yield from _in_code(attribute.code, document.source)
            for text in node.texts:
                yield from _in_code(text.code, document.source)
            yield from _in_nodes(node.children, document, is_top=False)


def _covered(behind: tuple[Node, ...], document: Document, *, is_top: bool) -> tuple[int, int]:
    if is_top:
        return 0, len(document.source.text)
    element = next((node for node in behind if isinstance(node, Element)), None)
    return (element.start, element.end) if element is not None else (0, 0)


def _in_code(code: Code | None, source: Source) -> Iterator[Suppression]:
    if code is None or "apim:" not in code.text:
        return
    for match in _IN_CODE.finditer(code.text):
        rules, reason = (
            (match.group(1), match.group(2)) if match.group(1) is not None else (match.group(3), match.group(4))
        )
        yield _suppression(rules, reason, code.span(match.start(), match.end()), source, code.start, code.end)


def _suppression(rules: str, reason: str, span: Span, source: Source, start: int, end: int) -> Suppression:
    until = _UNTIL.match(reason)
    listed = tuple(rule.strip() for rule in rules.split(",") if rule.strip())
    first, last = source.span(start), source.span(start, end)
    return Suppression(
        listed,
        until.group(2) if until else reason,
        until.group(1) if until else None,
        span,
        frozenset(_lines(source, start, end)),
        first,
        last,
    )


def _lines(source: Source, start: int, end: int) -> Iterator[tuple[str, int]]:
    if start == end:
        return
    first, _ = source.line_column(start)
    last, _ = source.line_column(end)
    for line in range(first, last + 1):
        if source.line_map is None or not source.line_map.lines:
            yield source.path, line
        else:
            file, origin, _ = source.line_map.origin(line)
            yield file, origin
