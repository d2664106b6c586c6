"""System.Linq.Enumerable: lazy where .NET is lazy. What ends in a value is in the modules that are loaded here."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import invalid_cast, out_of_range
from apim_ai.expression.library.enumeration import Sequence, boxed_items, element_of
from apim_ai.expression.library.relations import caster, tester, type_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apim_ai.expression.types import ClrType

    Test = Callable[[object], bool]
    Select = Callable[[object], object]

from apim_ai.expression.library import linq_grouping, linq_joins, linq_numbers, linq_results
from apim_ai.expression.library.linq_walk import ENUMERABLE, comparer_key, default_value, need, walk

# --- making ---


@ENUMERABLE.member("static IEnumerable<int> Range(int start, int count)")
def range_(start: int, count: int) -> Sequence:
    """Yield integers in turn."""
    from apim_ai.expression.types import resolve  # noqa: PLC0415 - one use

    if count < 0 or start + count - 1 > 2**31 - 1:
        out_of_range("count")
    return Sequence(resolve("int"), lambda: walk(range(start, start + count)), "Range", count)


@ENUMERABLE.member("static IEnumerable<T> Repeat<T>(T element, int count)", typed=True)
def repeat(type_: ClrType, element: object, count: int) -> Sequence:
    """Yield a value again and again."""
    if count < 0:
        out_of_range("count")
    return Sequence(type_, lambda: walk(itertools.repeat(element, count)), "Repeat" if count else "Nothing")


@ENUMERABLE.member("static IEnumerable<T> Empty<T>()", typed=True)
def empty(type_: ClrType) -> Sequence:
    """Return nothing to enumerate."""
    return Sequence(type_, lambda: iter(()), "Nothing")


# --- filtering and projecting ---


@ENUMERABLE.member("static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def where(type_: ClrType, source: object, test: Test) -> Sequence:
    """Keep the elements that pass a test."""
    need(source, "source")
    need(test, "predicate")
    return Sequence(type_, lambda: filter(test, walk(source)), "Where", source)


@ENUMERABLE.member(
    "static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, int, bool> predicate)", typed=True
)
def where_index(type_: ClrType, source: object, test: Callable[[object, int], bool]) -> Sequence:
    """Keep the elements that pass a test of element and place."""
    need(source, "source")
    need(test, "predicate")
    return Sequence(type_, lambda: (item for index, item in enumerate(walk(source)) if test(item, index)), "WhereIndex")


@ENUMERABLE.member("static IEnumerable<R> Select<T, R>(this IEnumerable<T> source, Func<T, R> selector)", typed=True)
def select(type_: ClrType, result: ClrType, source: object, change: Select) -> Sequence:
    """Yield what a function makes of each element."""
    need(source, "source")
    need(change, "selector")
    return Sequence(result, lambda: map(change, walk(source)), "Select", source, (type_, result))


@ENUMERABLE.member(
    "static IEnumerable<R> Select<T, R>(this IEnumerable<T> source, Func<T, int, R> selector)", typed=True
)
def select_index(type_: ClrType, result: ClrType, source: object, change: Callable[[object, int], object]) -> Sequence:
    """Yield what a function makes of each element and its place."""
    need(source, "source")
    need(change, "selector")
    return Sequence(
        result,
        lambda: (change(item, index) for index, item in enumerate(walk(source))),
        "SelectIndex",
        types=(type_, result),
    )


@ENUMERABLE.member(
    "static IEnumerable<R> SelectMany<T, R>(this IEnumerable<T> source, Func<T, IEnumerable<R>> selector)", typed=True
)
def select_many(type_: ClrType, result: ClrType, source: object, change: Select) -> Sequence:
    """Yield the elements of the sequences that a function makes of each element."""
    need(source, "source")
    need(change, "selector")
    return Sequence(
        result,
        lambda: (inner for item in walk(source) for inner in walk(change(item))),
        "SelectMany",
        types=(type_, result),
    )


@ENUMERABLE.member(
    "static IEnumerable<R> SelectMany<T, C, R>(this IEnumerable<T> source, Func<T, IEnumerable<C>> collectionSelector, Func<T, C, R> resultSelector)",
    typed=True,
)
def select_many_result(
    type_: ClrType,
    inner: ClrType,
    result: ClrType,
    source: object,
    change: Select,
    join: Callable[[object, object], object],
) -> Sequence:
    """Yield what a function makes of each element and each of its inner ones."""
    need(source, "source")
    need(change, "collectionSelector")
    need(join, "resultSelector")
    return Sequence(
        result,
        lambda: (join(item, each) for item in walk(source) for each in walk(change(item))),
        "SelectManyResult",
        types=(type_, inner, result),
    )


@ENUMERABLE.member("static IEnumerable<R> Cast<R>(this System.Collections.IEnumerable source)", typed=True)
def cast_(type_: ClrType, source: object) -> object:
    """Cast each element."""
    need(source, "source")
    if element_of(source) is type_:
        return source
    convert = caster(type_)

    def found() -> Iterator[object]:
        for item in boxed_items(source):
            if item is not None and not tester(type_)(item):
                invalid_cast(type_of(item).name, type_.name)
            yield convert(item)

    return Sequence(type_, found, "Cast")


@ENUMERABLE.member("static IEnumerable<R> OfType<R>(this System.Collections.IEnumerable source)", typed=True)
def of_type(type_: ClrType, source: object) -> Sequence:
    """Keep the elements of a type."""
    need(source, "source")
    convert, test = caster(type_), tester(type_)
    return Sequence(type_, lambda: (convert(item) for item in boxed_items(source) if test(item)), "OfType")


# --- partitioning ---


@ENUMERABLE.member("static IEnumerable<T> Skip<T>(this IEnumerable<T> source, int count)", typed=True)
def skip(type_: ClrType, source: object, count: int) -> Sequence:
    """Leave out the first elements."""
    need(source, "source")
    return Sequence(type_, lambda: itertools.islice(walk(source), max(count, 0), None), "Part", source)


@ENUMERABLE.member("static IEnumerable<T> Take<T>(this IEnumerable<T> source, int count)", typed=True)
def take(type_: ClrType, source: object, count: int) -> Sequence:
    """Keep the first elements."""
    need(source, "source")
    return Sequence(
        type_, lambda: itertools.islice(walk(source), max(count, 0)), "Part" if count > 0 else "Nothing", source
    )


@ENUMERABLE.member(
    "static IEnumerable<T> SkipWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True
)
def skip_while(type_: ClrType, source: object, test: Test) -> Sequence:
    """Leave out elements as long as they pass a test."""
    need(source, "source")
    need(test, "predicate")
    return Sequence(type_, lambda: itertools.dropwhile(test, walk(source)), "SkipWhile")


@ENUMERABLE.member(
    "static IEnumerable<T> TakeWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True
)
def take_while(type_: ClrType, source: object, test: Test) -> Sequence:
    """Keep elements as long as they pass a test."""
    need(source, "source")
    need(test, "predicate")
    return Sequence(type_, lambda: itertools.takewhile(test, walk(source)), "TakeWhile")


def _enumerated(source: object) -> Iterator[tuple[int, object]]:
    return enumerate(walk(source))


@ENUMERABLE.member(
    "static IEnumerable<T> SkipWhile<T>(this IEnumerable<T> source, Func<T, int, bool> predicate)", typed=True
)
def skip_while_index(type_: ClrType, source: object, test: Callable[[object, int], bool]) -> Sequence:
    """Leave out elements as long as they and their place pass a test."""
    need(source, "source")
    need(test, "predicate")
    return Sequence(
        type_,
        lambda: (item for _, item in itertools.dropwhile(lambda pair: test(pair[1], pair[0]), _enumerated(source))),
    )


@ENUMERABLE.member(
    "static IEnumerable<T> TakeWhile<T>(this IEnumerable<T> source, Func<T, int, bool> predicate)", typed=True
)
def take_while_index(type_: ClrType, source: object, test: Callable[[object, int], bool]) -> Sequence:
    """Keep elements as long as they and their place pass a test."""
    need(source, "source")
    need(test, "predicate")
    return Sequence(
        type_,
        lambda: (item for _, item in itertools.takewhile(lambda pair: test(pair[1], pair[0]), _enumerated(source))),
    )


@ENUMERABLE.member(
    "static IEnumerable<R> SelectMany<T, R>(this IEnumerable<T> source, Func<T, int, IEnumerable<R>> selector)",
    typed=True,
)
def select_many_index(
    type_: ClrType, result: ClrType, source: object, change: Callable[[object, int], object]
) -> Sequence:
    """Yield the elements of the sequences that a function makes of each element and its place."""
    need(source, "source")
    need(change, "selector")
    return Sequence(
        result,
        lambda: (inner for index, item in _enumerated(source) for inner in walk(change(item, index))),
        "SelectManyIndex",
        types=(type_, result),
    )


@ENUMERABLE.member(
    "static IEnumerable<R> SelectMany<T, C, R>(this IEnumerable<T> source, Func<T, int, IEnumerable<C>> collectionSelector, Func<T, C, R> resultSelector)",
    typed=True,
)
def select_many_index_result(
    type_: ClrType,
    inner: ClrType,
    result: ClrType,
    source: object,
    change: Callable[[object, int], object],
    join: Callable[[object, object], object],
) -> Sequence:
    """Yield what a function makes of each element and each inner one that its place gives."""
    need(source, "source")
    need(change, "collectionSelector")
    need(join, "resultSelector")
    return Sequence(
        result,
        lambda: (join(item, each) for index, item in _enumerated(source) for each in walk(change(item, index))),
        "SelectManyIndexResult",
        types=(type_, inner, result),
    )


@ENUMERABLE.member("static IEnumerable<T> SkipLast<T>(this IEnumerable<T> source, int count)", typed=True)
def skip_last(type_: ClrType, source: object, count: int) -> Sequence:
    """Leave out the last elements."""
    need(source, "source")
    return Sequence(type_, lambda: iter(list(walk(source))[: -count if count > 0 else None]), "SkipLast")


@ENUMERABLE.member("static IEnumerable<T> TakeLast<T>(this IEnumerable<T> source, int count)", typed=True)
def take_last(type_: ClrType, source: object, count: int) -> Sequence:
    """Keep the last elements."""
    need(source, "source")
    return Sequence(
        type_,
        lambda: iter(list(walk(source))[-count:] if count > 0 else []),
        "Part" if count > 0 else "Nothing",
        source,
    )


# --- joining ---


@ENUMERABLE.member("static IEnumerable<T> Concat<T>(this IEnumerable<T> first, IEnumerable<T> second)", typed=True)
def concat(type_: ClrType, first: object, second: object) -> Sequence:
    """Yield one sequence after the other."""
    need(second, "second")
    return Sequence(type_, lambda: itertools.chain(walk(first), walk(second)), "Concat", first)


@ENUMERABLE.member("static IEnumerable<T> Append<T>(this IEnumerable<T> source, T element)", typed=True)
def append(type_: ClrType, source: object, item: object) -> Sequence:
    """Yield a value last."""
    need(source, "source")
    return Sequence(type_, lambda: itertools.chain(walk(source), [item]), "Append", source)


@ENUMERABLE.member("static IEnumerable<T> Prepend<T>(this IEnumerable<T> source, T element)", typed=True)
def prepend(type_: ClrType, source: object, item: object) -> Sequence:
    """Yield a value first."""
    need(source, "source")
    return Sequence(type_, lambda: itertools.chain([item], walk(source)), "Append", source)


def _unique(items: Iterable[object], key: Callable[[object], object]) -> Iterator[object]:
    seen: set[object] = set()
    for item in items:
        mark = key(item)
        if mark not in seen:
            seen.add(mark)
            yield item


@ENUMERABLE.member(
    "static IEnumerable<T> Distinct<T>(this IEnumerable<T> source)",
    "static IEnumerable<T> Distinct<T>(this IEnumerable<T> source, IEqualityComparer<T> comparer)",
    typed=True,
)
def distinct(type_: ClrType, source: object, comparer: object = None) -> Sequence:
    """Keep the first of equal elements."""
    need(source, "source")
    return Sequence(type_, lambda: _unique(walk(source), comparer_key(comparer)), "Distinct")


@ENUMERABLE.member(
    "static IEnumerable<T> Union<T>(this IEnumerable<T> first, IEnumerable<T> second)",
    "static IEnumerable<T> Union<T>(this IEnumerable<T> first, IEnumerable<T> second, IEqualityComparer<T> comparer)",
    typed=True,
)
def union(type_: ClrType, first: object, second: object, comparer: object = None) -> Sequence:
    """Yield the different elements of both."""
    need(first, "first")
    need(second, "second")
    return Sequence(
        type_, lambda: _unique(itertools.chain(walk(first), walk(second)), comparer_key(comparer)), "Union", first
    )


@ENUMERABLE.member(
    "static IEnumerable<T> Intersect<T>(this IEnumerable<T> first, IEnumerable<T> second)",
    "static IEnumerable<T> Intersect<T>(this IEnumerable<T> first, IEnumerable<T> second, IEqualityComparer<T> comparer)",
    typed=True,
)
def intersect(type_: ClrType, first: object, second: object, comparer: object = None) -> Sequence:
    """Yield the different elements of the first that the second has."""
    need(first, "first")
    need(second, "second")
    key = comparer_key(comparer)

    def found() -> Iterator[object]:
        kept = {key(item) for item in walk(second)}
        return (item for item in _unique(walk(first), key) if key(item) in kept)

    return Sequence(type_, found, "Intersect")


@ENUMERABLE.member(
    "static IEnumerable<T> Except<T>(this IEnumerable<T> first, IEnumerable<T> second)",
    "static IEnumerable<T> Except<T>(this IEnumerable<T> first, IEnumerable<T> second, IEqualityComparer<T> comparer)",
    typed=True,
)
def except_(type_: ClrType, first: object, second: object, comparer: object = None) -> Sequence:
    """Yield the different elements of the first that the second has not."""
    need(first, "first")
    need(second, "second")
    key = comparer_key(comparer)

    def found() -> Iterator[object]:
        gone = {key(item) for item in walk(second)}
        return (item for item in _unique(walk(first), key) if key(item) not in gone)

    return Sequence(type_, found, "Except")


@ENUMERABLE.member(
    "static IEnumerable<R> Zip<T, S, R>(this IEnumerable<T> first, IEnumerable<S> second, Func<T, S, R> resultSelector)",
    typed=True,
)
def zip_(
    first_type: ClrType,
    second_type: ClrType,
    result: ClrType,
    first: object,
    second: object,
    join: Callable[[object, object], object],
) -> Sequence:
    """Yield what a function makes of pairs."""
    need(first, "first")
    need(second, "second")
    need(join, "resultSelector")
    return Sequence(
        result,
        lambda: (join(a, b) for a, b in zip(walk(first), walk(second), strict=False)),
        "Zip",
        types=(first_type, second_type, result),
    )


@ENUMERABLE.member("static IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source)", typed=True)
def default_if_empty(type_: ClrType, source: object) -> Sequence:
    """Yield the elements, or the default where there are none."""
    need(source, "source")
    return default_if_empty_value(type_, source, default_value(type_))


@ENUMERABLE.member("static IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source, T defaultValue)", typed=True)
def default_if_empty_value(type_: ClrType, source: object, other: object) -> Sequence:
    """Yield the elements, or a value where there are none."""
    need(source, "source")
    return Sequence(type_, lambda: iter(list(walk(source)) or [other]), "DefaultIfEmpty")


@ENUMERABLE.member("static IEnumerable<T> Reverse<T>(this IEnumerable<T> source)", typed=True)
def reverse(type_: ClrType, source: object) -> Sequence:
    """Yield the elements backwards."""
    need(source, "source")
    return Sequence(type_, lambda: iter(list(walk(source))[::-1]), "Reverse")


__all__ = ["linq_grouping", "linq_joins", "linq_numbers", "linq_results"]
