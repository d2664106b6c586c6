"""List<T>: finding, ordering and copying elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument, argument_null, invalid_operation, out_of_range
from apim_ai.expression.library.array_order import sort_part
from apim_ai.expression.library.array_search import binary_search, check_forward, find_last_place, find_place
from apim_ai.expression.library.array_type import copy_elements
from apim_ai.expression.library.collections_list import LIST, ClrList
from apim_ai.expression.library.introsort import introsort

if TYPE_CHECKING:
    from collections.abc import Callable

    Test = Callable[[object], bool]

__all__ = ["list_contains"]

_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_COUNT = "Count must be positive and count must refer to a location within the string/array/collection."
_PART = (
    "Offset and length were out of bounds for the array or count is greater than the number of elements "
    "from index to the end of the source collection."
)


def _is(value: object) -> Test:
    return lambda item: item is value or item == value


def _needed(test: Test | None) -> Test:
    if test is None:
        argument_null("match")
    return test


@LIST.member("bool Contains(T item)")
def list_contains(items: ClrList, value: object) -> bool:
    """Whether an element is there."""
    return any(item is value or item == value for item in items)


@LIST.member("int IndexOf(T item)", "int IndexOf(T item, int index)", "int IndexOf(T item, int index, int count)")
def list_index_of(items: ClrList, value: object, start: int = 0, count: int | None = None) -> int:
    """Return where an element stands first, or -1."""
    if start > len(items):
        out_of_range("index", _INDEX)
    size = len(items) - start if count is None else count
    if size < 0 or start > len(items) - size:
        out_of_range("count", _COUNT)
    if start < 0:
        out_of_range("startIndex", _INDEX)
    return find_place(items, _is(value), start, size)


@LIST.member(
    "int LastIndexOf(T item)", "int LastIndexOf(T item, int index)", "int LastIndexOf(T item, int index, int count)"
)
def list_last_index_of(items: ClrList, value: object, start: int | None = None, count: int | None = None) -> int:
    """Return where an element stands last, or -1."""
    if not items and (start is None or count is not None):
        return -1
    begin = len(items) - 1 if start is None else start
    if start is not None and count is None and begin >= len(items):
        out_of_range("index", _INDEX)
    size = begin + 1 if count is None else count
    for name, number in (("index", begin), ("count", size)):
        if number < 0:
            out_of_range(name, "Non-negative number required.")
    _check_last(len(items), begin, size)
    return find_last_place(items, _is(value), begin, size)


def _check_last(size: int, begin: int, count: int) -> None:
    for name, number in (("index", begin), ("count", count - 1 if count > begin + 1 else begin)):
        if number >= size or (name == "count" and count > begin + 1):
            out_of_range(name, "Larger than collection size.")


@LIST.member("bool Exists(Predicate<T> match)")
def list_exists(items: ClrList, test: Test | None) -> bool:
    """Whether some element passes a test."""
    passes = _needed(test)
    return any(passes(item) for item in items)


@LIST.member("bool TrueForAll(Predicate<T> match)")
def list_true_for_all(items: ClrList, test: Test | None) -> bool:
    """Whether all elements pass a test."""
    passes = _needed(test)
    return all(passes(item) for item in items)


@LIST.member("T Find(Predicate<T> match)")
def list_find(items: ClrList, test: Test | None) -> object:
    """Return the first element that passes a test, or the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    passes = _needed(test)
    return next((item for item in items if passes(item)), default_of(items.element))


