"""List<T>, Queue<T>, Stack<T> and HashSet<T>."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import (
    ClrException,
    argument,
    argument_null,
    invalid_operation,
    out_of_range,
    too_large,
)
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.library.ordering import sort_key
from apim_ai.expression.types import find, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apim_ai.expression.library.system_string import StringComparer
    from apim_ai.expression.types import ClrType

__all__ = ["ClrList", "HashSet"]

_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_LIMIT = 5_000_000


class ClrList(list[object]):
    """A List<T>; its elements are unboxed."""

    __slots__ = ("element",)

    def __init__(self, element: ClrType, items: Iterable[object] = ()) -> None:
        super().__init__(items)
        self.element = element

    def clr_type(self) -> ClrType:
        """The closed type."""
        return _closed("List", self.element)

    def clr_add(self, item: object) -> None:
        """Add an element."""
        if len(self) >= _LIMIT:
            too_large("the list is")
        self.append(item)

    def clr_items(self) -> Iterator[object]:
        """Yield the elements; a change meanwhile throws."""
        before = len(self)
        for item in self:
            yield item
            if len(self) != before:
                invalid_operation("Collection was modified; enumeration operation may not execute.")

    __hash__ = object.__hash__  # type: ignore[assignment]  # lists are compared by identity, unlike Python's

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


def _closed(name: str, element: ClrType) -> ClrType:
    declaration = find(f"System.Collections.Generic.{name}", 1)
    if declaration is None:
        raise LookupError(name)
    return make(declaration, (element,))


LIST = clr_class(
    "System.Collections.Generic.List`1",
    parameters=("T",),
    interfaces=("IList<T>", "IReadOnlyList<T>", "System.Collections.IList"),
    python=(ClrList,),
)
LIST.member("()", typed=True)(ClrList)


@LIST.member("(int capacity)", typed=True)
def with_capacity(element: ClrType, capacity: int) -> ClrList:
    """Return an empty list."""
    if capacity < 0:
        out_of_range("capacity", "Non-negative number required.")
    return ClrList(element)


@LIST.member("(IEnumerable<T> collection)", typed=True)
def list_of(element: ClrType, items: object) -> ClrList:
    """Return a list of the elements of a sequence."""
    if items is None:
        argument_null("collection")
    return ClrList(element, iterate(items))


LIST.inline("int Count", "len({0})")
LIST.inline("int Capacity", "len({0})")
LIST.member("void Add(T item)")(ClrList.clr_add)
LIST.inline("void Clear()", "{0}.clear()")


@LIST.member("T this[int index]")
def list_get(items: ClrList, index: int) -> object:
    """Return an element."""
    if not 0 <= index < len(items):
        out_of_range("index", _INDEX)
    return items[index]


@LIST.member("set T this[int index]")
def list_set(items: ClrList, index: int, value: object) -> object:
    """Set an element and return the value."""
    if not 0 <= index < len(items):
        out_of_range("index", _INDEX)
    items[index] = value
    return value


@LIST.member("void AddRange(IEnumerable<T> collection)")
def add_range(items: ClrList, more: object) -> None:
    """Add the elements of a sequence."""
    if more is None:
        argument_null("collection")
    items.extend(list(iterate(more)))
    if len(items) > _LIMIT:
        too_large("the list is")


@LIST.member("bool Contains(T item)")
def list_contains(items: ClrList, value: object) -> bool:
    """Whether an element is there."""
    return any(item == value for item in items)


@LIST.member("int IndexOf(T item)")
def list_index_of(items: ClrList, value: object) -> int:
    """Return where an element stands first, or -1."""
    return next((index for index, item in enumerate(items) if item == value), -1)


@LIST.member("int LastIndexOf(T item)")
def list_last_index_of(items: ClrList, value: object) -> int:
    """Return where an element stands last, or -1."""
    return next((index for index in range(len(items) - 1, -1, -1) if items[index] == value), -1)


@LIST.member("void Insert(int index, T item)")
def list_insert(items: ClrList, index: int, value: object) -> None:
    """Put an element in at a place."""
    if not 0 <= index <= len(items):
        out_of_range("index", "Index must be within the bounds of the List.")
    items.insert(index, value)


@LIST.member("void InsertRange(int index, IEnumerable<T> collection)")
def list_insert_range(items: ClrList, index: int, more: object) -> None:
    """Put the elements of a sequence in at a place."""
    if not 0 <= index <= len(items):
        out_of_range("index", _INDEX)
    items[index:index] = list(iterate(more))


@LIST.member("bool Remove(T item)")
def list_remove(items: ClrList, value: object) -> bool:
    """Remove an element, and say whether it was there."""
    place = list_index_of(items, value)
    if place >= 0:
        del items[place]
    return place >= 0


@LIST.member("void RemoveAt(int index)")
def list_remove_at(items: ClrList, index: int) -> None:
    """Remove the element at a place."""
    if not 0 <= index < len(items):
        out_of_range("index", _INDEX)
    del items[index]


@LIST.member("void RemoveRange(int index, int count)")
def list_remove_range(items: ClrList, index: int, count: int) -> None:
    """Remove some elements."""
    if index < 0 or count < 0:
        out_of_range("index" if index < 0 else "count", "Non-negative number required.")
    if index + count > len(items):
        argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection."
        )
    del items[index : index + count]


@LIST.member("int RemoveAll(Predicate<T> match)")
def list_remove_all(items: ClrList, test: Callable[[object], bool]) -> int:
    """Remove the elements that pass a test, and say how many."""
    kept = [item for item in items if not test(item)]
    removed = len(items) - len(kept)
    items[:] = kept
    return removed


@LIST.member("List<T> GetRange(int index, int count)")
def list_get_range(items: ClrList, index: int, count: int) -> ClrList:
    """Return some elements."""
    if index < 0 or count < 0:
        out_of_range("index" if index < 0 else "count", "Non-negative number required.")
    if index + count > len(items):
        argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection."
        )
    return ClrList(items.element, items[index : index + count])


@LIST.member("T[] ToArray()")
def list_to_array(items: ClrList) -> Array | bytearray:
    """Return an array of the elements."""
    if items.element.name == "System.Byte":
        return bytearray(cast("list[int]", items))
    return Array(items.element, items)


LIST.inline("void Reverse()", "{0}.reverse()")


@LIST.member("void Sort()")
def list_sort(items: ClrList) -> None:
    """Sort in the default order."""
    items.sort(key=sort_key)


@LIST.member("void Sort(Comparison<T> comparison)")
def list_sort_by(items: ClrList, compare: Callable[[object, object], int]) -> None:
    """Sort by a comparison."""
    from functools import cmp_to_key  # noqa: PLC0415 - rare

    items.sort(key=cmp_to_key(compare))


@LIST.member("void ForEach(System.Action<T> action)")
def list_for_each(items: ClrList, act: Callable[[object], object]) -> None:
    """Do something with each element."""
    for item in items.clr_items():
        act(item)


@LIST.member("bool Exists(Predicate<T> match)")
def list_exists(items: ClrList, test: Callable[[object], bool]) -> bool:
    """Whether some element passes a test."""
    return any(test(item) for item in items)


@LIST.member("bool TrueForAll(Predicate<T> match)")
def list_true_for_all(items: ClrList, test: Callable[[object], bool]) -> bool:
    """Whether all elements pass a test."""
    return all(test(item) for item in items)


@LIST.member("T Find(Predicate<T> match)")
def list_find(items: ClrList, test: Callable[[object], bool]) -> object:
    """Return the first element that passes a test, or the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    return next((item for item in items if test(item)), default_of(items.element))


