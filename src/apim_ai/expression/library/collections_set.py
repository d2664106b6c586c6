"""HashSet<T> and ISet<T>."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, invalid_operation, out_of_range
from apim_ai.expression.library.collections_list import closed
from apim_ai.expression.library.declare import clr_class, clr_interface
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.library.slot_order import SlotOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apim_ai.expression.library.system_string import StringComparer
    from apim_ai.expression.types import ClrType

__all__ = ["HashSet"]

ISET = clr_interface("System.Collections.Generic.ISet`1", parameters=("T",), interfaces=("ICollection<T>",))


class HashSet:
    """A HashSet<T> that enumerates in .NET's order."""

    __slots__ = ("comparer", "element", "items", "order", "version")

    def __init__(self, element: ClrType, items: Iterable[object] = (), comparer: StringComparer | None = None) -> None:
        self.element = element
        self.comparer = comparer
        self.items: dict[object, object] = {}
        self.order: SlotOrder | None = None
        self.version = 0
        for item in items:
            self.add(item)

    def key(self, item: object) -> object:
        """Return what equal elements share."""
        return item if self.comparer is None else self.comparer.key(item)

    def add(self, item: object) -> bool:
        """Add an element, and say whether it was new."""
        key = self.key(item)
        if key in self.items:
            return False
        self.items[key] = item
        self.version += 1
        if self.order is not None:
            self.order.add(key)
        return True

    def has(self, item: object) -> bool:
        """Whether an element is there."""
        return self.key(item) in self.items

    def remove(self, item: object) -> bool:
        """Remove an element, and say whether it was there."""
        key = self.key(item)
        if key not in self.items:
            return False
        self.drop(key)
        return True

    def drop(self, key: object) -> None:
        """Remove the element that shares a key with its equals."""
        if self.order is None:
            self.order = SlotOrder(self.items)
        self.order.remove(key)
        del self.items[key]
        self.version += 1
        if not self.items:
            self.order = None

    def in_order(self) -> list[object]:
        """Return the elements in .NET's order."""
        return list(self.items.values() if self.order is None else map(self.items.__getitem__, self.order.keys()))

    def clear(self) -> None:
        """Remove all elements."""
        self.items.clear()
        self.order = None
        self.version += 1

    def clr_items(self) -> Iterator[object]:
        """Yield the elements; a change meanwhile throws."""
        before = self.version
        for item in self.in_order():
            yield item
            if self.version != before:
                invalid_operation("Collection was modified after the enumerator was instantiated.")

    def clr_add(self, item: object) -> None:
        """Add an element."""
        self.add(item)

    def clr_type(self) -> ClrType:
        """The closed type."""
        return closed("HashSet", self.element)

    def __len__(self) -> int:
        return len(self.items)


def _others(other: object) -> Iterable[object]:
    if other is None:
        argument_null("other")
    return iterate(other)


SET = clr_class(
    "System.Collections.Generic.HashSet`1",
    parameters=("T",),
    interfaces=("ISet<T>", "IReadOnlyCollection<T>"),
    python=(HashSet,),
)


@SET.member(
    "()", "(IEnumerable<T> collection)", "(IEnumerable<T> collection, IEqualityComparer<T> comparer)", typed=True
)
def make_set(element: ClrType, items: object = (), comparer: object = None) -> HashSet:
    """Return a set."""
    if items is None:
        argument_null("collection")
    return HashSet(element, iterate(items), cast("StringComparer | None", comparer))


@SET.member("(IEqualityComparer<T> comparer)", typed=True)
def make_set_comparer(element: ClrType, comparer: object) -> HashSet:
    """Return an empty set with a comparer."""
    return HashSet(element, (), cast("StringComparer | None", comparer))


SET.member("bool Add(T item)")(HashSet.add)
SET.member("bool Contains(T item)")(HashSet.has)
SET.member("bool Remove(T item)")(HashSet.remove)
SET.member("void Clear()")(HashSet.clear)
SET.inline("int Count", "len({0})")


@SET.member("void UnionWith(IEnumerable<T> other)")
@ISET.member("void UnionWith(IEnumerable<T> other)")
def union_with(items: HashSet, other: object) -> None:
    """Add the elements of a sequence."""
    for item in _others(other):
        items.add(item)


@SET.member("void IntersectWith(IEnumerable<T> other)")
@ISET.member("void IntersectWith(IEnumerable<T> other)")
def intersect_with(items: HashSet, other: object) -> None:
    """Keep the elements that a sequence has too."""
    kept = {items.key(item) for item in _others(other)}
    for key in [key for key in items.items if key not in kept]:
        items.drop(key)


@SET.member("void ExceptWith(IEnumerable<T> other)")
@ISET.member("void ExceptWith(IEnumerable<T> other)")
def except_with(items: HashSet, other: object) -> None:
    """Remove the elements of a sequence."""
    for item in list(_others(other)):
        items.remove(item)


