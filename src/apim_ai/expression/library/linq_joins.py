"""System.Linq.Enumerable: joining two sequences by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.enumeration import Sequence
from apim_ai.expression.library.linq_walk import ENUMERABLE, comparer_key, need, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.expression.library.linq_walk import Select
    from apim_ai.expression.types import ClrType

__all__ = ["group_join", "join"]

_KEYS = "Func<O, K> outerKeySelector, Func<I, K> innerKeySelector"
_SOURCES = "this IEnumerable<O> outer, IEnumerable<I> inner"
_COMPARER = "IEqualityComparer<K> comparer"


def _by_key(inner: object, key: Select, plain: Select) -> dict[object, list[object]]:
    found: dict[object, list[object]] = {}
    for item in walk(inner):
        own = key(item)
        if own is not None:
            found.setdefault(plain(own), []).append(item)
    return found


@ENUMERABLE.member(
    f"static IEnumerable<R> Join<O, I, K, R>({_SOURCES}, {_KEYS}, Func<O, I, R> resultSelector)",
    f"static IEnumerable<R> Join<O, I, K, R>({_SOURCES}, {_KEYS}, Func<O, I, R> resultSelector, {_COMPARER})",
    typed=True,
)
def join(  # noqa: PLR0917 - C#'s signature
    outer_type: ClrType, inner_type: ClrType, key_type: ClrType, result: ClrType, outer: object, inner: object,
    outer_key: Select, inner_key: Select, change: Callable[[object, object], object], comparer: object = None,
) -> Sequence:  # fmt: skip
    """Yield what a function makes of pairs with equal keys."""
    need(outer, "outer")
    need(inner, "inner")
    need(outer_key, "outerKeySelector")
    need(inner_key, "innerKeySelector")
    need(change, "resultSelector")
    plain = comparer_key(comparer)

    def found() -> Iterator[object]:
        matches = _by_key(inner, inner_key, plain)
        for item in walk(outer):
            for other in matches.get(plain(outer_key(item)), ()):
                yield change(item, other)

    return Sequence(result, found, "Join", types=(outer_type, inner_type, key_type, result))


_GROUPED = "Func<O, IEnumerable<I>, R> resultSelector"


@ENUMERABLE.member(
    f"static IEnumerable<R> GroupJoin<O, I, K, R>({_SOURCES}, {_KEYS}, {_GROUPED})",
    f"static IEnumerable<R> GroupJoin<O, I, K, R>({_SOURCES}, {_KEYS}, {_GROUPED}, {_COMPARER})",
    typed=True,
)
def group_join(  # noqa: PLR0917 - C#'s signature
    outer_type: ClrType, inner_type: ClrType, key_type: ClrType, result: ClrType, outer: object, inner: object,
    outer_key: Select, inner_key: Select, change: Callable[[object, object], object], comparer: object = None,
) -> Sequence:  # fmt: skip
    """Yield what a function makes of each element and those of the other sequence with its key."""
    need(outer, "outer")
    need(inner, "inner")
    need(outer_key, "outerKeySelector")
    need(inner_key, "innerKeySelector")
    need(change, "resultSelector")
    plain = comparer_key(comparer)

    def found() -> Iterator[object]:
        matches = _by_key(inner, inner_key, plain)
        for item in walk(outer):
            yield change(item, Array(inner_type, matches.get(plain(outer_key(item)), ())))

    return Sequence(result, found, "GroupJoin", types=(outer_type, inner_type, key_type, result))
