"""System.Array: finding elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, invalid_operation, out_of_range
from apim_ai.expression.library.array_type import ARRAY, Items, boxed_elements
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.equality import equals
from apim_ai.expression.library.ordering import comparison_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.types import ClrType

    Test = Callable[[object], bool]

__all__ = ["binary_search", "check_backward", "check_forward", "find_last_place", "find_place"]

_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_COUNT = "Count must be positive and count must refer to a location within the string/array/collection."


def check_forward(size: int, start: int, count: int) -> None:
    """Check the part of a forward search.

    Raises:
        ClrException: ArgumentOutOfRangeException.
    """
    if not 0 <= start <= size:
        out_of_range("startIndex", _INDEX)
    if count < 0 or start > size - count:
        out_of_range("count", _COUNT)


def check_backward(size: int, start: int, count: int) -> None:
    """Check the part of a backward search.

    Raises:
        ClrException: ArgumentOutOfRangeException.
    """
    if size == 0:
        if start not in (-1, 0):
            out_of_range("startIndex", _INDEX)
        if count != 0:
            out_of_range("count", _COUNT)
        return
    if not 0 <= start < size:
        out_of_range("startIndex", _INDEX)
    if count < 0 or start - count + 1 < 0:
        out_of_range("count", _COUNT)


def find_place(items: list[object], test: Test, start: int, count: int) -> int:
    """Return the first place within a part whose element passes a test, or -1."""
    return next((index for index in range(start, start + count) if test(items[index])), -1)


def find_last_place(items: list[object], test: Test, start: int, count: int) -> int:
    """Return the last place within a part whose element passes a test, or -1."""
    return next((index for index in range(start, start - count, -1) if test(items[index])), -1)


def _is(value: object) -> Test:
    return lambda item: item is value or equals(item, value)


def _present(items: Items | None) -> list[object]:
    if items is None:
        argument_null("array")
    return cast("list[object]", items)


@ARRAY.member(
    "static int IndexOf<T>(T[] array, T value)",
    "static int IndexOf<T>(T[] array, T value, int startIndex)",
    "static int IndexOf<T>(T[] array, T value, int startIndex, int count)",
    typed=True,
)
def index_of(_type: ClrType, given: Items | None, value: object, start: int = 0, count: int | None = None) -> int:
    """Return where a value stands first, or -1."""
    items = _present(given)
    check_forward(len(items), start, max(len(items) - start, 0) if count is None else count)
    return find_place(items, _is(value), start, len(items) - start if count is None else count)


@ARRAY.member(
    "static int IndexOf(System.Array array, object value)",
    "static int IndexOf(System.Array array, object value, int startIndex)",
    "static int IndexOf(System.Array array, object value, int startIndex, int count)",
)
def index_of_boxed(given: Items | None, value: object, start: int = 0, count: int | None = None) -> int:
    """Return where a value of any type stands first, or -1."""
    items = boxed_elements(cast("Items", _present(given)))
    check_forward(len(items), start, max(len(items) - start, 0) if count is None else count)
    return find_place(items, _is(value), start, len(items) - start if count is None else count)


@ARRAY.member(
    "static int LastIndexOf<T>(T[] array, T value)",
    "static int LastIndexOf<T>(T[] array, T value, int startIndex)",
    "static int LastIndexOf<T>(T[] array, T value, int startIndex, int count)",
    typed=True,
)
def last_index_of(
    _type: ClrType, given: Items | None, value: object, start: int | None = None, count: int | None = None
) -> int:
    """Return where a value stands last, or -1."""
    return _last_index(_present(given), value, start, count)


@ARRAY.member(
    "static int LastIndexOf(System.Array array, object value)",
    "static int LastIndexOf(System.Array array, object value, int startIndex)",
    "static int LastIndexOf(System.Array array, object value, int startIndex, int count)",
)
def last_index_of_boxed(given: Items | None, value: object, start: int | None = None, count: int | None = None) -> int:
    """Return where a value of any type stands last, or -1."""
    return _last_index(boxed_elements(cast("Items", _present(given))), value, start, count)


def _last_index(items: list[object], value: object, start: int | None, count: int | None) -> int:
    begin = len(items) - 1 if start is None else start
    size = (begin + 1 if items else 0) if count is None else count
    check_backward(len(items), begin, size)
    return find_last_place(items, _is(value), begin, size) if items else -1


# --- tests -----------------------------------------------------------------------------------------------------------


def _tested(items: Items | None, test: object) -> tuple[list[object], Test]:
    present = _present(items)
    if test is None:
        argument_null("match")
    return present, cast("Test", test)


@ARRAY.member("static bool Exists<T>(T[] array, Predicate<T> match)", typed=True)
def exists(_type: ClrType, given: Items | None, test: object) -> bool:
    """Whether some element passes a test."""
    items, passes = _tested(given, test)
    return any(passes(item) for item in items)


@ARRAY.member("static bool TrueForAll<T>(T[] array, Predicate<T> match)", typed=True)
def true_for_all(_type: ClrType, given: Items | None, test: object) -> bool:
    """Whether all elements pass a test."""
    items, passes = _tested(given, test)
    return all(passes(item) for item in items)


@ARRAY.member("static T Find<T>(T[] array, Predicate<T> match)", typed=True)
def find_item(type_: ClrType, given: Items | None, test: object) -> object:
    """Return the first element that passes a test, or the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    items, passes = _tested(given, test)
    return next((item for item in items if passes(item)), default_of(type_))


