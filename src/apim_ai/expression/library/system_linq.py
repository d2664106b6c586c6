"""System.Linq.Enumerable: lazy where .NET is lazy, and each element counts as a step."""

from __future__ import annotations

import itertools
from functools import cmp_to_key
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument_null, invalid_cast, invalid_operation, out_of_range, overflow
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.collections_dictionary import Dictionary
from apim_ai.expression.library.collections_list import ClrList, HashSet
from apim_ai.expression.library.declare import clr_interface, clr_static
from apim_ai.expression.library.enumeration import Sequence, boxed_items, source_of
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.ordering import compare
from apim_ai.expression.library.relations import caster, tester, type_of
from apim_ai.expression.types import find, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed import SupportsRichComparison

    from apim_ai.expression.library.system_string import StringComparer
    from apim_ai.expression.types import ClrType

    Test = Callable[[object], bool]
    Select = Callable[[object], object]

ENUMERABLE = clr_static("System.Linq.Enumerable")
_EMPTY = "Sequence contains no elements"
_NONE = "Sequence contains no matching element"
_MANY = "Sequence contains more than one element"
_MANY_MATCH = "Sequence contains more than one matching element"


def _walk(source: object) -> Iterator[object]:
    """Yield the elements of a source, each a step."""
    for item in source_of(source):
        METER.tick()
        yield item


def _need(value: object, name: str) -> None:
    if value is None:
        argument_null(name)


def _default(type_: ClrType) -> object:
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - the two packages need each other

    return default_of(type_)


def _comparer_key(comparer: object) -> Callable[[object], object]:
    return (lambda item: item) if comparer is None else cast("StringComparer", comparer).key


# --- making ----------------------------------------------------------------------------------------------------------


@ENUMERABLE.member("static IEnumerable<int> Range(int start, int count)")
def range_(start: int, count: int) -> Sequence:
    """Yield integers in turn."""
    from apim_ai.expression.types import resolve  # noqa: PLC0415 - one use

    if count < 0 or start + count - 1 > 2**31 - 1:
        out_of_range("count")
    return Sequence(resolve("int"), lambda: _walk(range(start, start + count)))


@ENUMERABLE.member("static IEnumerable<T> Repeat<T>(T element, int count)", typed=True)
def repeat(type_: ClrType, element: object, count: int) -> Sequence:
    """Yield a value again and again."""
    if count < 0:
        out_of_range("count")
    return Sequence(type_, lambda: _walk(itertools.repeat(element, count)))


@ENUMERABLE.member("static IEnumerable<T> Empty<T>()", typed=True)
def empty(type_: ClrType) -> Array:
    """Return nothing to enumerate."""
    return Array(type_)


# --- filtering and projecting ----------------------------------------------------------------------------------------


