"""The collection interfaces and KeyValuePair."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.expression.exceptions import ClrException, argument_null, out_of_range
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_interface, clr_struct
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.library.relations import box
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import find, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["KeyValuePair", "Map"]

clr_interface("System.Collections.IEnumerable", allowed=None)
clr_interface("System.Collections.IEnumerator", allowed=None)
clr_interface("System.Collections.ICollection", interfaces=("System.Collections.IEnumerable",), allowed=None)
clr_interface("System.Collections.IList", interfaces=("System.Collections.ICollection",), allowed=None)
clr_interface("System.Collections.IDictionary", interfaces=("System.Collections.ICollection",), allowed=None)
ENUMERABLE = clr_interface(
    "System.Collections.Generic.IEnumerable`1", parameters=("T",), interfaces=("System.Collections.IEnumerable",)
)
ENUMERATOR = clr_interface(
    "System.Collections.Generic.IEnumerator`1", parameters=("T",), interfaces=("System.IDisposable",)
)
READ_ONLY = clr_interface(
    "System.Collections.Generic.IReadOnlyCollection`1", parameters=("T",), interfaces=("IEnumerable<T>",)
)
COLLECTION = clr_interface(
    "System.Collections.Generic.ICollection`1", parameters=("T",), interfaces=("IEnumerable<T>",)
)
LIST = clr_interface("System.Collections.Generic.IList`1", parameters=("T",), interfaces=("ICollection<T>",))
READ_ONLY_LIST = clr_interface(
    "System.Collections.Generic.IReadOnlyList`1",
    parameters=("T",),
    interfaces=("IReadOnlyCollection<T>",),
    allowed="all",
)
EQUALITY_COMPARER = clr_interface("System.Collections.Generic.IEqualityComparer`1", parameters=("T",), allowed=None)
COMPARER = clr_interface("System.Collections.Generic.IComparer`1", parameters=("T",), allowed=None)
DICTIONARY = clr_interface(
    "System.Collections.Generic.IDictionary`2",
    parameters=("TKey", "TValue"),
    interfaces=("ICollection<KeyValuePair<TKey, TValue>>",),
)
READ_ONLY_DICTIONARY = clr_interface(
    "System.Collections.Generic.IReadOnlyDictionary`2",
    parameters=("TKey", "TValue"),
    interfaces=("IReadOnlyCollection<KeyValuePair<TKey, TValue>>",),
)


class KeyValuePair:
    """A KeyValuePair; key and value are unboxed."""

    __slots__ = ("key", "key_type", "value", "value_type")

    def __init__(self, key_type: ClrType, value_type: ClrType, key: object, value: object) -> None:
        self.key_type = key_type
        self.value_type = value_type
        self.key = key
        self.value = value

    def clr_type(self) -> ClrType:
        """The closed type."""
        declaration = find("System.Collections.Generic.KeyValuePair", 2)
        if declaration is None:
            raise LookupError("KeyValuePair")
        return make(declaration, (self.key_type, self.value_type))

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return `[key, value]`."""
        key = to_text(box(self.key, self.key_type), settings) or ""
        return f"[{key}, {to_text(box(self.value, self.value_type), settings) or ''}]"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyValuePair) and (other.key, other.value) == (self.key, self.value)

    def __hash__(self) -> int:
        return hash((self.key, self.value))


PAIR = clr_struct("System.Collections.Generic.KeyValuePair`2", parameters=("TKey", "TValue"), python=(KeyValuePair,))
PAIR.member("(TKey key, TValue value)", typed=True)(KeyValuePair)
PAIR.inline("TKey Key", "{0}.key")
PAIR.inline("TValue Value", "{0}.value")


def pair_default(key_type: ClrType, value_type: ClrType) -> KeyValuePair:
    """Return a pair of defaults."""
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    return KeyValuePair(key_type, value_type, default_of(key_type), default_of(value_type))


PAIR.member("static KeyValuePair<TKey, TValue> default()")(pair_default)


class Map(Protocol):
    """What stands behind the dictionary interfaces."""

    def get_item(self, key: object) -> object:
        """Return a value or throw KeyNotFoundException."""
        ...

    def find_item(self, key: object) -> tuple[bool, object]:
        """Return whether the key is there, and its value."""
        ...


# --- members of the interfaces: values of several classes stand behind them -------------------------------------------


def count(value: object) -> int:
    """Return the number of elements."""
    if isinstance(value, (list, bytes, bytearray)):
        return len(cast("list[object]", value))
    if hasattr(value, "__len__"):
        return len(cast("list[object]", value))
    return sum(1 for _ in iterate(value))


COLLECTION.member("int Count")(count)
READ_ONLY.member("int Count")(count)


@COLLECTION.member("bool IsReadOnly")
def is_read_only(items: object) -> bool:
    """Whether elements can be neither added nor removed, as with an array."""
    return isinstance(items, (Array, bytes, bytearray))


