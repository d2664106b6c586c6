"""The declaration of System.Array and of what its members share."""

from __future__ import annotations

from typing import cast

from apim_ai.expression.exceptions import argument, out_of_range
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.relations import box
from apim_ai.expression.types import resolve

__all__ = ["ARRAY", "Items", "boxed_elements", "copy_elements"]

ARRAY = clr_class("System.Array", interfaces=("System.Collections.IList", "System.ICloneable"))
Items = list[object] | bytearray


def boxed_elements(items: Items) -> list[object]:
    """Return the elements as `object`s."""
    element = items.element if isinstance(items, Array) else resolve("byte")
    return [box(item, element) for item in cast("list[object]", items)]


def copy_elements(source: Items, start: int, target: Items, place: int, length: int) -> None:
    """Copy some elements to a place in an array.

    Raises:
        ClrException: what `Array.Copy` throws where a part is not inside its array.
    """
    for name, number in (("length", length), ("sourceIndex", start), ("destinationIndex", place)):
        if number < 0:
            out_of_range(name, "Non-negative number required.")
    if start + length > len(source):
        argument(
            "Source array was not long enough. Check the source index, length, and the array's lower bounds.",
            "sourceArray",
        )
    if place + length > len(target):
        argument(
            "Destination array was not long enough. Check the destination index, length, and the array's lower bounds.",
            "destinationArray",
        )
    target[place : place + length] = cast("bytearray", source[start : start + length])
