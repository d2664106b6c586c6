"""System.Linq: sums, means, extremes, aggregates."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from itertools import accumulate
from operator import add
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import invalid_operation, overflow
from apim_ai.expression.library.arithmetic import RANGES, decimal_add, decimal_divide
from apim_ai.expression.library.ordering import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apim_ai.expression.types import ClrType

    Test = Callable[[object], bool]
    Select = Callable[[object], object]

from apim_ai.expression.library.linq_walk import ENUMERABLE, need, walk

_RANGES = {"int": RANGES["System.Int32"], "long": RANGES["System.Int64"]}
_EMPTY = "Sequence contains no elements"

TOTALS: set[Callable[..., object]] = set()
"""What makes one value of all that a function says of the elements."""

# --- numbers ---


def _total(numbers: list[object], kind: str) -> object:
    if kind in _RANGES:
        return _whole_total(cast("list[int]", numbers), *_RANGES[kind])
    if kind == "decimal":
        return reduce(decimal_add, cast("list[Decimal]", numbers), Decimal(0))
    return reduce(add, cast("list[float]", numbers), 0.0)  # `sum` rounds in its own way from Python 3.12 on


def _whole_total(numbers: list[int], low: int, high: int) -> int:
    """Return the sum of whole numbers; no part of it from the first one on may overflow."""
    if sum(map(abs, numbers)) > high and not all(low <= part <= high for part in accumulate(numbers)):
        overflow()
    return sum(numbers)


def _mean(numbers: list[object], kind: str, *, is_nullable: bool) -> object:
    if not numbers:
        if is_nullable:
            return None
        invalid_operation(_EMPTY)
    total = _total(numbers, "long" if kind == "int" else kind)
    if kind == "decimal":
        return decimal_divide(cast("Decimal", total), Decimal(len(numbers)))
    return cast("float", total) / len(numbers)


def _there(items: Iterable[object], *, is_nullable: bool) -> list[object]:
    """Return the numbers without nulls."""
    return [item for item in items if item is not None] if is_nullable else list(items)


def _declare_numbers(kind: str, mean: str) -> None:
    for mark in ("", "?"):
        type_, is_nullable = kind + mark, bool(mark)

        def total(source: object, kind: str = kind, is_nullable: bool = is_nullable) -> object:  # noqa: FBT001 - bound by the loop
            return _total(_there(walk(source), is_nullable=is_nullable), kind)

        def total_of(source: object, change: Select, kind: str = kind, is_nullable: bool = is_nullable) -> object:  # noqa: FBT001 - bound by the loop
            need(change, "selector")
            return _total(_there(map(change, walk(source)), is_nullable=is_nullable), kind)

        def mean_(source: object, kind: str = kind, is_nullable: bool = is_nullable) -> object:  # noqa: FBT001 - bound by the loop
            return _mean(_there(walk(source), is_nullable=is_nullable), kind, is_nullable=is_nullable)

        def mean_of(source: object, change: Select, kind: str = kind, is_nullable: bool = is_nullable) -> object:  # noqa: FBT001 - bound by the loop
            need(change, "selector")
            return _mean(_there(map(change, walk(source)), is_nullable=is_nullable), kind, is_nullable=is_nullable)

        TOTALS.update((total_of, mean_of))
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
        return _extreme(walk(source), type_, sign)

    @ENUMERABLE.member(f"static R {name}<T, R>(this IEnumerable<T> source, Func<T, R> selector)", typed=True)
    def extreme_of(_type: ClrType, result: ClrType, source: object, change: Select) -> object:
        need(change, "selector")
        return _extreme(map(change, walk(source)), result, sign)

    _ = extreme
    TOTALS.add(extreme_of)


_declare_extreme("Max", 1)
_declare_extreme("Min", -1)


@ENUMERABLE.member("static T Aggregate<T>(this IEnumerable<T> source, Func<T, T, T> func)")  # noqa: RET503 - ends in a call that never returns
def aggregate(source: object, join: Callable[[object, object], object]) -> object:
    """Join all elements into one."""
    need(join, "func")
    items = walk(source)
    for result in items:
        for item in items:
            result = join(result, item)  # noqa: PLW2901 - the running value
        return result
    invalid_operation(_EMPTY)


@ENUMERABLE.member("static A Aggregate<T, A>(this IEnumerable<T> source, A seed, Func<A, T, A> func)")
def aggregate_seed(source: object, seed: object, join: Callable[[object, object], object]) -> object:
    """Join all elements to a value."""
    need(join, "func")
    for item in walk(source):
        seed = join(seed, item)
    return seed


@ENUMERABLE.member(
    "static R Aggregate<T, A, R>(this IEnumerable<T> source, A seed, Func<A, T, A> func, Func<A, R> resultSelector)"
)
def aggregate_result(source: object, seed: object, join: Callable[[object, object], object], finish: Select) -> object:
    """Join all elements to a value and finish it."""
    need(join, "func")
    need(finish, "resultSelector")
    return finish(aggregate_seed(source, seed, join))
