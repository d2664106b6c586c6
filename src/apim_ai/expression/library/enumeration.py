"""Enumerating whatever is enumerable: each kind of value as a Python iterable of unboxed elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.expression.exceptions import argument_null, invalid_operation
from apim_ai.expression.library.utf16 import narrow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apim_ai.expression.library.json_token import JObject
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["Sequence", "boxed_items", "element_of", "iterate", "json_pairs", "pairs_of", "sequence"]


class _Enumerable(Protocol):
    def clr_items(self) -> Iterable[object]: ...


def iterate(value: object) -> Iterable[object]:
    """Return the elements of a sequence, unboxed."""
    if type(value) is str:
        return narrow(value)
    if hasattr(value, "clr_items"):
        return cast("_Enumerable", value).clr_items()
    return cast("Iterable[object]", value)


def source_of(value: object) -> Iterable[object]:
    """Return the elements of a `source` argument.

    Raises:
        ClrException: ArgumentNullException.
    """
    if value is None:
        argument_null("source")
    return iterate(value)


def json_pairs(value: object) -> Iterator[object]:
    """Yield the members of a JObject as key and value pairs, which is how `foreach` sees it."""
    from apim_ai.expression.library.collections_interfaces import KeyValuePair  # noqa: PLC0415 - rare
    from apim_ai.expression.types import resolve  # noqa: PLC0415 - when first needed

    token = cast("JObject", value)
    names = token.names()
    for name in names:
        yield KeyValuePair(resolve("string"), resolve("JToken"), name, token.get(name))
        if len(token) != len(names):
            invalid_operation("Collection was modified; enumeration operation may not execute.")


def pairs_of(value: object) -> Sequence | None:
    """Return a JObject as the sequence of pairs that it is besides one of tokens."""
    from apim_ai.expression.types import resolve  # noqa: PLC0415 - when first needed

    return None if value is None else Sequence(resolve("KeyValuePair<string, JToken>"), lambda: json_pairs(value))


class Sequence:
    """A lazy `IEnumerable<T>`: each enumeration begins anew."""

    __slots__ = ("_make", "element", "origin")

    def __init__(
        self, element: ClrType, make: Callable[[], Iterator[object]], kind: str = "", source: object = None,
        types: tuple[ClrType, ...] = (),
    ) -> None:  # fmt: skip
        self.element = element
        self._make = make
        self.origin = (kind, source, types or (element,))

    def clr_shown(self) -> str:
        """Return the name of .NET's class behind the sequence."""
        from apim_ai.expression.library.linq_names import sequence_name, text_of  # noqa: PLC0415 - rare

        name = sequence_name(self)
        return self.clr_type().name if name is None else text_of(name)

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the name of .NET's class behind the sequence."""
        return self.clr_shown()

    def clr_items(self) -> Iterator[object]:
        """Begin an enumeration."""
        return self._make()

    def clr_type(self) -> ClrType:
        """`IEnumerable<T>`, for its own class has no name that C# could say."""
        from apim_ai.expression.types import find, make  # noqa: PLC0415 - rare

        declaration = find("System.Collections.Generic.IEnumerable", 1)
        if declaration is None:
            raise LookupError("IEnumerable")
        return make(declaration, (self.element,))


def sequence(element: ClrType, make: Callable[[], Iterator[object]]) -> Sequence:
    """Return a lazy sequence."""
    return Sequence(element, make)


def element_of(value: object) -> ClrType | None:
    """Return the element type of a sequence, if it says one."""
    if value.__class__ is Sequence:
        return cast("Sequence", value).element
    from apim_ai.expression.library.relations import type_of  # noqa: PLC0415 - rare

    for ancestor in type_of(value).ancestors():
        if ancestor.declaration.name == "System.Collections.Generic.IEnumerable`1":
            return ancestor.arguments[0]
    return None


def boxed_items(value: object) -> Iterator[object]:
    """Yield the elements of a sequence of any type in their boxed form."""
    from apim_ai.expression.library.relations import boxer  # noqa: PLC0415 - rare

    element = element_of(value)
    make_boxed = None if element is None else boxer(element)
    for item in iterate(value):
        yield item if make_boxed is None else make_boxed(item)
