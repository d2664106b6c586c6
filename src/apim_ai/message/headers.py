"""Header fields: order and spelling are kept, names compare without case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Headers", "is_token"]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = str.maketrans(dict.fromkeys("\r\n\0", " "))
_MOST_SPELLINGS = 1024
_SPELLINGS: dict[bytes, tuple[str, str]] = {}
"""Names as they came from the wire: the text and its lower case. The same few dozen come again and again."""
_RAW_NAMES: dict[str, bytes] = {}
"""Names as they go to the wire."""


def is_token(text: str) -> bool:
    """Whether a text can be a method or the name of a header (RFC 9110, section 5.6.2)."""
    return _TOKEN.fullmatch(text) is not None


class Headers:
    """The header fields of one message, in order; a name may have several values."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields: dict[str, tuple[str, tuple[str, ...]]] = {}  # no lists inside: a copy is a copy of the dict
        for name, value in fields:
            self.add(name, value)

    @classmethod
    def of(cls, values: Mapping[str, str | Iterable[str]]) -> Headers:
        """Return headers from a mapping of name to one value or several."""
        headers = cls()
        for name, value in values.items():
            headers.set(name, *([value] if isinstance(value, str) else value))
        return headers

    @classmethod
    def from_wire(cls, fields: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Return headers from the byte pairs of an HTTP parser (latin-1, as RFC 9110 section 5.5 reads them)."""
        known: dict[str, tuple[str, tuple[str, ...]]] = {}
        for raw_name, raw_value in fields:
            name, key = _SPELLINGS.get(raw_name) or _spelt(raw_name)
            if key in known:
                name, values = known[key]
                known[key] = (name, (*values, raw_value.decode("latin-1")))
            else:
                known[key] = (name, (raw_value.decode("latin-1"),))
        return cls._of_fields(known)

    @classmethod
    def _of_fields(cls, fields: dict[str, tuple[str, tuple[str, ...]]]) -> Headers:
        headers = cls.__new__(cls)
        headers._fields = fields
        return headers

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the values of a field joined by commas, as `GetValueOrDefault` sees them, or the default."""
        field = self._fields.get(name.lower())
        if field is None:
            return default
        values = field[1]
        return values[0] if len(values) == 1 else ",".join(values)

    def values(self, name: str) -> tuple[str, ...]:
        """Return each value of a field, in order; empty when absent."""
        field = self._fields.get(name.lower())
        return () if field is None else field[1]

    def set(self, name: str, *values: str) -> None:
        """Replace a field by these values, keeping its place in the order; without values it is removed."""
        if values:
            self._fields[name.lower()] = (name, values)
        else:
            self._fields.pop(name.lower(), None)

    def add(self, name: str, value: str) -> None:
        """Add a value to a field."""
        key = name.lower()
        field = self._fields.get(key)
        self._fields[key] = (name, (value,)) if field is None else (field[0], (*field[1], value))

    def remove(self, name: str) -> None:
        """Remove a field if it is there."""
        self._fields.pop(name.lower(), None)

    def names(self) -> tuple[str, ...]:
        """Return the field names as they were spelt first."""
        return tuple(name for name, _ in self._fields.values())

    def lines(self, dropped: frozenset[str] = frozenset()) -> list[str]:
        """Return `name: value` for each value, without the fields in `dropped`, whose names are in lower case."""
        return [
            f"{name}: {value}" for key, (name, values) in self._fields.items() if key not in dropped for value in values
        ]

    def pairs(self, dropped: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
        """Return (name, value) for each value, without the fields in `dropped`, whose names are in lower case."""
        return [(name, value) for key, (name, values) in self._fields.items() if key not in dropped for value in values]

    def to_wire(self, dropped: frozenset[str] = frozenset()) -> list[tuple[bytes, bytes]]:
        """Return the byte pairs that a server writes, without line breaks inside.

        Args:
            dropped: names, in lower case, of fields that are left out.
        """
        return [
            (_RAW_NAMES.get(name) or _raw(name), (value if value.isprintable() else value.translate(_CONTROL)).encode())
            for key, (name, values) in self._fields.items()
            if key not in dropped
            for value in values
        ]

    def copy(self) -> Headers:
        """Return an independent copy."""
        return self._of_fields(self._fields.copy())

    def without(self, names: frozenset[str]) -> Headers:
        """Return an independent copy that lacks some fields; `names` are in lower case."""
        fields = self._fields.copy()
        for key in names.intersection(fields):
            del fields[key]
        return self._of_fields(fields)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._fields

    def __len__(self) -> int:
        return len(self._fields)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._comparable() == other._comparable()

    __hash__ = None  # type: ignore[assignment]  # headers are mutable

    def _comparable(self) -> dict[str, tuple[str, ...]]:
        return {key: values for key, (_, values) in self._fields.items()}

    def __repr__(self) -> str:
        return f"Headers({self.names()!r})"  # values may be secrets


def _spelt(raw_name: bytes) -> tuple[str, str]:
    name = raw_name.decode("latin-1")
    spelling = (name, name.lower())
    if len(_SPELLINGS) < _MOST_SPELLINGS:
        _SPELLINGS[raw_name] = spelling
    return spelling


def _raw(name: str) -> bytes:
    raw = (name if name.isprintable() else name.translate(_CONTROL)).encode("latin-1", "replace")
    if len(_RAW_NAMES) < _MOST_SPELLINGS:
        _RAW_NAMES[name] = raw
    return raw
