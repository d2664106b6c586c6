"""System.Array and System.Tuple."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument, argument_null, overflow, too_large
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.equality import equals
from apim_ai.expression.library.relations import box
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import array_of, find, make, resolve

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["new_array"]

ARRAY = clr_class("System.Array", interfaces=("System.Collections.IList", "System.ICloneable"))
Items = list[object] | bytearray
_OUTSIDE = "Index was outside the bounds of the array."


def new_array(element: ClrType, size: int, zero: object, limit: int) -> Items:
    """Return `new T[size]`."""
    if size < 0:
        overflow()
    if size > limit:
        too_large("the array is")
    return bytearray(size) if element.name == "System.Byte" else Array(element, [zero] * size)


def array_get(items: Items, index: int) -> object:
    """Return an element."""
    if not 0 <= index < len(items):
        raise ClrException("System.IndexOutOfRangeException", _OUTSIDE)
    return items[index]


def array_set(items: Items, index: int, value: object) -> object:
    """Set an element and return the value."""
    if not 0 <= index < len(items):
        raise ClrException("System.IndexOutOfRangeException", _OUTSIDE)
    if isinstance(items, bytes):
        raise ClrException("System.NotSupportedException", "the array belongs to the gateway and cannot be changed")
    items[index] = cast("int", value)
    return value


_ARRAYS = array_of(resolve("object")).declaration


def _element_member(text: str, function: object) -> None:
    from apim_ai.expression.types import RawMember  # noqa: PLC0415 - the array's own declaration has no decorator

    _ARRAYS.add(RawMember(text, function, None, frozenset(), None))  # type: ignore[arg-type]  # the functions above


_element_member("T this[int index]", array_get)
_element_member("T this[long index]", array_get)
_element_member("set T this[int index]", array_set)
# the value is the last argument of a setter
_ARRAYS.members()


ARRAY.inline("int Length", "len({0})")
ARRAY.inline("long LongLength", "len({0})")
ARRAY.inline("int Rank", "({0}, 1)[1]")


@ARRAY.member("int GetLength(int dimension)", "int GetUpperBound(int dimension)")
def get_length(items: Items, _dimension: int) -> int:
    """Return the number of elements."""
    return len(items)


@ARRAY.member("object GetValue(int index)")
def get_value(items: Items, index: int) -> object:
    """Return a boxed element."""
    value = array_get(items, index)
    return box(value, items.element) if isinstance(items, Array) else box(value, resolve("byte"))


@ARRAY.member("object Clone()")
def clone(items: Items) -> Items:
    """Return a copy."""
    return Array(items.element, items) if isinstance(items, Array) else bytearray(cast("bytearray", items))


@ARRAY.member("static int IndexOf<T>(T[] array, T value)", typed=True)
def index_of(_type: ClrType, items: list[object] | None, value: object) -> int:
    """Return where a value stands first, or -1."""
    if items is None:
        argument_null("array")
    return next((index for index, item in enumerate(items) if item is value or equals(item, value)), -1)


@ARRAY.member("static int LastIndexOf<T>(T[] array, T value)", typed=True)
def last_index_of(type_: ClrType, items: list[object], value: object) -> int:
    """Return where a value stands last, or -1."""
    place = index_of(type_, list(reversed(items)), value)
    return -1 if place < 0 else len(items) - 1 - place


@ARRAY.member("static void Reverse(System.Array array)")
def reverse(items: Items | None) -> None:
    """Reverse in place."""
    if items is None:
        argument_null("array")
    items.reverse()


@ARRAY.member("static void Sort<T>(T[] array)", typed=True)
def sort(_type: ClrType, items: list[object] | None) -> None:
    """Sort in place."""
    from apim_ai.expression.library.ordering import sort_key  # noqa: PLC0415 - rare

    if items is None:
        argument_null("array")
    items[:] = sorted(items, key=sort_key)


@ARRAY.member("static void Copy(System.Array sourceArray, System.Array destinationArray, int length)")
def copy(source: Items | None, target: Items | None, length: int) -> None:
    """Copy the first elements."""
    copy_part(source, 0, target, 0, length)


@ARRAY.member(
    "static void Copy(System.Array sourceArray, int sourceIndex, System.Array destinationArray, int destinationIndex, int length)"
)
def copy_part(source: Items | None, start: int, target: Items | None, place: int, length: int) -> None:
    """Copy some elements to a place."""
    if source is None:
        argument_null("sourceArray")
    if target is None:
        argument_null("destinationArray")
    if start < 0 or place < 0 or length < 0:
        argument("Non-negative number required.", "length")
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


@ARRAY.member("void CopyTo(System.Array array, int index)")
def copy_to(source: Items, target: Items | None, place: int) -> None:
    """Copy all elements to a place in another array."""
    copy_part(source, 0, target, place, len(source))


@ARRAY.member("static T[] Empty<T>()", typed=True)
def empty(type_: ClrType) -> Items:
    """Return an array without elements."""
    return bytearray() if type_.name == "System.Byte" else Array(type_)


@ARRAY.member("static bool Exists<T>(T[] array, Predicate<T> match)", typed=True)
def exists(_type: ClrType, items: list[object], test: object) -> bool:
    """Whether some element passes a test."""
    return any(cast("type", test)(item) for item in items)


@ARRAY.member("static T Find<T>(T[] array, Predicate<T> match)", typed=True)
def find_item(type_: ClrType, items: list[object], test: object) -> object:
    """Return the first element that passes a test, or the default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    return next((item for item in items if cast("type", test)(item)), default_of(type_))


