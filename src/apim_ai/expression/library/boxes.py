"""Boxed .NET values that Python has no type for, and the containers every module needs.

Inside statically typed code an Int64 is a plain `int`, a Char a `str` of one character; these classes say what a value
is where its static type is `object`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.types import array_of, make, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.expression.types import ClrType, Declaration

__all__ = [
    "Array",
    "Byte",
    "Char",
    "EnumValue",
    "Int16",
    "Int64",
    "SByte",
    "Single",
    "UInt16",
    "UInt32",
    "UInt64",
    "string_array",
]


class SByte(int):
    """A System.SByte."""

    __slots__ = ()
    clr: ClassVar = "sbyte"


class Byte(int):
    """A System.Byte."""

    __slots__ = ()
    clr: ClassVar = "byte"


class Int16(int):
    """A System.Int16."""

    __slots__ = ()
    clr: ClassVar = "short"


class UInt16(int):
    """A System.UInt16."""

    __slots__ = ()
    clr: ClassVar = "ushort"


class UInt32(int):
    """A System.UInt32."""

    __slots__ = ()
    clr: ClassVar = "uint"


class Int64(int):
    """A System.Int64."""

    __slots__ = ()
    clr: ClassVar = "long"


class UInt64(int):
    """A System.UInt64."""

    __slots__ = ()
    clr: ClassVar = "ulong"


class Single(float):
    """A System.Single."""

    __slots__ = ()
    clr: ClassVar = "float"


class Char(str):
    """A System.Char."""

    __slots__ = ()
    clr: ClassVar = "char"


class EnumValue:
    """A value of an enum."""

    __slots__ = ("declaration", "value")

    def __init__(self, declaration: Declaration, value: int) -> None:
        self.declaration = declaration
        self.value = value

    def clr_type(self) -> ClrType:
        """The enum."""
        return make(self.declaration)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EnumValue) and other.declaration is self.declaration and other.value == self.value

    def __hash__(self) -> int:
        return hash((self.declaration.name, self.value))

    def __repr__(self) -> str:
        return f"EnumValue({self.declaration.simple}, {self.value})"


class Array(list[object]):
    """A .NET array of anything but bytes; its elements are unboxed."""

    __slots__ = ("element",)

    def __init__(self, element: ClrType, items: Iterable[object] = ()) -> None:
        super().__init__(items)
        self.element = element

    def clr_type(self) -> ClrType:
        """The array's type."""
        return array_of(self.element)

    __hash__ = object.__hash__  # type: ignore[assignment]  # arrays are compared by identity, unlike lists

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


def string_array(items: Iterable[str | None]) -> Array:
    """Return a `string[]`."""
    return Array(resolve("string"), items)
