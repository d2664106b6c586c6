"""The order in which .NET's hash tables enumerate: that of adding, but what is added later fills the gaps of what was removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SlotOrder"]

_GAP = object()


class SlotOrder:
    """The slots of a table's keys. A table has one from its first removal on; before, its own order is the same."""

    __slots__ = ("_gaps", "_places", "_slots")

    def __init__(self, keys: Iterable[object]) -> None:
        self._slots = list(keys)
        self._places = {key: place for place, key in enumerate(self._slots)}
        self._gaps: list[int] = []

    def add(self, key: object) -> None:
        """Give a new key the slot that became free last, or a further one."""
        if self._gaps:
            place = self._gaps.pop()
            self._slots[place] = key
        else:
            place = len(self._slots)
            self._slots.append(key)
        self._places[key] = place

    def remove(self, key: object) -> None:
        """Free the slot of a key."""
        place = self._places.pop(key)
        self._slots[place] = _GAP
        self._gaps.append(place)

    def keys(self) -> Iterator[object]:
        """Yield the keys in the order of their slots."""
        return (key for key in self._slots if key is not _GAP)
