"""URL templates of operations, compiled once, and the tree that finds the operation of a path.

The tree is walked segment by segment: a literal wins over a segment with parameters in it, that over a whole
parameter, that over the wildcard. So a look-up costs the same for one operation and for a thousand.

Source: the service matches with .NET's UriTemplate; literals compare without case, parameters take one segment, `*`
takes the rest. A query parameter in the template must be there (add-api-operation page).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Template", "TemplateTree"]

T = TypeVar("T")
_PARAMETER = re.compile(r"\{(\*?)([^{}]+)\}")
_WILDCARD = re.compile(r"\*|\{\*[^{}]+\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One `urlTemplate`.

    Args:
        segments: the parts of the path, without the wildcard.
        wildcard: the name under which the rest is matched (empty for a bare `*`), or None.
        query: query parameters it demands: name to literal value, or to `{parameter}`.
    """

    segments: tuple[str, ...]
    wildcard: str | None
    query: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> Template:
        """Read a template such as `/items/{id}?kind={kind}`."""
        path, _, query = text.partition("?")
        segments = [segment for segment in path.split("/") if segment]
        wildcard = None
        if segments and _WILDCARD.fullmatch(segments[-1]):
            wildcard = segments.pop().strip("{}*")
        return cls(tuple(segments), wildcard, tuple(parse_qsl(query, keep_blank_values=True)))

    def query_values(self, query: Mapping[str, Sequence[str]]) -> dict[str, str] | None:
        """Return the parameters found in a query, or None when it lacks what the template demands."""
        if not self.query:
            return {}
        given = {name.lower(): values[0] for name, values in query.items()}
        found: dict[str, str] = {}
        for name, wanted in self.query:
            value = given.get(name.lower())
            if value is None:
                return None
            if wanted.startswith("{"):
                found[wanted.strip("{}")] = value
            elif value.lower() != wanted.lower():
                return None
        return found


@dataclass(slots=True)
class _Node(Generic[T]):
    literals: dict[str, _Node[T]] = field(default_factory=dict[str, "_Node[T]"])
    patterns: list[tuple[str, re.Pattern[str], tuple[str, ...], _Node[T]]] = field(
        default_factory=list["tuple[str, re.Pattern[str], tuple[str, ...], _Node[T]]"]
    )
    parameter: _Node[T] | None = None
    ends: list[tuple[tuple[str, ...], T]] = field(default_factory=list["tuple[tuple[str, ...], T]"])
    rests: list[tuple[tuple[str, ...], str, T]] = field(default_factory=list["tuple[tuple[str, ...], str, T]"])


class TemplateTree(Generic[T]):
    """Finds what belongs to a path."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, template: Template, item: T) -> None:
        """Put an item under a template."""
        node = self._root
        names: list[str] = []
        for segment in template.segments:
            node = _descend(node, segment, names)
        if template.wildcard is None:
            node.ends.append((tuple(names), item))
        else:
            node.rests.append((tuple(names), template.wildcard, item))

    def find(self, segments: Sequence[str]) -> Iterator[tuple[T, dict[str, str]]]:
        """Yield items whose template fits a path, the most specific first, with the parameters.

        Args:
            segments: the path's segments as they were sent, without empty ones at the end.
        """
        return _walk(self._root, segments, 0, ())


def _descend(node: _Node[T], segment: str, names: list[str]) -> _Node[T]:
    """Return the child for a template's segment, making it where it is not there; parameter names are added."""
    whole = _PARAMETER.fullmatch(segment)
    if whole and "}{" not in segment:
        names.append(whole[2])
        if node.parameter is None:
            node.parameter = _Node()
        return node.parameter
    found = tuple(match[2] for match in _PARAMETER.finditer(segment))
    if not found:
        return node.literals.setdefault(unquote(segment).lower(), _Node())
    names += found
    text = _PARAMETER.sub("{}", segment)
    for known, _, _, child in node.patterns:
        if known == text:
            return child
    pattern = "(.+?)".join(re.escape(piece) for piece in text.split("{}"))
    child: _Node[T] = _Node()
    node.patterns.append((text, re.compile(pattern, re.IGNORECASE), found, child))
    return child


def _walk(
    node: _Node[T], segments: Sequence[str], place: int, values: tuple[str, ...]
) -> Iterator[tuple[T, dict[str, str]]]:
    if place == len(segments):
        for names, item in node.ends:
            yield item, dict(zip(names, values, strict=True))
    else:
        segment = unquote(segments[place])
        child = node.literals.get(segment.lower())
        if child is not None:
            yield from _walk(child, segments, place + 1, values)
        for _, pattern, _, child in node.patterns:
            match = pattern.fullmatch(segment)
            if match:
                yield from _walk(child, segments, place + 1, (*values, *match.groups()))
        if node.parameter is not None and segment:
            yield from _walk(node.parameter, segments, place + 1, (*values, segment))
    for names, rest, item in node.rests:
        found = dict(zip(names, values, strict=True))
        if rest:
            found[rest] = unquote("/".join(segments[place:]))
        yield item, found
