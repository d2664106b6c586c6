"""The default order of values (`Comparer<T>.Default`) as Python sort keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, invalid_operation
from apim_ai.expression.library.comparison import compare_text
from apim_ai.expression.library.equality import equals
from apim_ai.expression.library.meter import METER

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from apim_ai.expression.library.system_string import StringComparer

    class _Comparable(Protocol):
        def __lt__(self, other: object, /) -> bool: ...

    class _Ordered(Protocol):
        def clr_compare(self, other: object) -> int: ...


__all__ = ["SortKey", "compare", "comparison_of", "sort_key"]


class SortKey:
    """A value with .NET's default order."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __lt__(self, other: SortKey) -> bool:
        return compare(self.value, other.value) < 0


def sort_key(value: object) -> SortKey:
    """Return what sorts a value in .NET's default order."""
    return SortKey(value)


def compare(left: object, right: object) -> int:
    """Return the default order of two values: null first, texts by culture, numbers by size.

    Raises:
        ClrException: ArgumentException where a type has no order.
    """
    if left is None or right is None:
        return (left is not None) - (right is not None)
    if isinstance(left, str) and isinstance(right, str):
        return compare_text(left, right, 0, by_culture=METER.orders_by_culture)
    if left is right and left == left:  # noqa: PLR0124 - but for NaN
        return 0
    declared = _declared(left, right)
    if declared is not None:
        return declared
    if type(left) is not type(right) and not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
        invalid_operation("Failed to compare two elements in the array.")
    if equals(left, right):
        return 0
    if isinstance(left, float) and (left != left or right != right):  # noqa: PLR0124 - NaN comes first
        return -1 if left != left else 1  # noqa: PLR0124 - NaN
    if isinstance(left, list):  # an array, which Python could order
        argument("At least one object must implement IComparable.")
    try:
        return -1 if cast("_Comparable", left) < right else 1
    except TypeError:
        argument("At least one object must implement IComparable.")


def _declared(left: object, right: object) -> int | None:
    """Return what a class that is ordered by itself says of two values, or None where neither's does."""
    if hasattr(left, "clr_compare"):
        return cast("_Ordered", left).clr_compare(right)
    return -cast("_Ordered", right).clr_compare(left) if hasattr(right, "clr_compare") else None


def comparison_of(comparer: object) -> Callable[[object, object], int]:
    """Return how an `IComparer<T>` orders two values; null is the default order."""
    if comparer is None:
        return compare
    way = cast("StringComparer", comparer).comparison
    by_culture = METER.orders_by_culture
    return lambda left, right: compare_text(
        cast("str | None", left), cast("str | None", right), way, by_culture=by_culture
    )