@LIST.member("T FindLast(Predicate<T> match)")
def list_find_last(items: ClrList, test: Callable[[object], bool]) -> object:
    """Return the last element that passes a test, or the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    return next((item for item in reversed(items) if test(item)), default_of(items.element))


@LIST.member("List<T> FindAll(Predicate<T> match)")
def list_find_all(items: ClrList, test: Callable[[object], bool]) -> ClrList:
    """Return the elements that pass a test."""
    return ClrList(items.element, [item for item in items if test(item)])


@LIST.member("int FindIndex(Predicate<T> match)")
def list_find_index(items: ClrList, test: Callable[[object], bool]) -> int:
    """Return the place of the first element that passes a test, or -1."""
    return next((index for index, item in enumerate(items) if test(item)), -1)


@LIST.member("List<TOutput> ConvertAll<TOutput>(System.Converter<T, TOutput> converter)", typed=True)
def list_convert_all(_element: ClrType, target: ClrType, items: ClrList, change: Callable[[object], object]) -> ClrList:
    """Return a list of converted elements."""
    return ClrList(target, [change(item) for item in items])


@LIST.member("void CopyTo(T[] array)", "void CopyTo(T[] array, int arrayIndex)")
def list_copy_to(items: ClrList, target: list[object], place: int = 0) -> None:
    """Copy the elements into an array."""
    if place + len(items) > len(target):
        argument(
            "Destination array was not long enough. Check the destination index, length, and the array's lower bounds.",
            "destinationArray",
        )
    target[place : place + len(items)] = items


@LIST.member("int BinarySearch(T item)")
def list_binary_search(items: ClrList, value: object) -> int:
    """Return the place of an element in a sorted list, or the complement of where it would stand."""
    from bisect import bisect_left  # noqa: PLC0415 - rare

    place = bisect_left(items, sort_key(value), key=sort_key)
    return place if place < len(items) and items[place] == value else ~place


# --- Queue and Stack -------------------------------------------------------------------------------------------------


class _Named(ClrList):
    """A list under another name."""

    __slots__ = ()
    name = ""

    def clr_type(self) -> ClrType:
        """The closed type."""
        return _closed(self.name, self.element)


class Queue(_Named):
    """A Queue<T>."""

    __slots__ = ()
    name = "Queue"


class Stack(_Named):
    """A Stack<T>; enumerated from the top."""

    __slots__ = ()
    name = "Stack"

    def clr_items(self) -> Iterator[object]:
        """Yield the elements, the last added first."""
        return iter(self[::-1])


QUEUE = clr_class(
    "System.Collections.Generic.Queue`1",
    parameters=("T",),
    interfaces=("IReadOnlyCollection<T>", "System.Collections.ICollection"),
    python=(Queue,),
)
STACK = clr_class(
    "System.Collections.Generic.Stack`1",
    parameters=("T",),
    interfaces=("IReadOnlyCollection<T>", "System.Collections.ICollection"),
    python=(Stack,),
)


@QUEUE.member("()", "(IEnumerable<T> collection)", typed=True)
def make_queue(element: ClrType, items: object = ()) -> Queue:
    """Return a queue."""
    return Queue(element, iterate(items))


@STACK.member("()", "(IEnumerable<T> collection)", typed=True)
def make_stack(element: ClrType, items: object = ()) -> Stack:
    """Return a stack."""
    return Stack(element, iterate(items))


def _not_empty(items: list[object], what: str) -> None:
    if not items:
        invalid_operation(f"{what} empty.")


@QUEUE.member("T Dequeue()")
def dequeue(items: Queue) -> object:
    """Take the first element."""
    _not_empty(items, "Queue")
    return items.pop(0)


@QUEUE.member("T Peek()")
def peek_first(items: Queue) -> object:
    """Return the first element."""
    _not_empty(items, "Queue")
    return items[0]


@STACK.member("T Pop()")
def pop(items: Stack) -> object:
    """Take the last element."""
    _not_empty(items, "Stack")
    return items.pop()


@STACK.member("T Peek()")
def peek_last(items: Stack) -> object:
    """Return the last element."""
    _not_empty(items, "Stack")
    return items[-1]


QUEUE.member("void Enqueue(T item)")(ClrList.clr_add)
STACK.member("void Push(T item)")(ClrList.clr_add)
for _type in (QUEUE, STACK):
    _type.inline("int Count", "len({0})")
    _type.inline("void Clear()", "{0}.clear()")
    _type.member("bool Contains(T item)")(list_contains)


@QUEUE.member("T[] ToArray()")
@STACK.member("T[] ToArray()")
def to_array(items: ClrList) -> Array:
    """Return an array of the elements in their order."""
    return Array(items.element, items.clr_items())


# --- HashSet ---------------------------------------------------------------------------------------------------------


class HashSet:
    """A HashSet<T> that keeps its order."""

    __slots__ = ("comparer", "element", "items")

    def __init__(self, element: ClrType, items: Iterable[object] = (), comparer: StringComparer | None = None) -> None:
        self.element = element
        self.comparer = comparer
        self.items: dict[object, object] = {}
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
        return True

    def has(self, item: object) -> bool:
        """Whether an element is there."""
        return self.key(item) in self.items

    def remove(self, item: object) -> bool:
        """Remove an element, and say whether it was there."""
        return self.items.pop(self.key(item), self) is not self

    def clear(self) -> None:
        """Remove all elements."""
        self.items.clear()

    def clr_items(self) -> Iterator[object]:
        """Yield the elements."""
        return iter(list(self.items.values()))

    def clr_add(self, item: object) -> None:
        """Add an element."""
        self.add(item)

    def clr_type(self) -> ClrType:
        """The closed type."""
        return _closed("HashSet", self.element)

    def __len__(self) -> int:
        return len(self.items)


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
def union_with(items: HashSet, other: object) -> None:
    """Add the elements of a sequence."""
    for item in iterate(other):
        items.add(item)


@SET.member("void IntersectWith(IEnumerable<T> other)")
def intersect_with(items: HashSet, other: object) -> None:
    """Keep the elements that a sequence has too."""
    kept = {items.key(item) for item in iterate(other)}
    items.items = {key: item for key, item in items.items.items() if key in kept}


@SET.member("void ExceptWith(IEnumerable<T> other)")
def except_with(items: HashSet, other: object) -> None:
    """Remove the elements of a sequence."""
    for item in list(iterate(other)):
        items.remove(item)


@SET.member("bool Overlaps(IEnumerable<T> other)")
def overlaps(items: HashSet, other: object) -> bool:
    """Whether some element of a sequence is there."""
    return any(items.has(item) for item in iterate(other))


@SET.member("bool IsSubsetOf(IEnumerable<T> other)")
def is_subset_of(items: HashSet, other: object) -> bool:
    """Whether a sequence has all elements."""
    return set(items.items) <= {items.key(item) for item in iterate(other)}


@SET.member("bool IsSupersetOf(IEnumerable<T> other)")
def is_superset_of(items: HashSet, other: object) -> bool:
    """Whether all elements of a sequence are there."""
    return all(items.has(item) for item in iterate(other))


@SET.member("bool SetEquals(IEnumerable<T> other)")
def set_equals(items: HashSet, other: object) -> bool:
    """Whether a sequence has the same elements."""
    return set(items.items) == {items.key(item) for item in iterate(other)}


__all__ += ["ClrException"]
