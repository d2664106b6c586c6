"""Dictionary<TKey, TValue>."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, invalid_operation, key_not_found, out_of_range
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.collections_interfaces import KeyValuePair
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.library.relations import box
from apim_ai.expression.library.slot_order import SlotOrder
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import find, make

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from apim_ai.expression.library.system_string import StringComparer
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["Dictionary"]


class Dictionary:
    """A dictionary that enumerates in .NET's order; keys and values are unboxed."""

    __slots__ = ("comparer", "key_type", "keys", "order", "value_type", "values", "version")

    def __init__(
        self,
        key_type: ClrType,
        value_type: ClrType,
        items: Mapping[str, object] | None = None,
        comparer: StringComparer | None = None,
    ) -> None:
        self.key_type = key_type
        self.value_type = value_type
        self.comparer = comparer
        self.keys: dict[object, object] = {}  # what equal keys share, to the key as given
        self.values: dict[object, object] = {}
        self.order: SlotOrder | None = None
        self.version = 0  # how often something was added or set
        for key, value in (items or {}).items():
            self.set_item(key, value)

    def _plain(self, key: object) -> object:
        if key is None:
            argument_null("key")
        if self.comparer is not None:
            return self.comparer.key(key)
        return key

    def get_item(self, key: object) -> object:
        """Return a value.

        Raises:
            ClrException: KeyNotFoundException.
        """
        plain = self._plain(key)
        if plain not in self.values:
            key_not_found(to_text(box(key, self.key_type)))
        return self.values[plain]

    def find_item(self, key: object) -> tuple[bool, object]:
        """Return whether a key is there, and its value or the type's default."""
        plain = self._plain(key)
        if plain in self.values:
            return True, self.values[plain]
        from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

        return False, default_of(self.value_type)

    def set_item(self, key: object, value: object) -> object:
        """Set a value and return it."""
        plain = self._plain(key)
        if self.order is not None and plain not in self.values:
            self.order.add(plain)
        self.keys.setdefault(plain, key)
        self.values[plain] = value
        self.version += 1
        return value

    def add_item(self, key: object, value: object) -> None:
        """Add a new key.

        Raises:
            ClrException: ArgumentException where the key is there.
        """
        if self._plain(key) in self.values:
            argument(f"An item with the same key has already been added. Key: {to_text(box(key, self.key_type))}")
        self.set_item(key, value)

    def remove_item(self, key: object) -> bool:
        """Remove a key, and say whether it was there."""
        plain = self._plain(key)
        if plain not in self.values:
            return False
        if self.order is None:
            self.order = SlotOrder(self.values)
        self.order.remove(plain)
        del self.keys[plain], self.values[plain]
        return True

    def clear(self) -> None:
        """Remove everything."""
        self.version += bool(self.values)
        self.order = None
        self.keys.clear()
        self.values.clear()

    def in_order(self) -> Iterable[object]:
        """Return what the keys share with their equals, in .NET's order."""
        return self.values if self.order is None else self.order.keys()

    def keys_view(self) -> Array:
        """Return the keys."""
        return View(self.key_type, self, self.keys)

    def values_view(self) -> Array:
        """Return the values."""
        return View(self.value_type, self, self.values)

    def walk(self) -> Iterator[object]:
        """Yield what the keys share with their equals; a change other than a removal throws."""
        before = self.version
        for plain in list(self.in_order()):
            if self.version != before:
                invalid_operation("Collection was modified; enumeration operation may not execute.")
            if plain in self.values:
                yield plain
        if self.version != before:
            invalid_operation("Collection was modified; enumeration operation may not execute.")

    def clr_items(self) -> Iterator[KeyValuePair]:
        """Yield the pairs."""
        for plain in self.walk():
            yield KeyValuePair(self.key_type, self.value_type, self.keys[plain], self.values[plain])

    def clr_type(self) -> ClrType:
        """The closed type."""
        declaration = find("System.Collections.Generic.Dictionary", 2)
        if declaration is None:
            raise LookupError("Dictionary")
        return make(declaration, (self.key_type, self.value_type))

    def __len__(self) -> int:
        return len(self.values)


class View(Array):
    """The keys or the values of a dictionary, which follow its changes."""

    __slots__ = ("owner", "shown")

    def __init__(self, element: ClrType, owner: Dictionary, shown: dict[object, object]) -> None:
        super().__init__(element, [shown[plain] for plain in owner.in_order()])
        self.owner = owner
        self.shown = shown

    def clr_items(self) -> Iterator[object]:
        """Yield what there is now."""
        for plain in self.owner.walk():
            yield self.shown[plain]

    def clr_shown(self) -> str:
        """Return the name of .NET's class."""
        owner = self.owner
        kind = "Key" if self.shown is owner.keys else "Value"
        types = f"{owner.key_type.name},{owner.value_type.name}"
        return f"System.Collections.Generic.Dictionary`2+{kind}Collection[{types}]"

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the name of .NET's class."""
        return self.clr_shown()

    def __len__(self) -> int:
        return len(self.shown)


DICTIONARY = clr_class(
    "System.Collections.Generic.Dictionary`2",
    parameters=("TKey", "TValue"),
    interfaces=("IDictionary<TKey, TValue>", "IReadOnlyDictionary<TKey, TValue>", "System.Collections.IDictionary"),
    python=(Dictionary,),
)
DICTIONARY.member("()", typed=True)(Dictionary)