@LIST.member("T FindLast(Predicate<T> match)")
def list_find_last(items: ClrList, test: Test | None) -> object:
    """Return the last element that passes a test, or the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    passes = _needed(test)
    return next((item for item in reversed(items) if passes(item)), default_of(items.element))


@LIST.member("List<T> FindAll(Predicate<T> match)")
def list_find_all(items: ClrList, test: Test | None) -> ClrList:
    """Return the elements that pass a test."""
    passes = _needed(test)
    return ClrList(items.element, [item for item in items if passes(item)])


@LIST.member("int FindIndex(Predicate<T> match)")
def list_find_index(items: ClrList, test: Test | None) -> int:
    """Return the place of the first element that passes a test, or -1."""
    return find_place(items, _needed(test), 0, len(items))


@LIST.member("int FindIndex(int startIndex, Predicate<T> match)")
def list_find_index_from(items: ClrList, start: int, test: Test | None) -> int:
    """Return the place of the first element from a place on that passes a test, or -1."""
    return list_find_index_in(items, start, len(items) - start, test)


@LIST.member("int FindIndex(int startIndex, int count, Predicate<T> match)")
def list_find_index_in(items: ClrList, start: int, count: int, test: Test | None) -> int:
    """Return the place of the first element of a part that passes a test, or -1."""
    check_forward(len(items), start, count)
    return find_place(items, _needed(test), start, count)


@LIST.member("int FindLastIndex(Predicate<T> match)")
def list_find_last_index(items: ClrList, test: Test | None) -> int:
    """Return the place of the last element that passes a test, or -1."""
    return find_last_place(items, _needed(test), len(items) - 1, len(items))


@LIST.member("int FindLastIndex(int startIndex, Predicate<T> match)")
def list_find_last_index_from(items: ClrList, start: int, test: Test | None) -> int:
    """Return the place of the last element up to a place that passes a test, or -1."""
    return list_find_last_index_in(items, start, start + 1, test)


@LIST.member("int FindLastIndex(int startIndex, int count, Predicate<T> match)")
def list_find_last_index_in(items: ClrList, start: int, count: int, test: Test | None) -> int:
    """Return the place of the last element of a part that passes a test, or -1."""
    passes = _needed(test)
    if (not items and start != -1) or (items and not 0 <= start < len(items)):
        out_of_range("startIndex", _INDEX)
    if count < 0 or start - count + 1 < 0:
        out_of_range("count", _COUNT)
    return find_last_place(items, passes, start, count)


# --- order -----------------------------------------------------------------------------------------------------------


def _check_part(items: ClrList, start: int, count: int) -> None:
    if start < 0 or count < 0:
        out_of_range("index" if start < 0 else "count", "Non-negative number required.")
    if len(items) - start < count:
        argument(_PART)


@LIST.member("void Reverse()")
def list_reverse(items: ClrList) -> None:
    """Reverse."""
    items.reverse()
    items.version += 1


@LIST.member("void Reverse(int index, int count)")
def list_reverse_part(items: ClrList, start: int, count: int) -> None:
    """Reverse a part."""
    _check_part(items, start, count)
    items[start : start + count] = items[start : start + count][::-1]
    items.version += 1


@LIST.member("void Sort()", "void Sort(IComparer<T> comparer)")
def list_sort(items: ClrList, comparer: object = None) -> None:
    """Sort, in the default order unless there is a comparer."""
    sort_part(items, comparer, 0, len(items))
    items.version += 1


@LIST.member("void Sort(int index, int count, IComparer<T> comparer)")
def list_sort_part(items: ClrList, start: int, count: int, comparer: object) -> None:
    """Sort a part."""
    _check_part(items, start, count)
    sort_part(items, comparer, start, count)


@LIST.member("void Sort(Comparison<T> comparison)")
def list_sort_by(items: ClrList, compare: Callable[[object, object], int] | None) -> None:
    """Sort by a comparison."""
    if compare is None:
        argument_null("comparison")
    before = len(items)
    kept = list(items)
    introsort(kept, compare)
    if len(items) != before:
        invalid_operation("Collection was modified; enumeration operation may not execute.")
    items[:] = kept
    items.version += 1


@LIST.member("int BinarySearch(T item)", "int BinarySearch(T item, IComparer<T> comparer)")
def list_binary_search(items: ClrList, value: object, comparer: object = None) -> int:
    """Return the place of an element in a sorted list, or the complement of where it would stand."""
    return binary_search(items, value, comparer, 0, len(items))


@LIST.member("int BinarySearch(int index, int count, T item, IComparer<T> comparer)")
def list_binary_search_part(items: ClrList, start: int, count: int, value: object, comparer: object) -> int:
    """Return the place of an element in a sorted part, or the complement of where it would stand."""
    _check_part(items, start, count)
    return binary_search(items, value, comparer, start, count)


# --- copies ----------------------------------------------------------------------------------------------------------


@LIST.member("void CopyTo(T[] array)", "void CopyTo(T[] array, int arrayIndex)")
def list_copy_to(items: ClrList, target: list[object] | None, place: int = 0) -> None:
    """Copy the elements into an array."""
    copy_into(items, 0, target, place, len(items))


@LIST.member("void CopyTo(int index, T[] array, int arrayIndex, int count)")
def list_copy_part(items: ClrList, start: int, target: list[object] | None, place: int, count: int) -> None:
    """Copy some elements into an array."""
    if len(items) - start < count:
        argument(_PART)
    copy_into(items, start, target, place, count)


def copy_into(items: list[object], start: int, target: list[object] | None, place: int, count: int) -> None:
    """Copy elements into an array, as `Array.Copy` does."""
    if target is None:
        argument_null("dest")
    copy_elements(items, start, target, place, count)
