"""System.Linq: members that end in one value, and those that make collections."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import invalid_operation, out_of_range
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.collections_dictionary import Dictionary
from apim_ai.expression.library.collections_list import ClrList
from apim_ai.expression.library.collections_queue import Queue, Stack
from apim_ai.expression.library.collections_set import HashSet
from apim_ai.expression.library.enumeration import Sequence, source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.expression.library.system_string import StringComparer
    from apim_ai.expression.types import ClrType

    Test = Callable[[object], bool]
    Select = Callable[[object], object]

from apim_ai.expression.library.linq_walk import ENUMERABLE, comparer_key, default_value, need, walk
from apim_ai.expression.library.meter import METER

_EMPTY = "Sequence contains no elements"
_NONE = "Sequence contains no matching element"
_MANY = "Sequence contains more than one element"
_MANY_MATCH = "Sequence contains more than one matching element"

# --- one element ---


@ENUMERABLE.member("static T First<T>(this IEnumerable<T> source)")  # noqa: RET503 - ends in a call that never returns
def first(source: object) -> object:
    """Return the first element."""
    for item in source_of(source):
        return item
    invalid_operation(_EMPTY)


@ENUMERABLE.member("static T First<T>(this IEnumerable<T> source, Func<T, bool> predicate)")  # noqa: RET503 - ends in a call that never returns
def first_where(source: object, test: Test) -> object:
    """Return the first element that passes a test."""
    need(test, "predicate")
    for item in walk(source):
        if test(item):
            return item
    invalid_operation(_NONE)


@ENUMERABLE.member("static T FirstOrDefault<T>(this IEnumerable<T> source)", typed=True)
def first_or_default(type_: ClrType, source: object) -> object:
    """Return the first element, or the default."""
    for item in source_of(source):
        return item
    return default_value(type_)


@ENUMERABLE.member("static T FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def first_or_default_where(type_: ClrType, source: object, test: Test) -> object:
    """Return the first element that passes a test, or the default."""
    need(test, "predicate")
    for item in walk(source):
        if test(item):
            return item
    return default_value(type_)


@ENUMERABLE.member("static T Last<T>(this IEnumerable<T> source)")
def last(source: object) -> object:
    """Return the last element."""
    items = list(walk(source))
    if not items:
        invalid_operation(_EMPTY)
    return items[-1]


@ENUMERABLE.member("static T Last<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def last_where(source: object, test: Test) -> object:
    """Return the last element that passes a test."""
    need(test, "predicate")
    items = [item for item in walk(source) if test(item)]
    if not items:
        invalid_operation(_NONE)
    return items[-1]


@ENUMERABLE.member("static T LastOrDefault<T>(this IEnumerable<T> source)", typed=True)
def last_or_default(type_: ClrType, source: object) -> object:
    """Return the last element, or the default."""
    items = list(walk(source))
    return items[-1] if items else default_value(type_)


@ENUMERABLE.member("static T LastOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def last_or_default_where(type_: ClrType, source: object, test: Test) -> object:
    """Return the last element that passes a test, or the default."""
    need(test, "predicate")
    items = [item for item in walk(source) if test(item)]
    return items[-1] if items else default_value(type_)


@ENUMERABLE.member("static T Single<T>(this IEnumerable<T> source)")
def single(source: object) -> object:
    """Return the only element."""
    items = list(itertools.islice(walk(source), 2))
    if len(items) != 1:
        invalid_operation(_EMPTY if not items else _MANY)
    return items[0]


@ENUMERABLE.member("static T Single<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def single_where(source: object, test: Test) -> object:
    """Return the only element that passes a test."""
    need(test, "predicate")
    items = [item for item in walk(source) if test(item)]
    if len(items) != 1:
        invalid_operation(_NONE if not items else _MANY_MATCH)
    return items[0]


@ENUMERABLE.member("static T SingleOrDefault<T>(this IEnumerable<T> source)", typed=True)
def single_or_default(type_: ClrType, source: object) -> object:
    """Return the only element, or the default."""
    items = list(itertools.islice(walk(source), 2))
    if len(items) > 1:
        invalid_operation(_MANY)
    return items[0] if items else default_value(type_)


@ENUMERABLE.member("static T SingleOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def single_or_default_where(type_: ClrType, source: object, test: Test) -> object:
    """Return the only element that passes a test, or the default."""
    need(test, "predicate")
    items = [item for item in walk(source) if test(item)]
    if len(items) > 1:
        invalid_operation(_MANY_MATCH)
    return items[0] if items else default_value(type_)


@ENUMERABLE.member("static T ElementAt<T>(this IEnumerable<T> source, int index)")  # noqa: RET503 - ends in a call that never returns
def element_at(source: object, index: int) -> object:
    """Return the element at a place."""
    if index >= 0:
        for item in itertools.islice(walk(source), index, None):
            return item
    out_of_range(
        "index",
        "Index was out of range. Must be non-negative and less than the size of the collection."
        if isinstance(source, list) and not isinstance(source, (Queue, Stack))
        else "Specified argument was out of the range of valid values.",
    )


@ENUMERABLE.member("static T ElementAtOrDefault<T>(this IEnumerable<T> source, int index)", typed=True)
def element_at_or_default(type_: ClrType, source: object, index: int) -> object:
    """Return the element at a place, or the default."""
    if index >= 0:
        for item in itertools.islice(walk(source), index, None):
            return item
    return default_value(type_)


# --- questions ---


@ENUMERABLE.member("static bool Any<T>(this IEnumerable<T> source)")
def any_(source: object) -> bool:
    """Whether there is an element."""
    return any(True for _ in source_of(source))


@ENUMERABLE.member("static bool Any<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def any_where(source: object, test: Test) -> bool:
    """Whether some element passes a test."""
    need(test, "predicate")
    return any(map(test, walk(source)))


@ENUMERABLE.member("static bool All<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def all_(source: object, test: Test) -> bool:
    """Whether all elements pass a test."""
    need(test, "predicate")
    return all(map(test, walk(source)))


@ENUMERABLE.member(
    "static bool Contains<T>(this IEnumerable<T> source, T value)",
    "static bool Contains<T>(this IEnumerable<T> source, T value, IEqualityComparer<T> comparer)",
)
def contains(source: object, value: object, comparer: object = None) -> bool:
    """Whether a value is there."""
    key = comparer_key(comparer)
    wanted = key(value)
    return any(key(item) == wanted for item in walk(source))


@ENUMERABLE.member("static int Count<T>(this IEnumerable<T> source)")
def count(source: object) -> int:
    """Return the number of elements."""
    if isinstance(source, Sequence):  # whose own sources have counted the steps
        items = list(source.clr_items())
        METER.take(len(items))
        return len(items)
    if hasattr(source, "__len__") and not isinstance(source, str):
        return len(cast("list[object]", source))
    return sum(1 for _ in walk(source))


@ENUMERABLE.member("static int Count<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def count_where(source: object, test: Test) -> int:
    """Return the number of elements that pass a test."""
    need(test, "predicate")
    return sum(map(test, walk(source)))


@ENUMERABLE.member("static long LongCount<T>(this IEnumerable<T> source)")
def long_count(source: object) -> int:
    """Return the number of elements."""
    return count(source)


@ENUMERABLE.member("static long LongCount<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def long_count_where(source: object, test: Test) -> int:
    """Return the number of elements that pass a test."""
    need(test, "predicate")
    return count_where(source, test)


@ENUMERABLE.member(
    "static bool SequenceEqual<T>(this IEnumerable<T> first, IEnumerable<T> second)",
    "static bool SequenceEqual<T>(this IEnumerable<T> first, IEnumerable<T> second, IEqualityComparer<T> comparer)",
)
def sequence_equal(first: object, second: object, comparer: object = None) -> bool:
    """Whether two sequences have equal elements in order."""
    need(second, "second")
    key = comparer_key(comparer)
    return [key(item) for item in walk(first)] == [key(item) for item in walk(second)]


# --- out of it ---


@ENUMERABLE.member("static T[] ToArray<T>(this IEnumerable<T> source)", typed=True)
def to_array(type_: ClrType, source: object) -> Array | bytearray:
    """Return an array."""
    if type_.name == "System.Byte":
        return bytearray(cast("Iterator[int]", walk(source)))
    return Array(type_, walk(source))


@ENUMERABLE.member("static List<T> ToList<T>(this IEnumerable<T> source)", typed=True)
def to_list(type_: ClrType, source: object) -> ClrList:
    """Return a list."""
    return ClrList(type_, walk(source))


@ENUMERABLE.member(
    "static HashSet<T> ToHashSet<T>(this IEnumerable<T> source)",
    "static HashSet<T> ToHashSet<T>(this IEnumerable<T> source, IEqualityComparer<T> comparer)",
    typed=True,
)
def to_hash_set(type_: ClrType, source: object, comparer: object = None) -> HashSet:
    """Return a set."""
    return HashSet(type_, walk(source), cast("StringComparer | None", comparer))


@ENUMERABLE.member(
    "static Dictionary<K, T> ToDictionary<T, K>(this IEnumerable<T> source, Func<T, K> keySelector)",
    "static Dictionary<K, T> ToDictionary<T, K>(this IEnumerable<T> source, Func<T, K> keySelector, IEqualityComparer<K> comparer)",
    typed=True,
)
def to_dictionary(
    type_: ClrType, key_type: ClrType, source: object, key: Select, comparer: object = None
) -> Dictionary:
    """Return a dictionary of the elements."""
    need(key, "keySelector")
    result = Dictionary(key_type, type_, comparer=cast("StringComparer | None", comparer))
    for item in walk(source):
        result.add_item(key(item), item)
    return result


@ENUMERABLE.member(
    "static Dictionary<K, E> ToDictionary<T, K, E>(this IEnumerable<T> source, Func<T, K> keySelector, Func<T, E> elementSelector)",
    "static Dictionary<K, E> ToDictionary<T, K, E>(this IEnumerable<T> source, Func<T, K> keySelector, Func<T, E> elementSelector, IEqualityComparer<K> comparer)",
    typed=True,
)
def to_dictionary_of(
    _type: ClrType,
    key_type: ClrType,
    element: ClrType,
    source: object,
    key: Select,
    change: Select,
    comparer: object = None,
) -> Dictionary:
    """Return a dictionary of what a function makes of the elements."""
    need(key, "keySelector")
    need(change, "elementSelector")
    result = Dictionary(key_type, element, comparer=cast("StringComparer | None", comparer))
    for item in walk(source):
        result.add_item(key(item), change(item))
    return result


ENUMERABLE.inline("static IEnumerable<T> AsEnumerable<T>(this IEnumerable<T> source)", "{0}", on_null=True)
