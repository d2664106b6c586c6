"""The sort of .NET's arrays and lists, whose order of equal elements is not the one in which they stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Compare = Callable[[object, object], int]

__all__ = ["introsort"]

_SMALL = 16


def introsort(items: list[object], compare: Compare) -> None:
    """Sort in place as `Array.Sort` does.

    Args:
        items: what is sorted.
        compare: gives a negative number, 0 or a positive number.
    """
    if len(items) > 1:
        _sort(items, 0, len(items) - 1, 2 * len(items).bit_length(), compare)


def _sort(items: list[object], low: int, high: int, depth: int, compare: Compare) -> None:
    while high > low:
        size = high - low + 1
        if size <= _SMALL or depth == 0:
            _sort_small(items, low, high, compare)
            return
        depth -= 1
        middle = _partition(items, low, high, compare)
        _sort(items, middle + 1, high, depth, compare)
        high = middle - 1


def _sort_small(items: list[object], low: int, high: int, compare: Compare) -> None:
    if high - low == 1:
        _order(items, low, high, compare)
    elif high - low == 2:  # noqa: PLR2004 - three elements
        _order_three(items, low, high - 1, high, compare)
    else:
        for index in range(low, high):
            _insert(items, low, index, compare)


def _insert(items: list[object], low: int, index: int, compare: Compare) -> None:
    place, item = index, items[index + 1]
    while place >= low and compare(item, items[place]) < 0:
        items[place + 1] = items[place]
        place -= 1
    items[place + 1] = item


def _partition(items: list[object], low: int, high: int, compare: Compare) -> int:
    middle = low + (high - low) // 2
    _order_three(items, low, middle, high, compare)
    pivot = items[middle]
    left, right = low, high - 1
    items[middle], items[right] = items[right], items[middle]
    while left < right:
        left = _climb(items, left + 1, high, lambda item: compare(item, pivot) < 0)
        right -= 1
        while right > low and compare(pivot, items[right]) < 0:
            right -= 1
        if left >= right:
            break
        items[left], items[right] = items[right], items[left]
    items[left], items[high - 1] = items[high - 1], items[left]
    return left


def _climb(items: list[object], index: int, high: int, goes_on: Callable[[object], bool]) -> int:
    while index < high and goes_on(items[index]):
        index += 1
    return index


def _order_three(items: list[object], first: int, second: int, third: int, compare: Compare) -> None:
    _order(items, first, second, compare)
    _order(items, first, third, compare)
    _order(items, second, third, compare)


def _order(items: list[object], first: int, second: int, compare: Compare) -> None:
    if first != second and compare(items[first], items[second]) > 0:
        items[first], items[second] = items[second], items[first]