@DICTIONARY.member("(int capacity)", typed=True)
def with_capacity(key_type: ClrType, value_type: ClrType, capacity: int) -> Dictionary:
    """Return an empty dictionary."""
    if capacity < 0:
        out_of_range("capacity")
    return Dictionary(key_type, value_type)


@DICTIONARY.member("(IEqualityComparer<TKey> comparer)", typed=True)
def with_comparer(key_type: ClrType, value_type: ClrType, comparer: object) -> Dictionary:
    """Return an empty dictionary with a comparer."""
    return Dictionary(key_type, value_type, comparer=cast("StringComparer | None", comparer))


@DICTIONARY.member(
    "(IDictionary<TKey, TValue> dictionary)",
    "(IDictionary<TKey, TValue> dictionary, IEqualityComparer<TKey> comparer)",
    typed=True,
)
def copy_of(key_type: ClrType, value_type: ClrType, source: object, comparer: object = None) -> Dictionary:
    """Return a copy."""
    if source is None:
        argument_null("dictionary")
    result = Dictionary(key_type, value_type, comparer=cast("StringComparer | None", comparer))
    for pair in cast("list[KeyValuePair]", iterate(source)):
        result.add_item(pair.key, pair.value)
    return result


DICTIONARY.member("TValue this[TKey key]")(Dictionary.get_item)
DICTIONARY.member("set TValue this[TKey key]")(Dictionary.set_item)
DICTIONARY.member("void Add(TKey key, TValue value)")(Dictionary.add_item)
DICTIONARY.member("bool Remove(TKey key)")(Dictionary.remove_item)
DICTIONARY.member("bool TryGetValue(TKey key, out TValue value)")(Dictionary.find_item)
DICTIONARY.member("IReadOnlyCollection<TKey> Keys")(Dictionary.keys_view)
DICTIONARY.member("IReadOnlyCollection<TValue> Values")(Dictionary.values_view)
DICTIONARY.member("void Clear()")(Dictionary.clear)
DICTIONARY.member("int Count")(len)


@DICTIONARY.member("bool ContainsKey(TKey key)")
def contains_key(dictionary: Dictionary, key: object) -> bool:
    """Whether a key is there."""
    return dictionary.find_item(key)[0]


@DICTIONARY.member("bool ContainsValue(TValue value)")
def contains_value(dictionary: Dictionary, value: object) -> bool:
    """Whether a value is there."""
    return value in dictionary.values.values()


@DICTIONARY.member("bool TryAdd(TKey key, TValue value)")
def try_add(dictionary: Dictionary, key: object, value: object) -> bool:
    """Add a key unless it is there."""
    if dictionary.find_item(key)[0]:
        return False
    dictionary.set_item(key, value)
    return True


@DICTIONARY.member("bool Remove(TKey key, out TValue value)")
def remove_with(dictionary: Dictionary, key: object) -> tuple[bool, object]:
    """Remove a key and return its value, if it was there."""
    found = dictionary.find_item(key)
    dictionary.remove_item(key)
    return found


@DICTIONARY.member("(int capacity, IEqualityComparer<TKey> comparer)", typed=True)
def with_capacity_and_comparer(key_type: ClrType, value_type: ClrType, capacity: int, comparer: object) -> Dictionary:
    """Return an empty dictionary with a comparer."""
    if capacity < 0:
        out_of_range("capacity")
    return Dictionary(key_type, value_type, comparer=cast("StringComparer | None", comparer))


@DICTIONARY.member(
    "(IEnumerable<KeyValuePair<TKey, TValue>> collection)",
    "(IEnumerable<KeyValuePair<TKey, TValue>> collection, IEqualityComparer<TKey> comparer)",
    typed=True,
)
def of_pairs(key_type: ClrType, value_type: ClrType, source: object, comparer: object = None) -> Dictionary:
    """Return a dictionary of pairs."""
    if source is None:
        argument_null("collection")
    return copy_of(key_type, value_type, source, comparer)


_PRIMES = (
    3, 7, 11, 17, 23, 29, 37, 47, 59, 71, 89, 107, 131, 163, 197, 239, 293, 353, 431, 521, 631, 761, 919, 1103, 1327,
    1597, 1931, 2333, 2801, 3371, 4049, 4861, 5839, 7013, 8419, 10103, 12143, 14591, 17519, 21023, 25229, 30293, 36353,
)  # fmt: skip


def prime_room(capacity: int) -> int:
    """Return the number of places that .NET makes for so many elements."""
    return next((prime for prime in _PRIMES if prime >= capacity), capacity)


@DICTIONARY.member("int EnsureCapacity(int capacity)")
def ensure_capacity(dictionary: Dictionary, capacity: int) -> int:
    """Return the room there is at least."""
    if capacity < 0:
        out_of_range("capacity")
    return prime_room(max(capacity, len(dictionary))) if capacity or len(dictionary) else 0


DICTIONARY.inline("void TrimExcess()", "None")
DICTIONARY.inline("IEqualityComparer<TKey> Comparer", "{0}.comparer")
