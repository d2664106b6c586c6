"""System.Array and System.Tuple."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument, argument_null, out_of_range, overflow, too_large
from apim_ai.expression.library import array_order, array_search
from apim_ai.expression.library.array_type import ARRAY, Items, boxed_elements, copy_elements
from apim_ai.expression.library.boxes import Array, Char
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.equality import hash_code
from apim_ai.expression.library.relations import box, is_assignable, type_of, unboxer
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import array_of, find, make, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["array_order", "new_array"]

_CAST_DOWN = "At least one element in the source array could not be cast down to the destination array type."
_INDEXES = 1 << 31
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


def array_set_checked(items: Items, index: int, value: object) -> object:
    """Set an element of an array that may be one of a derived type, which takes only its own."""
    if value is not None and isinstance(items, Array) and not is_assignable(type_of(value), items.element):
        message = "Attempted to access an element as a type incompatible with the array."
        raise ClrException("System.ArrayTypeMismatchException", message)
    return array_set(items, index, value)


_ARRAYS = array_of(resolve("object")).declaration


def _element_member(text: str, function: object) -> None:
    from apim_ai.expression.types import RawMember  # noqa: PLC0415 - the array's own declaration has no decorator

    _ARRAYS.add(RawMember(text, function, None, frozenset(), None))  # type: ignore[arg-type]  # the functions above


_element_member("T this[int index]", array_get)
_element_member("T this[long index]", array_get)
_element_member("set T this[int index]", array_set)
_element_member("set T this[long index]", array_set)
# the value is the last argument of a setter
_ARRAYS.members()


ARRAY.inline("int Length", "len({0})")
ARRAY.inline("long LongLength", "len({0})")
ARRAY.inline("int Rank", "({0}, 1)[1]")


@ARRAY.member("int GetLength(int dimension)", "long GetLongLength(int dimension)")
def get_length(items: Items, dimension: int) -> int:
    """Return the number of elements."""
    if dimension != 0:
        raise ClrException("System.IndexOutOfRangeException", _OUTSIDE)
    return len(items)


@ARRAY.member("int GetUpperBound(int dimension)")
def get_upper_bound(items: Items, dimension: int) -> int:
    """Return the last index."""
    return get_lower_bound(items, dimension) + len(items) - 1


@ARRAY.member("int GetLowerBound(int dimension)")
def get_lower_bound(_items: Items, dimension: int) -> int:
    """Return the first index."""
    if dimension != 0:
        raise ClrException("System.IndexOutOfRangeException", "Array does not have that many dimensions.")
    return 0


@ARRAY.member("object GetValue(int index)", "object GetValue(long index)")
def get_value(items: Items, index: int) -> object:
    """Return a boxed element."""
    if not -_INDEXES <= index < _INDEXES:
        out_of_range("index", "Arrays larger than 2GB are not supported.")
    value = array_get(items, index)
    return box(value, items.element) if isinstance(items, Array) else box(value, resolve("byte"))


@ARRAY.member("void SetValue(object value, int index)", "void SetValue(object value, long index)")
def set_value(items: Items, value: object, index: int) -> None:
    """Set an element to a boxed value."""
    array_get(items, index)
    element = _element(items)
    if value is None:
        from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

        array_set(items, index, default_of(element))
    elif is_assignable(type_of(value), element):
        change = unboxer(element)
        array_set(items, index, value if change is None else change(value))
    else:
        raise ClrException("System.InvalidCastException", "Object cannot be stored in an array of this type.")


ARRAY.inline("bool IsFixedSize", "({0}, True)[1]")
ARRAY.inline("bool IsReadOnly", "({0}, False)[1]")
ARRAY.inline("bool IsSynchronized", "({0}, False)[1]")
ARRAY.inline("object SyncRoot", "{0}")
ARRAY.inline("void Initialize()", "None")


@ARRAY.member("object Clone()")
def clone(items: Items) -> Items:
    """Return a copy."""
    return Array(items.element, items) if isinstance(items, Array) else bytearray(cast("bytearray", items))


@ARRAY.member(
    "static void Copy(System.Array sourceArray, System.Array destinationArray, int length)",
    "static void Copy(System.Array sourceArray, System.Array destinationArray, long length)",
)
def copy(source: Items | None, target: Items | None, length: int) -> None:
    """Copy the first elements."""
    copy_part(source, 0, target, 0, length)


@ARRAY.member(
    "static void Copy(System.Array sourceArray, int sourceIndex, System.Array destinationArray, int destinationIndex, int length)",
    "static void Copy(System.Array sourceArray, long sourceIndex, System.Array destinationArray, long destinationIndex, long length)",
    "static void ConstrainedCopy(System.Array sourceArray, int sourceIndex, System.Array destinationArray, int destinationIndex, int length)",
)
def copy_part(source: Items | None, start: int, target: Items | None, place: int, length: int) -> None:
    """Copy some elements to a place."""
    if source is None:
        argument_null("sourceArray")
    if target is None:
        argument_null("destinationArray")
    mine, theirs = _element(source), _element(target)
    if mine is not theirs and (mine.is_value or theirs.is_value):
        _copy_changed(source, start, target, place, length)
        return
    is_inside = start >= 0 <= place and start + length <= len(source) and place + length <= len(target)
    if is_inside and not is_assignable(mine, theirs):
        _check_elements(source[start : start + length], mine, theirs)
    copy_elements(source, start, target, place, length)


def _check_elements(items: Sequence[object], mine: ClrType, theirs: ClrType) -> None:
    """Throw where objects of one class are to go where only others may be."""
    if not is_assignable(theirs, mine):
        raise ClrException(
            "System.ArrayTypeMismatchException", "Source array type cannot be assigned to destination array type."
        )
    if not all(item is None or is_assignable(type_of(item), theirs) for item in items):
        raise ClrException("System.InvalidCastException", _CAST_DOWN)


def _copy_changed(source: Items, start: int, target: Items, place: int, length: int) -> None:
    """Copy between arrays of different types: boxing, unboxing, or widening numbers."""
    mine, theirs = _element(source), _element(target)
    items = boxed_elements(source)
    copied = Array(resolve("object"), items)
    if theirs.name != "System.Object":
        is_boxed = mine.name == "System.Object"
        if not is_boxed and not _is_widening(mine, theirs):
            raise ClrException(
                "System.ArrayTypeMismatchException", "Source array type cannot be assigned to destination array type."
            )
        copied = Array(theirs, [_changed(item, theirs) for item in items[start : start + length]])
        start = 0
    copy_elements(copied, start, target, place, length)


def _changed(value: object, target: ClrType) -> object:
    source = None if value is None else type_of(value)
    if source is target:
        unbox = unboxer(target)
        return value if unbox is None else unbox(value)
    if source is None or not _is_widening(source, target):
        raise ClrException("System.InvalidCastException", _CAST_DOWN)
    number = ord(value) if isinstance(value, Char) else cast("float", value)
    return float(number) if target.name in ("System.Double", "System.Single") else number


def _is_widening(source: ClrType, target: ClrType) -> bool:
    from apim_ai.expression.bind.numeric import is_implicit  # noqa: PLC0415 - the two packages need each other

    return target.name != "System.Decimal" and is_implicit(source.name, target.name)


def _element(items: Items) -> ClrType:
    return items.element if isinstance(items, Array) else resolve("byte")


@ARRAY.member("void CopyTo(System.Array array, int index)", "void CopyTo(System.Array array, long index)")
def copy_to(source: Items, target: Items | None, place: int) -> None:
    """Copy all elements to a place in another array."""
    copy_part(source, 0, target, place, len(source))


@ARRAY.member("static T[] Empty<T>()", typed=True)
def empty(type_: ClrType) -> Items:
    """Return an array without elements."""
    return bytearray() if type_.name == "System.Byte" else Array(type_)


@ARRAY.member("static TOut[] ConvertAll<TIn, TOut>(TIn[] array, System.Converter<TIn, TOut> converter)", typed=True)
def convert_all(_type: ClrType, target: ClrType, items: list[object] | None, change: object) -> Items:
    """Return an array of converted elements."""
    if items is None:
        argument_null("array")
    if change is None:
        argument_null("converter")
    changed = [cast("type", change)(item) for item in items]
    return bytearray(cast("list[int]", changed)) if target.name == "System.Byte" else Array(target, changed)


@ARRAY.member("static void ForEach<T>(T[] array, System.Action<T> action)", typed=True)
def for_each(_type: ClrType, items: list[object] | None, act: object) -> None:
    """Do something with each element."""
    if items is None:
        argument_null("array")
    if act is None:
        argument_null("action")
    for item in items:
        cast("type", act)(item)


@ARRAY.member("static void Fill<T>(T[] array, T value)", typed=True)
def fill(_type: ClrType, items: list[object] | None, value: object) -> None:
    """Set all elements."""
    if items is None:
        argument_null("array")
    items[:] = [value] * len(items)


@ARRAY.member("static void Fill<T>(T[] array, T value, int startIndex, int count)", typed=True)
def fill_part(_type: ClrType, items: list[object] | None, value: object, start: int, count: int) -> None:
    """Set some elements."""
    if items is None:
        argument_null("array")
    array_search.check_forward(len(items), start, count)
    items[start : start + count] = [value] * count


@ARRAY.member("static void Clear(System.Array array, int index, int length)")
def clear_part(items: Items | None, start: int, count: int) -> None:
    """Set some elements to their default."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    if items is None:
        argument_null("array")
    if start < 0 or count < 0 or start + count > len(items):
        raise ClrException("System.IndexOutOfRangeException", _OUTSIDE)
    zero = default_of(items.element) if isinstance(items, Array) else 0
    items[start : start + count] = cast("bytearray", [zero] * count)


# --- Tuple -----------------------------------------------------------------------------------------------------------


def _combined(first: int, second: int) -> int:
    return ((first << 5) + first ^ second) & 0xFFFFFFFF


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

    def clr_compare(self, other: object) -> int:
        """Order by the first items that differ."""
        from apim_ai.expression.library.ordering import compare  # noqa: PLC0415 - rare

        if not isinstance(other, Tuple) or other.types != self.types:
            argument(f"Argument must be of type {self.clr_type().name}.", "other")
        return next((found for found in map(compare, self.items, other.items) if found), 0)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tuple) and other.types == self.types and other.items == self.items

    def __hash__(self) -> int:
        return hash(self.items)

    def clr_hash(self) -> int:
        """Return .NET's hash code: those of the items, combined in pairs."""
        codes = [hash_code(box(item, type_)) for item, type_ in zip(self.items, self.types, strict=True)]
        if len(codes) > 3:  # noqa: PLR2004 - the first four are combined two by two
            codes[:4] = [_combined(_combined(codes[0], codes[1]), _combined(codes[2], codes[3]))]
            if len(codes) > 1:
                codes[1:] = [reduce(_combined, codes[1:])]
        return reduce(_combined, codes)


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