@ARRAY.member("static T[] FindAll<T>(T[] array, Predicate<T> match)", typed=True)
def find_all(type_: ClrType, items: list[object], test: object) -> Array:
    """Return the elements that pass a test."""
    return Array(type_, [item for item in items if cast("type", test)(item)])


@ARRAY.member("static int FindIndex<T>(T[] array, Predicate<T> match)", typed=True)
def find_index(_type: ClrType, items: list[object], test: object) -> int:
    """Return the place of the first element that passes a test, or -1."""
    return next((index for index, item in enumerate(items) if cast("type", test)(item)), -1)


@ARRAY.member("static TOut[] ConvertAll<TIn, TOut>(TIn[] array, System.Converter<TIn, TOut> converter)", typed=True)
def convert_all(_type: ClrType, target: ClrType, items: list[object], change: object) -> Items:
    """Return an array of converted elements."""
    changed = [cast("type", change)(item) for item in items]
    return bytearray(cast("list[int]", changed)) if target.name == "System.Byte" else Array(target, changed)


# --- Tuple -----------------------------------------------------------------------------------------------------------


class Tuple:
    """A System.Tuple; `items` are unboxed."""

    __slots__ = ("items", "types")

    def __init__(self, types: tuple[ClrType, ...], items: tuple[object, ...]) -> None:
        self.types = types
        self.items = items

    def clr_type(self) -> ClrType:
        """The closed tuple type."""
        declaration = find("System.Tuple", len(self.types))
        if declaration is None:
            raise LookupError("Tuple")
        return make(declaration, self.types)

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return the items in parentheses."""
        texts = [to_text(box(item, type_), settings) or "" for item, type_ in zip(self.items, self.types, strict=True)]
        return f"({', '.join(texts)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tuple) and other.types == self.types and other.items == self.items

    def __hash__(self) -> int:
        return hash(self.items)


def _make_tuple(*values: object) -> Tuple:
    half = len(values) // 2
    return Tuple(cast("tuple[ClrType, ...]", values[:half]), values[half:])


TUPLE = clr_class("System.Tuple")
for _count in range(1, 8):
    _names = [f"T{index}" for index in range(1, _count + 1)]
    _type = clr_class(f"System.Tuple`{_count}", parameters=tuple(_names))
    for _index, _each in enumerate(_names):
        _type.inline(f"{_each} Item{_index + 1}", "{0}.items[" + str(_index) + "]")
    _shown = ", ".join(f"{each} item{index}" for index, each in enumerate(_names))
    _type.member(f"({_shown})", typed=True)(_make_tuple)
    TUPLE.member(f"static System.Tuple<{', '.join(_names)}> Create<{', '.join(_names)}>({_shown})", typed=True)(
        _make_tuple
    )