@ENUMERABLE.member("static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def where(type_: ClrType, source: object, test: Test) -> Sequence:
    """Keep the elements that pass a test."""
    _need(source, "source")
    return Sequence(type_, lambda: (item for item in _walk(source) if test(item)))


@ENUMERABLE.member(
    "static IEnumerable<T> Where<T>(this IEnumerable<T> source, Func<T, int, bool> predicate)", typed=True
)
def where_index(type_: ClrType, source: object, test: Callable[[object, int], bool]) -> Sequence:
    """Keep the elements that pass a test of element and place."""
    _need(source, "source")
    return Sequence(type_, lambda: (item for index, item in enumerate(_walk(source)) if test(item, index)))


@ENUMERABLE.member("static IEnumerable<R> Select<T, R>(this IEnumerable<T> source, Func<T, R> selector)", typed=True)
def select(_type: ClrType, result: ClrType, source: object, change: Select) -> Sequence:
    """Yield what a function makes of each element."""
    _need(source, "source")
    return Sequence(result, lambda: (change(item) for item in _walk(source)))


@ENUMERABLE.member(
    "static IEnumerable<R> Select<T, R>(this IEnumerable<T> source, Func<T, int, R> selector)", typed=True
)
def select_index(_type: ClrType, result: ClrType, source: object, change: Callable[[object, int], object]) -> Sequence:
    """Yield what a function makes of each element and its place."""
    _need(source, "source")
    return Sequence(result, lambda: (change(item, index) for index, item in enumerate(_walk(source))))


@ENUMERABLE.member(
    "static IEnumerable<R> SelectMany<T, R>(this IEnumerable<T> source, Func<T, IEnumerable<R>> selector)", typed=True
)
def select_many(_type: ClrType, result: ClrType, source: object, change: Select) -> Sequence:
    """Yield the elements of the sequences that a function makes of each element."""
    _need(source, "source")
    return Sequence(result, lambda: (inner for item in _walk(source) for inner in _walk(change(item))))


@ENUMERABLE.member(
    "static IEnumerable<R> SelectMany<T, C, R>(this IEnumerable<T> source, Func<T, IEnumerable<C>> collectionSelector, Func<T, C, R> resultSelector)",
    typed=True,
)
def select_many_result(
    _type: ClrType,
    _inner: ClrType,
    result: ClrType,
    source: object,
    change: Select,
    join: Callable[[object, object], object],
) -> Sequence:
    """Yield what a function makes of each element and each of its inner ones."""
    return Sequence(result, lambda: (join(item, inner) for item in _walk(source) for inner in _walk(change(item))))


@ENUMERABLE.member("static IEnumerable<R> Cast<R>(this System.Collections.IEnumerable source)", typed=True)
def cast_(type_: ClrType, source: object) -> Sequence:
    """Cast each element."""
    _need(source, "source")
    convert = caster(type_)

    def walk() -> Iterator[object]:
        for item in boxed_items(source):
            if item is not None and not tester(type_)(item):
                invalid_cast(type_of(item).name, type_.name)
            yield convert(item)

    return Sequence(type_, walk)


@ENUMERABLE.member("static IEnumerable<R> OfType<R>(this System.Collections.IEnumerable source)", typed=True)
def of_type(type_: ClrType, source: object) -> Sequence:
    """Keep the elements of a type."""
    _need(source, "source")
    convert, test = caster(type_), tester(type_)
    return Sequence(type_, lambda: (convert(item) for item in boxed_items(source) if test(item)))


# --- partitioning ----------------------------------------------------------------------------------------------------


@ENUMERABLE.member("static IEnumerable<T> Skip<T>(this IEnumerable<T> source, int count)", typed=True)
def skip(type_: ClrType, source: object, count: int) -> Sequence:
    """Leave out the first elements."""
    return Sequence(type_, lambda: itertools.islice(_walk(source), max(count, 0), None))


@ENUMERABLE.member("static IEnumerable<T> Take<T>(this IEnumerable<T> source, int count)", typed=True)
def take(type_: ClrType, source: object, count: int) -> Sequence:
    """Keep the first elements."""
    return Sequence(type_, lambda: itertools.islice(_walk(source), max(count, 0)))


@ENUMERABLE.member(
    "static IEnumerable<T> SkipWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True
)
def skip_while(type_: ClrType, source: object, test: Test) -> Sequence:
    """Leave out elements as long as they pass a test."""
    return Sequence(type_, lambda: itertools.dropwhile(test, _walk(source)))


@ENUMERABLE.member(
    "static IEnumerable<T> TakeWhile<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True
)
def take_while(type_: ClrType, source: object, test: Test) -> Sequence:
    """Keep elements as long as they pass a test."""
    return Sequence(type_, lambda: itertools.takewhile(test, _walk(source)))


@ENUMERABLE.member("static IEnumerable<T> SkipLast<T>(this IEnumerable<T> source, int count)", typed=True)
def skip_last(type_: ClrType, source: object, count: int) -> Sequence:
    """Leave out the last elements."""
    return Sequence(type_, lambda: iter(list(_walk(source))[: -count if count > 0 else None]))


@ENUMERABLE.member("static IEnumerable<T> TakeLast<T>(this IEnumerable<T> source, int count)", typed=True)
def take_last(type_: ClrType, source: object, count: int) -> Sequence:
    """Keep the last elements."""
    return Sequence(type_, lambda: iter(list(_walk(source))[-count:] if count > 0 else []))


# --- joining ---------------------------------------------------------------------------------------------------------


@ENUMERABLE.member("static IEnumerable<T> Concat<T>(this IEnumerable<T> first, IEnumerable<T> second)", typed=True)
def concat(type_: ClrType, first: object, second: object) -> Sequence:
    """Yield one sequence after the other."""
    _need(second, "second")
    return Sequence(type_, lambda: itertools.chain(_walk(first), _walk(second)))


@ENUMERABLE.member("static IEnumerable<T> Append<T>(this IEnumerable<T> source, T element)", typed=True)
def append(type_: ClrType, source: object, item: object) -> Sequence:
    """Yield a value last."""
    return Sequence(type_, lambda: itertools.chain(_walk(source), [item]))


@ENUMERABLE.member("static IEnumerable<T> Prepend<T>(this IEnumerable<T> source, T element)", typed=True)
def prepend(type_: ClrType, source: object, item: object) -> Sequence:
    """Yield a value first."""
    return Sequence(type_, lambda: itertools.chain([item], _walk(source)))


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
    return Sequence(type_, lambda: _unique(_walk(source), _comparer_key(comparer)))


@ENUMERABLE.member(
    "static IEnumerable<T> Union<T>(this IEnumerable<T> first, IEnumerable<T> second)",
    "static IEnumerable<T> Union<T>(this IEnumerable<T> first, IEnumerable<T> second, IEqualityComparer<T> comparer)",
    typed=True,
)
def union(type_: ClrType, first: object, second: object, comparer: object = None) -> Sequence:
    """Yield the different elements of both."""
    return Sequence(type_, lambda: _unique(itertools.chain(_walk(first), _walk(second)), _comparer_key(comparer)))


@ENUMERABLE.member(
    "static IEnumerable<T> Intersect<T>(this IEnumerable<T> first, IEnumerable<T> second)",
    "static IEnumerable<T> Intersect<T>(this IEnumerable<T> first, IEnumerable<T> second, IEqualityComparer<T> comparer)",
    typed=True,
)
def intersect(type_: ClrType, first: object, second: object, comparer: object = None) -> Sequence:
    """Yield the different elements of the first that the second has."""
    key = _comparer_key(comparer)

    def walk() -> Iterator[object]:
        kept = {key(item) for item in _walk(second)}
        return (item for item in _unique(_walk(first), key) if key(item) in kept)

    return Sequence(type_, walk)


@ENUMERABLE.member(
    "static IEnumerable<T> Except<T>(this IEnumerable<T> first, IEnumerable<T> second)",
    "static IEnumerable<T> Except<T>(this IEnumerable<T> first, IEnumerable<T> second, IEqualityComparer<T> comparer)",
    typed=True,
)
def except_(type_: ClrType, first: object, second: object, comparer: object = None) -> Sequence:
    """Yield the different elements of the first that the second has not."""
    key = _comparer_key(comparer)

    def walk() -> Iterator[object]:
        gone = {key(item) for item in _walk(second)}
        return (item for item in _unique(_walk(first), key) if key(item) not in gone)

    return Sequence(type_, walk)


@ENUMERABLE.member(
    "static IEnumerable<R> Zip<T, S, R>(this IEnumerable<T> first, IEnumerable<S> second, Func<T, S, R> resultSelector)",
    typed=True,
)
def zip_(
    _first: ClrType,
    _second: ClrType,
    result: ClrType,
    first: object,
    second: object,
    join: Callable[[object, object], object],
) -> Sequence:
    """Yield what a function makes of pairs."""
    return Sequence(result, lambda: (join(a, b) for a, b in zip(_walk(first), _walk(second), strict=False)))


@ENUMERABLE.member(
    "static IEnumerable<R> Join<O, I, K, R>(this IEnumerable<O> outer, IEnumerable<I> inner, Func<O, K> outerKeySelector, Func<I, K> innerKeySelector, Func<O, I, R> resultSelector)",
    typed=True,
)
def join_(
    _o: ClrType,
    _i: ClrType,
    _k: ClrType,
    result: ClrType,
    outer: object,
    inner: object,
    outer_key: Select,
    inner_key: Select,
    change: Callable[[object, object], object],
) -> Sequence:
    """Yield what a function makes of pairs with equal keys."""

    def walk() -> Iterator[object]:
        found: dict[object, list[object]] = {}
        for item in _walk(inner):
            found.setdefault(inner_key(item), []).append(item)
        for item in _walk(outer):
            for other in found.get(outer_key(item), ()):
                yield change(item, other)

    return Sequence(result, walk)


@ENUMERABLE.member("static IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source)", typed=True)
def default_if_empty(type_: ClrType, source: object) -> Sequence:
    """Yield the elements, or the default where there are none."""
    return default_if_empty_value(type_, source, _default(type_))


@ENUMERABLE.member("static IEnumerable<T> DefaultIfEmpty<T>(this IEnumerable<T> source, T defaultValue)", typed=True)
def default_if_empty_value(type_: ClrType, source: object, other: object) -> Sequence:
    """Yield the elements, or a value where there are none."""
    return Sequence(type_, lambda: iter(list(_walk(source)) or [other]))


@ENUMERABLE.member("static IEnumerable<T> Reverse<T>(this IEnumerable<T> source)", typed=True)
def reverse(type_: ClrType, source: object) -> Sequence:
    """Yield the elements backwards."""
    return Sequence(type_, lambda: iter(list(_walk(source))[::-1]))


# --- ordering --------------------------------------------------------------------------------------------------------

ORDERED = clr_interface(
    "System.Linq.IOrderedEnumerable`1", parameters=("T",), interfaces=("IEnumerable<T>",), allowed=None
)


class Ordered:
    """A sequence sorted by keys in turn."""

    __slots__ = ("element", "keys", "source")

    def __init__(self, element: ClrType, source: object, keys: list[tuple[Select, bool, object]]) -> None:
        self.element = element
        self.source = source
        self.keys = keys

    def clr_items(self) -> Iterator[object]:
        """Sort and yield."""
        items = list(_walk(self.source))
        for key, is_descending, comparer in reversed(self.keys):
            order = _order(comparer)
            items.sort(key=lambda item, key=key, order=order: order(key(item)), reverse=is_descending)
        return iter(items)

    def clr_type(self) -> ClrType:
        """The closed type."""
        declaration = find("System.Linq.IOrderedEnumerable", 1)
        if declaration is None:
            raise LookupError("IOrderedEnumerable")
        return make(declaration, (self.element,))


def _order(comparer: object) -> Callable[[object], SupportsRichComparison]:
    if comparer is None:
        return cmp_to_key(compare)
    from apim_ai.expression.library.comparison import compare_text  # noqa: PLC0415 - rare

    way = cast("StringComparer", comparer).comparison
    return cmp_to_key(
        lambda left, right: compare_text(cast("str", left), cast("str", right), way, by_culture=METER.orders_by_culture)
    )


def _sorter(*, is_descending: bool) -> Callable[..., Ordered]:
    def order(type_: ClrType, _key: ClrType, source: object, key: Select, comparer: object = None) -> Ordered:
        _need(source, "source")
        return Ordered(type_, source, [(key, is_descending, comparer)])

    return order


def _refiner(*, is_descending: bool) -> Callable[..., Ordered]:
    def refine(type_: ClrType, _key: ClrType, source: Ordered, key: Select, comparer: object = None) -> Ordered:
        return Ordered(type_, source.source, [*source.keys, (key, is_descending, comparer)])

    return refine


for _suffix, _down in (("", False), ("Descending", True)):
    for _head, _tail in (("", ""), (", IComparer<K> comparer", "")):
        ENUMERABLE.member(
            f"static System.Linq.IOrderedEnumerable<T> OrderBy{_suffix}<T, K>(this IEnumerable<T> source, Func<T, K> keySelector{_head})",
            typed=True,
        )(_sorter(is_descending=_down))
        ENUMERABLE.member(
            f"static System.Linq.IOrderedEnumerable<T> ThenBy{_suffix}<T, K>(this System.Linq.IOrderedEnumerable<T> source, Func<T, K> keySelector{_head})",
            typed=True,
        )(_refiner(is_descending=_down))


# --- grouping --------------------------------------------------------------------------------------------------------

GROUPING = clr_interface(
    "System.Linq.IGrouping`2", parameters=("TKey", "TElement"), interfaces=("IEnumerable<TElement>",), allowed=None
)
LOOKUP = clr_interface(
    "System.Linq.ILookup`2",
    parameters=("TKey", "TElement"),
    interfaces=("IEnumerable<System.Linq.IGrouping<TKey, TElement>>",),
    allowed=None,
)


class Grouping(Array):
    """The elements that share a key."""

    __slots__ = ("key", "key_type")

    def __init__(self, key_type: ClrType, element: ClrType, key: object) -> None:
        super().__init__(element)
        self.key_type = key_type
        self.key = key

    def clr_type(self) -> ClrType:
        """The closed type."""
        declaration = find("System.Linq.IGrouping", 2)
        if declaration is None:
            raise LookupError("IGrouping")
        return make(declaration, (self.key_type, self.element))


GROUPING.inline("TKey Key", "{0}.key")


def _groups(
    key_type: ClrType, element: ClrType, source: object, key: Select, change: Select | None, comparer: object = None
) -> list[Grouping]:
    found: dict[object, Grouping] = {}
    plain = _comparer_key(comparer)
    for item in _walk(source):
        own = key(item)
        mark = plain(own)
        if mark not in found:
            found[mark] = Grouping(key_type, element, own)
        found[mark].append(item if change is None else change(item))
    return list(found.values())


def _grouping_type(key: ClrType, element: ClrType) -> ClrType:
    return make(GROUPING, (key, element))


@ENUMERABLE.member(
    "static IEnumerable<System.Linq.IGrouping<K, T>> GroupBy<T, K>(this IEnumerable<T> source, Func<T, K> keySelector)",
    "static IEnumerable<System.Linq.IGrouping<K, T>> GroupBy<T, K>(this IEnumerable<T> source, Func<T, K> keySelector, IEqualityComparer<K> comparer)",
    typed=True,
)
def group_by(type_: ClrType, key_type: ClrType, source: object, key: Select, comparer: object = None) -> Sequence:
    """Group elements by a key."""
    return Sequence(
        _grouping_type(key_type, type_), lambda: iter(_groups(key_type, type_, source, key, None, comparer))
    )


@ENUMERABLE.member(
    "static IEnumerable<System.Linq.IGrouping<K, E>> GroupBy<T, K, E>(this IEnumerable<T> source, Func<T, K> keySelector, Func<T, E> elementSelector)",
    typed=True,
)
def group_by_element(
    _type: ClrType, key_type: ClrType, element: ClrType, source: object, key: Select, change: Select
) -> Sequence:
    """Group what a function makes of elements by a key."""
    return Sequence(_grouping_type(key_type, element), lambda: iter(_groups(key_type, element, source, key, change)))


@ENUMERABLE.member(
    "static IEnumerable<R> GroupBy<T, K, R>(this IEnumerable<T> source, Func<T, K> keySelector, Func<K, IEnumerable<T>, R> resultSelector)",
    typed=True,
)
def group_by_result(
    type_: ClrType,
    key_type: ClrType,
    result: ClrType,
    source: object,
    key: Select,
    change: Callable[[object, object], object],
) -> Sequence:
    """Yield what a function makes of each group."""
    return Sequence(result, lambda: (change(group.key, group) for group in _groups(key_type, type_, source, key, None)))


@ENUMERABLE.member(
    "static System.Linq.ILookup<K, T> ToLookup<T, K>(this IEnumerable<T> source, Func<T, K> keySelector)", typed=True
)
def to_lookup(type_: ClrType, key_type: ClrType, source: object, key: Select) -> Lookup:
    """Group elements at once."""
    return Lookup(key_type, type_, _groups(key_type, type_, source, key, None))


class Lookup:
    """Groups by key; a key that is not there has no elements."""

    __slots__ = ("element", "groups", "key_type")

    def __init__(self, key_type: ClrType, element: ClrType, groups: list[Grouping]) -> None:
        self.key_type = key_type
        self.element = element
        self.groups = {group.key: group for group in groups}

    def clr_items(self) -> Iterator[object]:
        """Yield the groups."""
        return iter(self.groups.values())

    def clr_type(self) -> ClrType:
        """The closed type."""
        return make(LOOKUP, (self.key_type, self.element))


@LOOKUP.member("IEnumerable<TElement> this[TKey key]")
def lookup_get(lookup: Lookup, key: object) -> Array:
    """Return the elements of a key."""
    return lookup.groups.get(key) or Array(lookup.element)


LOOKUP.inline("bool Contains(TKey key)", "({1} in {0}.groups)")
LOOKUP.inline("int Count", "len({0}.groups)")


# --- one element -----------------------------------------------------------------------------------------------------


@ENUMERABLE.member("static T First<T>(this IEnumerable<T> source)")  # noqa: RET503 - ends in a call that never returns
def first(source: object) -> object:
    """Return the first element."""
    for item in source_of(source):
        return item
    invalid_operation(_EMPTY)


@ENUMERABLE.member("static T First<T>(this IEnumerable<T> source, Func<T, bool> predicate)")  # noqa: RET503 - ends in a call that never returns
def first_where(source: object, test: Test) -> object:
    """Return the first element that passes a test."""
    for item in _walk(source):
        if test(item):
            return item
    invalid_operation(_NONE)


@ENUMERABLE.member("static T FirstOrDefault<T>(this IEnumerable<T> source)", typed=True)
def first_or_default(type_: ClrType, source: object) -> object:
    """Return the first element, or the default."""
    for item in source_of(source):
        return item
    return _default(type_)


@ENUMERABLE.member("static T FirstOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def first_or_default_where(type_: ClrType, source: object, test: Test) -> object:
    """Return the first element that passes a test, or the default."""
    for item in _walk(source):
        if test(item):
            return item
    return _default(type_)


@ENUMERABLE.member("static T Last<T>(this IEnumerable<T> source)")
def last(source: object) -> object:
    """Return the last element."""
    items = list(_walk(source))
    if not items:
        invalid_operation(_EMPTY)
    return items[-1]


@ENUMERABLE.member("static T Last<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def last_where(source: object, test: Test) -> object:
    """Return the last element that passes a test."""
    items = [item for item in _walk(source) if test(item)]
    if not items:
        invalid_operation(_NONE)
    return items[-1]


@ENUMERABLE.member("static T LastOrDefault<T>(this IEnumerable<T> source)", typed=True)
def last_or_default(type_: ClrType, source: object) -> object:
    """Return the last element, or the default."""
    items = list(_walk(source))
    return items[-1] if items else _default(type_)


@ENUMERABLE.member("static T LastOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def last_or_default_where(type_: ClrType, source: object, test: Test) -> object:
    """Return the last element that passes a test, or the default."""
    items = [item for item in _walk(source) if test(item)]
    return items[-1] if items else _default(type_)


@ENUMERABLE.member("static T Single<T>(this IEnumerable<T> source)")
def single(source: object) -> object:
    """Return the only element."""
    items = list(itertools.islice(_walk(source), 2))
    if len(items) != 1:
        invalid_operation(_EMPTY if not items else _MANY)
    return items[0]


@ENUMERABLE.member("static T Single<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def single_where(source: object, test: Test) -> object:
    """Return the only element that passes a test."""
    items = [item for item in _walk(source) if test(item)]
    if len(items) != 1:
        invalid_operation(_NONE if not items else _MANY_MATCH)
    return items[0]


@ENUMERABLE.member("static T SingleOrDefault<T>(this IEnumerable<T> source)", typed=True)
def single_or_default(type_: ClrType, source: object) -> object:
    """Return the only element, or the default."""
    items = list(itertools.islice(_walk(source), 2))
    if len(items) > 1:
        invalid_operation(_MANY)
    return items[0] if items else _default(type_)


@ENUMERABLE.member("static T SingleOrDefault<T>(this IEnumerable<T> source, Func<T, bool> predicate)", typed=True)
def single_or_default_where(type_: ClrType, source: object, test: Test) -> object:
    """Return the only element that passes a test, or the default."""
    items = [item for item in _walk(source) if test(item)]
    if len(items) > 1:
        invalid_operation(_MANY_MATCH)
    return items[0] if items else _default(type_)


@ENUMERABLE.member("static T ElementAt<T>(this IEnumerable<T> source, int index)")  # noqa: RET503 - ends in a call that never returns
def element_at(source: object, index: int) -> object:
    """Return the element at a place."""
    if index >= 0:
        for item in itertools.islice(_walk(source), index, None):
            return item
    out_of_range(
        "index",
        "Index was out of range. Must be non-negative and less than the size of the collection."
        if isinstance(source, list)
        else "Specified argument was out of the range of valid values.",
    )


@ENUMERABLE.member("static T ElementAtOrDefault<T>(this IEnumerable<T> source, int index)", typed=True)
def element_at_or_default(type_: ClrType, source: object, index: int) -> object:
    """Return the element at a place, or the default."""
    if index >= 0:
        for item in itertools.islice(_walk(source), index, None):
            return item
    return _default(type_)


# --- questions -------------------------------------------------------------------------------------------------------


@ENUMERABLE.member("static bool Any<T>(this IEnumerable<T> source)")
def any_(source: object) -> bool:
    """Whether there is an element."""
    return any(True for _ in source_of(source))


@ENUMERABLE.member("static bool Any<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def any_where(source: object, test: Test) -> bool:
    """Whether some element passes a test."""
    return any(test(item) for item in _walk(source))


@ENUMERABLE.member("static bool All<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def all_(source: object, test: Test) -> bool:
    """Whether all elements pass a test."""
    return all(test(item) for item in _walk(source))


@ENUMERABLE.member(
    "static bool Contains<T>(this IEnumerable<T> source, T value)",
    "static bool Contains<T>(this IEnumerable<T> source, T value, IEqualityComparer<T> comparer)",
)
def contains(source: object, value: object, comparer: object = None) -> bool:
    """Whether a value is there."""
    key = _comparer_key(comparer)
    wanted = key(value)
    return any(key(item) == wanted for item in _walk(source))


@ENUMERABLE.member("static int Count<T>(this IEnumerable<T> source)")
def count(source: object) -> int:
    """Return the number of elements."""
    if isinstance(source, (list, HashSet, Dictionary)):
        return len(cast("list[object]", source))
    return sum(1 for _ in _walk(source))


@ENUMERABLE.member("static int Count<T>(this IEnumerable<T> source, Func<T, bool> predicate)")
def count_where(source: object, test: Test) -> int:
    """Return the number of elements that pass a test."""
    return sum(1 for item in _walk(source) if test(item))


@ENUMERABLE.member("static long LongCount<T>(this IEnumerable<T> source)")
def long_count(source: object) -> int:
    """Return the number of elements."""
    return count(source)


@ENUMERABLE.member("static bool SequenceEqual<T>(this IEnumerable<T> first, IEnumerable<T> second)")
def sequence_equal(first: object, second: object) -> bool:
    """Whether two sequences have equal elements in order."""
    _need(second, "second")
    return list(_walk(first)) == list(_walk(second))


# --- numbers ---------------------------------------------------------------------------------------------------------


def _total(items: Iterable[object], kind: str) -> object:
    from decimal import Decimal  # noqa: PLC0415 - rare

    from apim_ai.expression.library.arithmetic import RANGES, decimal_add  # noqa: PLC0415

    numbers = cast("list[float]", [item for item in items if item is not None])
    if kind == "decimal":
        total = Decimal(0)
        for number in cast("list[Decimal]", numbers):
            total = decimal_add(total, number)
        return total
    if kind in ("double", "float"):
        return sum(numbers, 0.0)
    low, high = RANGES["System.Int32" if kind == "int" else "System.Int64"]
    whole = sum(numbers)
    if not low <= whole <= high:
        overflow()
    return whole


def _mean(items: Iterable[object], kind: str, *, is_nullable: bool) -> object:
    numbers = [item for item in items if item is not None]
    if not numbers:
        if is_nullable:
            return None
        invalid_operation(_EMPTY)
    from decimal import Decimal  # noqa: PLC0415 - rare

    from apim_ai.expression.library.arithmetic import decimal_divide  # noqa: PLC0415

    total = _total(numbers, "long" if kind == "int" else kind)
    if kind == "decimal":
        return decimal_divide(cast("Decimal", total), Decimal(len(numbers)))
    return cast("float", total) / len(numbers)


def _declare_numbers(kind: str, mean: str) -> None:
    for mark in ("", "?"):
        type_, is_nullable = kind + mark, bool(mark)

        def total(source: object, kind: str = kind) -> object:
            return _total(_walk(source), kind)

        def total_of(source: object, change: Select, kind: str = kind) -> object:
            return _total((change(item) for item in _walk(source)), kind)

        def mean_(source: object, kind: str = kind, is_nullable: bool = is_nullable) -> object:  # noqa: FBT001 - bound by the loop
            return _mean(_walk(source), kind, is_nullable=is_nullable)

        def mean_of(source: object, change: Select, kind: str = kind, is_nullable: bool = is_nullable) -> object:  # noqa: FBT001 - bound by the loop
            return _mean((change(item) for item in _walk(source)), kind, is_nullable=is_nullable)

        ENUMERABLE.member(f"static {type_} Sum(this IEnumerable<{type_}> source)")(total)
        ENUMERABLE.member(f"static {type_} Sum<T>(this IEnumerable<T> source, Func<T, {type_}> selector)")(total_of)
        ENUMERABLE.member(f"static {mean}{mark} Average(this IEnumerable<{type_}> source)")(mean_)
        ENUMERABLE.member(f"static {mean}{mark} Average<T>(this IEnumerable<T> source, Func<T, {type_}> selector)")(
            mean_of
        )


for _kind, _mean_type in (
    ("int", "double"),
    ("long", "double"),
    ("double", "double"),
    ("float", "float"),
    ("decimal", "decimal"),
):
    _declare_numbers(_kind, _mean_type)


def _extreme(items: Iterable[object], type_: ClrType, sign: int) -> object:
    best: object = None
    is_found = False
    for item in items:
        if item is not None and (not is_found or compare(item, best) * sign > 0):
            best, is_found = item, True
    if not is_found:
        if type_.accepts_null:
            return None
        invalid_operation(_EMPTY)
    return best


def _declare_extreme(name: str, sign: int) -> None:
    @ENUMERABLE.member(f"static T {name}<T>(this IEnumerable<T> source)", typed=True)
    def extreme(type_: ClrType, source: object) -> object:
        return _extreme(_walk(source), type_, sign)

    @ENUMERABLE.member(f"static R {name}<T, R>(this IEnumerable<T> source, Func<T, R> selector)", typed=True)
    def extreme_of(_type: ClrType, result: ClrType, source: object, change: Select) -> object:
        return _extreme((change(item) for item in _walk(source)), result, sign)

    _ = extreme, extreme_of


_declare_extreme("Max", 1)
_declare_extreme("Min", -1)


@ENUMERABLE.member("static T Aggregate<T>(this IEnumerable<T> source, Func<T, T, T> func)")  # noqa: RET503 - ends in a call that never returns
def aggregate(source: object, join: Callable[[object, object], object]) -> object:
    """Join all elements into one."""
    items = _walk(source)
    for result in items:
        for item in items:
            result = join(result, item)  # noqa: PLW2901 - the running value
        return result
    invalid_operation(_EMPTY)


@ENUMERABLE.member("static A Aggregate<T, A>(this IEnumerable<T> source, A seed, Func<A, T, A> func)")
def aggregate_seed(source: object, seed: object, join: Callable[[object, object], object]) -> object:
    """Join all elements to a value."""
    for item in _walk(source):
        seed = join(seed, item)
    return seed


@ENUMERABLE.member(
    "static R Aggregate<T, A, R>(this IEnumerable<T> source, A seed, Func<A, T, A> func, Func<A, R> resultSelector)"
)
def aggregate_result(source: object, seed: object, join: Callable[[object, object], object], finish: Select) -> object:
    """Join all elements to a value and finish it."""
    return finish(aggregate_seed(source, seed, join))


# --- out of it -------------------------------------------------------------------------------------------------------


@ENUMERABLE.member("static T[] ToArray<T>(this IEnumerable<T> source)", typed=True)
def to_array(type_: ClrType, source: object) -> Array | bytearray:
    """Return an array."""
    if type_.name == "System.Byte":
        return bytearray(cast("Iterator[int]", _walk(source)))
    return Array(type_, _walk(source))


@ENUMERABLE.member("static List<T> ToList<T>(this IEnumerable<T> source)", typed=True)
def to_list(type_: ClrType, source: object) -> ClrList:
    """Return a list."""
    return ClrList(type_, _walk(source))


@ENUMERABLE.member("static HashSet<T> ToHashSet<T>(this IEnumerable<T> source)", typed=True)
def to_hash_set(type_: ClrType, source: object) -> HashSet:
    """Return a set."""
    return HashSet(type_, _walk(source))


@ENUMERABLE.member(
    "static Dictionary<K, T> ToDictionary<T, K>(this IEnumerable<T> source, Func<T, K> keySelector)",
    "static Dictionary<K, T> ToDictionary<T, K>(this IEnumerable<T> source, Func<T, K> keySelector, IEqualityComparer<K> comparer)",
    typed=True,
)
def to_dictionary(
    type_: ClrType, key_type: ClrType, source: object, key: Select, comparer: object = None
) -> Dictionary:
    """Return a dictionary of the elements."""
    result = Dictionary(key_type, type_, comparer=cast("StringComparer | None", comparer))
    for item in _walk(source):
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
    result = Dictionary(key_type, element, comparer=cast("StringComparer | None", comparer))
    for item in _walk(source):
        result.add_item(key(item), change(item))
    return result


ENUMERABLE.inline("static IEnumerable<T> AsEnumerable<T>(this IEnumerable<T> source)", "{0}", on_null=True)
