"""What a run of policy cases reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.source import Span

__all__ = ["KINDS", "Coverage", "DocumentCoverage", "Kind", "Point"]

Kind = Literal["policy", "branch", "expression"]
KINDS: tuple[Kind, ...] = ("policy", "branch", "expression")


@dataclass(frozen=True, slots=True)
class Point:
    """Something that a case may reach.

    Args:
        kind: what it is.
        span: where it stands.
        label: the policy's name, the branch (`when 1`, `otherwise`, `no branch`) or the expression.
        reached: whether a case got there.
    """

    kind: Kind
    span: Span
    label: str
    reached: bool


@dataclass(frozen=True, slots=True)
class DocumentCoverage:
    """What cases reached of one file: a policy document, its template, or a case file with policies in it.

    Args:
        file: its name.
        points: what is in it, in order.
    """

    file: str
    points: tuple[Point, ...]

    def count(self, kind: Kind) -> tuple[int, int]:
        """Return how many points of a kind were reached, and how many there are."""
        return _count(self.points, kind)

    @property
    def missed(self) -> tuple[Point, ...]:
        """What no case reached."""
        return tuple(point for point in self.points if not point.reached)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What cases reached of all documents that they loaded."""

    documents: tuple[DocumentCoverage, ...]

    def count(self, kind: Kind) -> tuple[int, int]:
        """Return how many points of a kind were reached, and how many there are."""
        return _count((point for document in self.documents for point in document.points), kind)


def _count(points: Iterable[Point], kind: Kind) -> tuple[int, int]:
    found = [point.reached for point in points if point.kind == kind]
    return sum(found), len(found)
