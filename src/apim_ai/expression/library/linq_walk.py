"""What the members of System.Linq.Enumerable share: walking a source, each element a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument_null
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_static
from apim_ai.expression.library.enumeration import source_of
from apim_ai.expression.library.meter import METER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.expression.library.system_string import StringComparer
    from apim_ai.expression.types import ClrType

    Test = Callable[[object], bool]
    Select = Callable[[object], object]

ENUMERABLE = clr_static("System.Linq.Enumerable")


def walk(source: object) -> Iterator[object]:
    """Yield the elements of a source, each a step; those of a short array are counted at once, taken or not."""
    if source.__class__ is list or source.__class__ is Array:
        items = cast("list[object]", source)
        if len(items) <= _FEW:
            METER.left -= len(items)
            return iter(items) if METER.left >= 0 else METER.end()
    return _walked(source)


_FEW = 32


def _walked(source: object) -> Iterator[object]:
    meter = METER
    for item in source_of(source):
        meter.left -= 1
        if meter.left < 0:
            meter.end()
        yield item


def need(value: object, name: str) -> None:
    """Refuse null for an argument."""
    if value is None:
        argument_null(name)


def default_value(type_: ClrType) -> object:
    """Return the default of a type."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - the two packages need each other

    return default_of(type_)


def comparer_key(comparer: object) -> Callable[[object], object]:
    """Return what elements that a comparer holds equal share."""
    return (lambda item: item) if comparer is None else cast("StringComparer", comparer).key
