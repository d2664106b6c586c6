"""List<T>."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import (
    argument,
    argument_null,
    invalid_operation,
    out_of_range,
    too_large,
)
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.types import find, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apim_ai.expression.types import ClrType

__all__ = ["ClrList", "closed"]

_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."
_LIMIT = 5_000_000


class ClrList(list[object]):
    """A List<T>; its elements are unboxed."""

    __slots__ = ("element", "room", "version")

    def __init__(self, element: ClrType, items: Iterable[object] = (), room: int | None = None) -> None:
        super().__init__(items)
        self.element = element
        self.room = len(self) if room is None else room
        self.version = 0  # how often an element was replaced or moved

    def capacity(self) -> int:
        """Return `Capacity`, which doubles when the room is used up."""
        if len(self) > self.room:
            self.room = max(len(self), 2 * self.room, 4)
        return self.room

    def clr_type(self) -> ClrType:
        """The closed type."""
        return closed("List", self.element)

    def clr_add(self, item: object) -> None:
        """Add an element."""
        if len(self) >= _LIMIT:
            too_large("the list is")
        self.append(item)
        if len(self) > self.room:
            self.room = max(4, 2 * self.room)

    def clr_items(self) -> Iterator[object]:
        """Yield the elements; a change meanwhile throws."""
        before, version = len(self), self.version
        for item in self:
            yield item
            if len(self) != before or self.version != version:
                invalid_operation("Collection was modified; enumeration operation may not execute.")

    __hash__ = object.__hash__  # type: ignore[assignment]  # lists are compared by identity, unlike Python's

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


def closed(name: str, element: ClrType) -> ClrType:
    """Return a generic collection of one parameter, closed over its element."""
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
    return ClrList(element, (), capacity)


@LIST.member("(IEnumerable<T> collection)", typed=True)
def list_of(element: ClrType, items: object) -> ClrList:
    """Return a list of the elements of a sequence."""
    if items is None:
        argument_null("collection")
    return ClrList(element, iterate(items))


LIST.inline("int Count", "len({0})")
LIST.member("int Capacity")(ClrList.capacity)


@LIST.member("set int Capacity")
def set_capacity(items: ClrList, room: int) -> int:
    """Make room for so many elements, which is what there is at least."""
    if room < len(items):
        out_of_range("value", "capacity was less than the current size.")
    items.room = room
    return room


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
    items.version += 1
    return value


@LIST.member("void AddRange(IEnumerable<T> collection)")
def add_range(items: ClrList, more: object) -> None:
    """Add the elements of a sequence."""
    if more is None:
        argument_null("collection")
    items.extend(list(iterate(more)))
    if len(items) > _LIMIT:
        too_large("the list is")


@LIST.member("void Insert(int index, T item)")
def list_insert(items: ClrList, index: int, value: object) -> None:
    """Put an element in at a place."""
    if not 0 <= index <= len(items):
        out_of_range("index", "Index must be within the bounds of the List.")
    items.insert(index, value)


@LIST.member("void InsertRange(int index, IEnumerable<T> collection)")
def list_insert_range(items: ClrList, index: int, more: object) -> None:
    """Put the elements of a sequence in at a place."""
    if more is None:
        argument_null("collection")
    if not 0 <= index <= len(items):
        out_of_range("index", _INDEX)
    items[index:index] = list(iterate(more))


@LIST.member("bool Remove(T item)")
def list_remove(items: ClrList, value: object) -> bool:
    """Remove an element, and say whether it was there."""
    place = next((index for index, item in enumerate(items) if item == value), -1)
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
def list_remove_all(items: ClrList, test: Callable[[object], bool] | None) -> int:
    """Remove the elements that pass a test, and say how many."""
    if test is None:
        argument_null("match")
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


@LIST.member("void ForEach(System.Action<T> action)")
def list_for_each(items: ClrList, act: Callable[[object], object] | None) -> None:
    """Do something with each element."""
    if act is None:
        argument_null("action")
    for item in items.clr_items():
        act(item)


@LIST.member("List<TOutput> ConvertAll<TOutput>(System.Converter<T, TOutput> converter)", typed=True)
def list_convert_all(
    _element: ClrType, target: ClrType, items: ClrList, change: Callable[[object], object] | None
) -> ClrList:
    """Return a list of converted elements."""
    if change is None:
        argument_null("converter")
    return ClrList(target, [change(item) for item in items])


LIST.inline("void TrimExcess()", "None")