@SET.member("bool Overlaps(IEnumerable<T> other)")
@ISET.member("bool Overlaps(IEnumerable<T> other)")
def overlaps(items: HashSet, other: object) -> bool:
    """Whether some element of a sequence is there."""
    return any(items.has(item) for item in _others(other))


@SET.member("bool IsSubsetOf(IEnumerable<T> other)")
@ISET.member("bool IsSubsetOf(IEnumerable<T> other)")
def is_subset_of(items: HashSet, other: object) -> bool:
    """Whether a sequence has all elements."""
    return set(items.items) <= {items.key(item) for item in _others(other)}


@SET.member("bool IsSupersetOf(IEnumerable<T> other)")
@ISET.member("bool IsSupersetOf(IEnumerable<T> other)")
def is_superset_of(items: HashSet, other: object) -> bool:
    """Whether all elements of a sequence are there."""
    return all(items.has(item) for item in _others(other))


@SET.member("bool SetEquals(IEnumerable<T> other)")
@ISET.member("bool SetEquals(IEnumerable<T> other)")
def set_equals(items: HashSet, other: object) -> bool:
    """Whether a sequence has the same elements."""
    return set(items.items) == {items.key(item) for item in _others(other)}


@SET.member("bool IsProperSubsetOf(IEnumerable<T> other)")
@ISET.member("bool IsProperSubsetOf(IEnumerable<T> other)")
def is_proper_subset_of(items: HashSet, other: object) -> bool:
    """Whether a sequence has all elements and more."""
    return set(items.items) < {items.key(item) for item in _others(other)}


@SET.member("bool IsProperSupersetOf(IEnumerable<T> other)")
@ISET.member("bool IsProperSupersetOf(IEnumerable<T> other)")
def is_proper_superset_of(items: HashSet, other: object) -> bool:
    """Whether all elements of a sequence are there, and more."""
    return set(items.items) > {items.key(item) for item in _others(other)}


@SET.member("void SymmetricExceptWith(IEnumerable<T> other)")
@ISET.member("void SymmetricExceptWith(IEnumerable<T> other)")
def symmetric_except_with(items: HashSet, other: object) -> None:
    """Keep the elements that are in one of the two alone."""
    for item in {items.key(each): each for each in _others(other)}.values():
        if not items.remove(item):
            items.add(item)


@SET.member("int RemoveWhere(Predicate<T> match)")
def remove_where(items: HashSet, test: Callable[[object], bool] | None) -> int:
    """Remove the elements that pass a test, and say how many."""
    if test is None:
        argument_null("match")
    gone = [key for key, item in items.items.items() if test(item)]
    for key in gone:
        items.drop(key)
    return len(gone)


@SET.member("bool TryGetValue(T equalValue, out T actualValue)")
def try_get_value(items: HashSet, item: object) -> tuple[bool, object]:
    """Return the element that equals a value."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    key = items.key(item)
    return (True, items.items[key]) if key in items.items else (False, default_of(items.element))


@SET.member("void CopyTo(T[] array)", "void CopyTo(T[] array, int arrayIndex)")
def copy_to(items: HashSet, target: list[object] | None, place: int = 0) -> None:
    """Copy the elements into an array."""
    copy_part(items, target, place, len(items))


@SET.member("void CopyTo(T[] array, int arrayIndex, int count)")
def copy_part(items: HashSet, target: list[object] | None, place: int, count: int) -> None:
    """Copy some elements into an array."""
    if target is None:
        argument_null("array")
    for name, number in (("arrayIndex", place), ("count", count)):
        if number < 0:
            out_of_range(name, "Non-negative number required.")
    if place > len(target) or count > len(target) - place:
        argument(
            "Destination array is not long enough to copy all the items in the collection. Check array index and length."
        )
    chosen = items.in_order()[:count]
    target[place : place + len(chosen)] = chosen


@SET.member("int EnsureCapacity(int capacity)")
def ensure_capacity(items: HashSet, capacity: int) -> int:
    """Return the room there is at least."""
    if capacity < 0:
        out_of_range("capacity")
    from apim_ai.expression.library.collections_dictionary import prime_room  # noqa: PLC0415 - rare

    return prime_room(max(capacity, len(items))) if capacity or len(items) else 0


SET.inline("void TrimExcess()", "None")
SET.inline("IEqualityComparer<T> Comparer", "{0}.comparer")


@SET.member("(int capacity)", "(int capacity, IEqualityComparer<T> comparer)", typed=True)
def make_set_capacity(element: ClrType, capacity: int, comparer: object = None) -> HashSet:
    """Return an empty set."""
    if capacity < 0:
        out_of_range("capacity", "Specified argument was out of the range of valid values.")
    return HashSet(element, (), cast("StringComparer | None", comparer))


ISET.member("bool Add(T item)")(HashSet.add)
