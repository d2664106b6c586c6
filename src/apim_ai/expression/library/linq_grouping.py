"""System.Linq: ordering and grouping."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, cast

from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_interface
from apim_ai.expression.library.enumeration import Sequence
from apim_ai.expression.library.linq_names import text_of
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.ordering import compare
from apim_ai.expression.types import find, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import SupportsRichComparison

    from apim_ai.expression.library.linq_names import Name
    from apim_ai.expression.library.system_string import StringComparer
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

    Test = Callable[[object], bool]
    Select = Callable[[object], object]

from apim_ai.expression.library.linq_walk import ENUMERABLE, comparer_key, need, walk

# --- ordering ---

ORDERED = clr_interface(
    "System.Linq.IOrderedEnumerable`1", parameters=("T",), interfaces=("IEnumerable<T>",), allowed=None
)


class Ordered:
    """A sequence sorted by keys in turn."""

    __slots__ = ("element", "key_type", "keys", "source")

    def __init__(
        self, element: ClrType, key_type: ClrType, source: object, keys: list[tuple[Select, bool, object]]
    ) -> None:
        self.element = element
        self.key_type = key_type
        self.source = source
        self.keys = keys

    def clr_items(self) -> Iterator[object]:
        """Sort and yield."""
        items = list(walk(self.source))
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

    def clr_sequence(self) -> Name:
        """Return .NET's class behind the sequence."""
        return "OrderedEnumerable", (self.element.name, self.key_type.name)

    def clr_shown(self) -> str:
        """Return the name of .NET's class behind the sequence."""
        return text_of(self.clr_sequence())

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the name of .NET's class behind the sequence."""
        return self.clr_shown()


def _order(comparer: object) -> Callable[[object], SupportsRichComparison]:
    if comparer is None:
        return cmp_to_key(compare)
    from apim_ai.expression.library.comparison import compare_text  # noqa: PLC0415 - rare

    way = cast("StringComparer", comparer).comparison
    return cmp_to_key(
        lambda left, right: compare_text(cast("str", left), cast("str", right), way, by_culture=METER.orders_by_culture)
    )


def _sorter(*, is_descending: bool) -> Callable[..., Ordered]:
    def order(type_: ClrType, key_type: ClrType, source: object, key: Select, comparer: object = None) -> Ordered:
        need(source, "source")
        need(key, "keySelector")
        return Ordered(type_, key_type, source, [(key, is_descending, comparer)])

    return order


def _refiner(*, is_descending: bool) -> Callable[..., Ordered]:
    def refine(type_: ClrType, key_type: ClrType, source: Ordered, key: Select, comparer: object = None) -> Ordered:
        need(source, "source")
        need(key, "keySelector")
        return Ordered(type_, key_type, source.source, [*source.keys, (key, is_descending, comparer)])

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


# --- grouping ---