@COLLECTION.member("bool Contains(T item)")
def contains(value: object, item: object) -> bool:
    """Whether an element is there."""
    return any(each == item for each in iterate(value))


@COLLECTION.member("void Add(T item)")
def add(value: object, item: object) -> None:
    """Add an element."""
    if not hasattr(value, "clr_add"):
        raise ClrException("System.NotSupportedException", "Collection was of a fixed size.")
    value.clr_add(item)  # type: ignore[attr-defined]  # tested above


@COLLECTION.member("void Clear()")
def clear(value: object) -> None:
    """Remove all elements."""
    if not hasattr(value, "clear"):
        raise ClrException("System.NotSupportedException", "Collection is read-only.")
    value.clear()  # type: ignore[attr-defined]  # tested above


@LIST.member("T this[int index]")
@READ_ONLY_LIST.member("T this[int index]")
def item_at(value: object, index: int) -> object:
    """Return an element."""
    items = cast("list[object]", value)
    if not 0 <= index < len(items):
        out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    return items[index]


@LIST.member("set T this[int index]")
def set_item_at(value: object, index: int, item: object) -> object:
    """Set an element."""
    items = cast("list[object]", value)
    if not 0 <= index < len(items):
        out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    items[index] = item
    return item


@COLLECTION.member("bool Remove(T item)")
def remove(value: object, item: object) -> bool:
    """Remove an element, and say whether it was there."""
    from apim_ai.expression.library.collections_set import HashSet  # noqa: PLC0415 - sets load this module

    if isinstance(value, HashSet):
        return value.remove(item)
    items = _changeable(value)
    place = next((index for index, each in enumerate(items) if each == item), -1)
    if place >= 0:
        del items[place]
    return place >= 0


@COLLECTION.member("void CopyTo(T[] array, int arrayIndex)")
def copy_to(value: object, target: list[object] | None, place: int) -> None:
    """Copy the elements into an array."""
    from apim_ai.expression.library.array_type import copy_elements  # noqa: PLC0415 - arrays load this module

    items = list(iterate(value))
    if target is None:
        argument_null("dest")
    copy_elements(items, 0, target, place, len(items))


def _changeable(value: object) -> list[object]:
    if not hasattr(value, "clr_add") or not hasattr(value, "insert"):
        raise ClrException("System.NotSupportedException", "Collection was of a fixed size.")
    return cast("list[object]", value)


@LIST.member("void Insert(int index, T item)")
def insert(value: object, index: int, item: object) -> None:
    """Put an element in at a place."""
    items = _changeable(value)
    if not 0 <= index <= len(items):
        out_of_range("index", "Index must be within the bounds of the List.")
    items.insert(index, item)


@LIST.member("void RemoveAt(int index)")
def remove_at(value: object, index: int) -> None:
    """Remove the element at a place."""
    items = _changeable(value)
    if not 0 <= index < len(items):
        out_of_range("index", "Index was out of range. Must be non-negative and less than the size of the collection.")
    del items[index]


@LIST.member("int IndexOf(T item)")
def index_of(value: object, item: object) -> int:
    """Return where an element stands, or -1."""
    return next((index for index, each in enumerate(iterate(value)) if each == item), -1)


@ENUMERABLE.member("IEnumerator<T> GetEnumerator()")
def get_enumerator(value: object) -> Enumerator:
    """Begin an enumeration by hand."""
    return Enumerator(iter(iterate(value)))


class Enumerator:
    """An IEnumerator moved by hand."""

    __slots__ = ("current", "items")
    clr = "System.Collections.IEnumerator"

    def __init__(self, items: Iterator[object]) -> None:
        self.items = items
        self.current: object = None


@ENUMERATOR.member("bool MoveNext()")
def move_next(enumerator: Enumerator) -> bool:
    """Go on to the next element."""
    for item in enumerator.items:
        enumerator.current = item
        return True
    return False


ENUMERATOR.inline("T Current", "{0}.current")
ENUMERATOR.inline("void Dispose()", "None")

for _interface in (DICTIONARY, READ_ONLY_DICTIONARY):
    _interface.inline("TValue this[TKey key]", "{0}.get_item({1})")
    _interface.inline("bool ContainsKey(TKey key)", "{0}.find_item({1})[0]")
    _interface.inline("bool TryGetValue(TKey key, out TValue value)", "{0}.find_item({1})")
    _interface.inline(
        "IEnumerable<TKey> Keys" if _interface is READ_ONLY_DICTIONARY else "ICollection<TKey> Keys", "{0}.keys_view()"
    )
    _interface.inline(
        "IEnumerable<TValue> Values" if _interface is READ_ONLY_DICTIONARY else "ICollection<TValue> Values",
        "{0}.values_view()",
    )
DICTIONARY.inline("set TValue this[TKey key]", "{0}.set_item({1}, {2})")
DICTIONARY.inline("void Add(TKey key, TValue value)", "{0}.add_item({1}, {2})")
DICTIONARY.inline("bool Remove(TKey key)", "{0}.remove_item({1})")
