"""System.Array: sorting and reversing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, out_of_range
from apim_ai.expression.library.array_search import check_part
from apim_ai.expression.library.array_type import ARRAY, Items
from apim_ai.expression.library.introsort import introsort
from apim_ai.expression.library.ordering import comparison_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.types import ClrType

__all__ = ["sort_part"]


def sort_part(items: list[object], comparer: object, start: int, count: int) -> None:
    """Sort a part in place."""
    part = items[start : start + count]
    introsort(part, comparison_of(comparer))
    items[start : start + count] = part


def _present(items: Items | None, name: str = "array") -> list[object]:
    if items is None:
        argument_null(name)
    return cast("list[object]", items)


@ARRAY.member("static void Reverse(System.Array array)")
def reverse(items: Items | None) -> None:
    """Reverse in place."""
    _present(items).reverse()


@ARRAY.member("static void Reverse<T>(T[] array)", typed=True)
def reverse_typed(_type: ClrType, items: Items | None) -> None:
    """Reverse in place."""
    _present(items).reverse()


@ARRAY.member("static void Reverse(System.Array array, int index, int length)")
def reverse_part(given: Items | None, start: int, count: int) -> None:
    """Reverse a part in place."""
    items = _present(given)
    check_part(len(items), start, count)
    items[start : start + count] = items[start : start + count][::-1]


@ARRAY.member("static void Sort<T>(T[] array)", "static void Sort<T>(T[] array, IComparer<T> comparer)", typed=True)
def sort(_type: ClrType, given: Items | None, comparer: object = None) -> None:
    """Sort in place."""
    items = _present(given)
    sort_part(items, comparer, 0, len(items))


@ARRAY.member("static void Sort(System.Array array)")
def sort_untyped(given: Items | None) -> None:
    """Sort in place."""
    items = _present(given)
    sort_part(items, None, 0, len(items))


@ARRAY.member("static void Sort<T>(T[] array, Comparison<T> comparison)", typed=True)
def sort_by(_type: ClrType, given: Items | None, compare: Callable[[object, object], int] | None) -> None:
    """Sort in place by a comparison."""
    items = _present(given)
    if compare is None:
        argument_null("comparison")
    introsort(items, compare)


@ARRAY.member(
    "static void Sort<T>(T[] array, int index, int length)",
    "static void Sort<T>(T[] array, int index, int length, IComparer<T> comparer)",
    typed=True,
)
def sort_range(_type: ClrType, given: Items | None, start: int, count: int, comparer: object = None) -> None:
    """Sort a part in place."""
    items = _present(given)
    check_part(len(items), start, count)
    sort_part(items, comparer, start, count)


@ARRAY.member(
    "static void Sort<TKey, TValue>(TKey[] keys, TValue[] items)",
    "static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, IComparer<TKey> comparer)",
    typed=True,
)
def sort_pairs(
    _key: ClrType, _value: ClrType, given: Items | None, values: Items | None, comparer: object = None
) -> None:
    """Sort keys in place, and the values with them."""
    keys = _present(given, "keys")
    _sort_with(keys, cast("list[object] | None", values), comparer, 0, len(keys))


@ARRAY.member(
    "static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, int index, int length)",
    "static void Sort<TKey, TValue>(TKey[] keys, TValue[] items, int index, int length, IComparer<TKey> comparer)",
    typed=True,
)
def sort_pairs_range(
    _key: ClrType, _value: ClrType, given: Items | None, values: Items | None, start: int, count: int,
    comparer: object = None,
) -> None:  # fmt: skip
    """Sort a part of the keys in place, and the values with them."""
    keys = _present(given, "keys")
    if start < 0 or count < 0:
        out_of_range("index" if start < 0 else "length", "Non-negative number required.")
    _sort_with(keys, cast("list[object] | None", values), comparer, start, count)


def _sort_with(keys: list[object], values: list[object] | None, comparer: object, start: int, count: int) -> None:
    if len(keys) - start < count or (values is not None and len(values) - start < count):
        argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements "
            "from index to the end of the source collection."
        )
    if values is None:
        sort_part(keys, comparer, start, count)
        return
    compare = comparison_of(comparer)
    pairs: list[object] = list(zip(keys[start : start + count], values[start : start + count], strict=True))
    introsort(pairs, lambda left, right: compare(_first(left), _first(right)))
    keys[start : start + count] = [_first(pair) for pair in pairs]
    values[start : start + count] = [cast("tuple[object, object]", pair)[1] for pair in pairs]


def _first(pair: object) -> object:
    return cast("tuple[object, object]", pair)[0]