GROUPING = clr_interface(
    "System.Linq.IGrouping`2",
    parameters=("TKey", "TElement"),
    interfaces=("IEnumerable<TElement>",),
    allowed=None,
    shown="System.Linq.Grouping`2",
)
LOOKUP = clr_interface(
    "System.Linq.ILookup`2",
    parameters=("TKey", "TElement"),
    interfaces=("IEnumerable<System.Linq.IGrouping<TKey, TElement>>",),
    allowed=None,
    shown="System.Linq.Lookup`2",
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
    plain = comparer_key(comparer)
    for item in walk(source):
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
    need(source, "source")
    need(key, "keySelector")
    return Sequence(
        _grouping_type(key_type, type_),
        lambda: iter(_groups(key_type, type_, source, key, None, comparer)),
        "GroupBy",
        types=(type_, key_type),
    )


_KEY = "this IEnumerable<T> source, Func<T, K> keySelector"
_ELEMENT = "Func<T, E> elementSelector"
_COMPARER = "IEqualityComparer<K> comparer"


@ENUMERABLE.member(
    f"static IEnumerable<System.Linq.IGrouping<K, E>> GroupBy<T, K, E>({_KEY}, {_ELEMENT})",
    f"static IEnumerable<System.Linq.IGrouping<K, E>> GroupBy<T, K, E>({_KEY}, {_ELEMENT}, {_COMPARER})",
    typed=True,
)
def group_by_element(
    type_: ClrType, key_type: ClrType, element: ClrType, source: object, key: Select, change: Select,
    comparer: object = None,
) -> Sequence:  # fmt: skip
    """Group what a function makes of elements by a key."""
    need(source, "source")
    need(key, "keySelector")
    need(change, "elementSelector")
    return Sequence(
        _grouping_type(key_type, element),
        lambda: iter(_groups(key_type, element, source, key, change, comparer)),
        "GroupBy",
        types=(type_, key_type, element),
    )


@ENUMERABLE.member(
    f"static IEnumerable<R> GroupBy<T, K, R>({_KEY}, Func<K, IEnumerable<T>, R> resultSelector)",
    f"static IEnumerable<R> GroupBy<T, K, R>({_KEY}, Func<K, IEnumerable<T>, R> resultSelector, {_COMPARER})",
    typed=True,
)
def group_by_result(
    type_: ClrType, key_type: ClrType, result: ClrType, source: object, key: Select,
    change: Callable[[object, object], object], comparer: object = None,
) -> Sequence:  # fmt: skip
    """Yield what a function makes of each group."""
    need(source, "source")
    need(key, "keySelector")
    need(change, "resultSelector")
    return Sequence(
        result,
        lambda: (change(group.key, group) for group in _groups(key_type, type_, source, key, None, comparer)),
        "GroupByResult",
        types=(type_, key_type, result),
    )


_RESULT = "Func<K, IEnumerable<E>, R> resultSelector"


@ENUMERABLE.member(
    f"static IEnumerable<R> GroupBy<T, K, E, R>({_KEY}, {_ELEMENT}, {_RESULT})",
    f"static IEnumerable<R> GroupBy<T, K, E, R>({_KEY}, {_ELEMENT}, {_RESULT}, {_COMPARER})",
    typed=True,
)
def group_by_element_result(  # noqa: PLR0917 - C#'s signature
    type_: ClrType, key_type: ClrType, element: ClrType, result: ClrType, source: object, key: Select,
    select: Select, change: Callable[[object, object], object], comparer: object = None,
) -> Sequence:  # fmt: skip
    """Yield what a function makes of each group of what another made of elements."""
    need(source, "source")
    need(key, "keySelector")
    need(select, "elementSelector")
    need(change, "resultSelector")
    return Sequence(
        result,
        lambda: (change(group.key, group) for group in _groups(key_type, element, source, key, select, comparer)),
        "GroupByResult",
        types=(type_, key_type, element, result),
    )


@ENUMERABLE.member(
    f"static System.Linq.ILookup<K, T> ToLookup<T, K>({_KEY})",
    f"static System.Linq.ILookup<K, T> ToLookup<T, K>({_KEY}, {_COMPARER})",
    typed=True,
)
def to_lookup(type_: ClrType, key_type: ClrType, source: object, key: Select, comparer: object = None) -> Lookup:
    """Group elements at once."""
    need(source, "source")
    need(key, "keySelector")
    groups = _groups(key_type, type_, source, key, None, comparer)
    return Lookup(key_type, type_, groups, comparer_key(comparer))


@ENUMERABLE.member(
    f"static System.Linq.ILookup<K, E> ToLookup<T, K, E>({_KEY}, {_ELEMENT})",
    f"static System.Linq.ILookup<K, E> ToLookup<T, K, E>({_KEY}, {_ELEMENT}, {_COMPARER})",
    typed=True,
)
def to_lookup_element(
    _type: ClrType, key_type: ClrType, element: ClrType, source: object, key: Select, change: Select,
    comparer: object = None,
) -> Lookup:  # fmt: skip
    """Group what a function makes of elements at once."""
    need(source, "source")
    need(key, "keySelector")
    need(change, "elementSelector")
    groups = _groups(key_type, element, source, key, change, comparer)
    return Lookup(key_type, element, groups, comparer_key(comparer))


class Lookup:
    """Groups by key; a key that is not there has no elements."""

    __slots__ = ("element", "groups", "key_type", "plain")

    def __init__(self, key_type: ClrType, element: ClrType, groups: list[Grouping], plain: Select) -> None:
        self.key_type = key_type
        self.element = element
        self.plain = plain
        self.groups = {plain(group.key): group for group in groups}

    def clr_items(self) -> Iterator[object]:
        """Yield the groups."""
        return iter(self.groups.values())

    def clr_type(self) -> ClrType:
        """The closed type."""
        return make(LOOKUP, (self.key_type, self.element))


@LOOKUP.member("IEnumerable<TElement> this[TKey key]")
def lookup_get(lookup: Lookup, key: object) -> Array | Sequence:
    """Return the elements of a key."""
    return lookup.groups.get(lookup.plain(key)) or Sequence(lookup.element, lambda: iter(()), "Nothing")


LOOKUP.inline("bool Contains(TKey key)", "({0}.plain({1}) in {0}.groups)")
LOOKUP.inline("int Count", "len({0}.groups)")