@ARRAY.member("static T FindLast<T>(T[] array, Predicate<T> match)", typed=True)
def find_last(type_: ClrType, given: Items | None, test: object) -> object:
    """Return the last element that passes a test, or the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    items, passes = _tested(given, test)
    return next((item for item in reversed(items) if passes(item)), default_of(type_))


@ARRAY.member("static T[] FindAll<T>(T[] array, Predicate<T> match)", typed=True)
def find_all(type_: ClrType, given: Items | None, test: object) -> Items:
    """Return the elements that pass a test."""
    items, passes = _tested(given, test)
    found = [item for item in items if passes(item)]
    return bytearray(cast("list[int]", found)) if type_.name == "System.Byte" else Array(type_, found)


@ARRAY.member("static int FindIndex<T>(T[] array, Predicate<T> match)", typed=True)
def find_index(_type: ClrType, given: Items | None, test: object) -> int:
    """Return the place of the first element that passes a test, or -1."""
    items, passes = _tested(given, test)
    return find_place(items, passes, 0, len(items))


@ARRAY.member(
    "static int FindIndex<T>(T[] array, int startIndex, Predicate<T> match)",
    typed=True,
)
def find_index_from(_type: ClrType, given: Items | None, start: int, test: object) -> int:
    """Return the place of the first element from a place on that passes a test, or -1."""
    items = _present(given)
    check_forward(len(items), start, len(items) - start)
    return find_place(*_tested(given, test), start, len(items) - start)


@ARRAY.member("static int FindIndex<T>(T[] array, int startIndex, int count, Predicate<T> match)", typed=True)
def find_index_in(_type: ClrType, given: Items | None, start: int, count: int, test: object) -> int:
    """Return the place of the first element of a part that passes a test, or -1."""
    check_forward(len(_present(given)), start, count)
    return find_place(*_tested(given, test), start, count)


@ARRAY.member("static int FindLastIndex<T>(T[] array, Predicate<T> match)", typed=True)
def find_last_index(_type: ClrType, given: Items | None, test: object) -> int:
    """Return the place of the last element that passes a test, or -1."""
    items, passes = _tested(given, test)
    return find_last_place(items, passes, len(items) - 1, len(items))


@ARRAY.member("static int FindLastIndex<T>(T[] array, int startIndex, Predicate<T> match)", typed=True)
def find_last_index_from(type_: ClrType, given: Items | None, start: int, test: object) -> int:
    """Return the place of the last element up to a place that passes a test, or -1."""
    return find_last_index_in(type_, given, start, start + 1, test)


@ARRAY.member("static int FindLastIndex<T>(T[] array, int startIndex, int count, Predicate<T> match)", typed=True)
def find_last_index_in(_type: ClrType, given: Items | None, start: int, count: int, test: object) -> int:
    """Return the place of the last element of a part that passes a test, or -1."""
    items, passes = _tested(given, test)
    if not items and start != -1:
        out_of_range("startIndex", _INDEX)
    check_backward(len(items), start, count)
    return find_last_place(items, passes, start, count) if items else -1


# --- sorted arrays ---------------------------------------------------------------------------------------------------


def binary_search(items: list[object], value: object, comparer: object, start: int, count: int) -> int:
    """Return the place of an element in a sorted part, or the complement of where it would stand."""
    compare = comparison_of(comparer)
    low, high = start, start + count - 1
    while low <= high:
        middle = low + (high - low) // 2
        order = compare(items[middle], value)
        if order == 0:
            return middle
        if order < 0:
            low = middle + 1
        else:
            high = middle - 1
    return ~low


def _check_part(size: int, start: int, count: int) -> None:
    if start < 0 or count < 0:
        out_of_range("index" if start < 0 else "length", "Non-negative number required.")
    if size - start < count:
        argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements "
            "from index to the end of the source collection."
        )


@ARRAY.member(
    "static int BinarySearch<T>(T[] array, T value)",
    "static int BinarySearch<T>(T[] array, T value, IComparer<T> comparer)",
    typed=True,
)
def binary_search_all(_type: ClrType, given: Items | None, value: object, comparer: object = None) -> int:
    """Return the place of an element in a sorted array, or the complement of where it would stand."""
    items = _present(given)
    return binary_search(items, value, comparer, 0, len(items))


@ARRAY.member(
    "static int BinarySearch<T>(T[] array, int index, int length, T value)",
    "static int BinarySearch<T>(T[] array, int index, int length, T value, IComparer<T> comparer)",
    typed=True,
)
def binary_search_part(
    _type: ClrType, given: Items | None, start: int, count: int, value: object, comparer: object = None
) -> int:
    """Return the place of an element in a sorted part of an array, or the complement of where it would stand."""
    items = _present(given)
    _check_part(len(items), start, count)
    return binary_search(items, value, comparer, start, count)


@ARRAY.member("static int BinarySearch(System.Array array, object value)")
def binary_search_boxed(given: Items | None, value: object) -> int:
    """Return the place of an element of any type in a sorted array."""
    items = boxed_elements(cast("Items", _present(given)))
    if value is not None and items and type(items[0]) is not type(value):
        invalid_operation("Failed to compare two elements in the array.")
    return binary_search(items, value, None, 0, len(items))


check_part = _check_part
