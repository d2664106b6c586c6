"""Anonymous objects: `new { a = 1 }`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.library.relations import box

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["Anonymous"]


class Anonymous:
    """A value of an anonymous type; `values` are unboxed, in the order of the type's properties."""

    __slots__ = ("type", "values")

    def __init__(self, type_: ClrType, values: list[object]) -> None:
        self.type = type_
        self.values = values

    def clr_type(self) -> ClrType:
        """The anonymous type."""
        return self.type

    def items(self) -> list[tuple[str, object]]:
        """Return (name, boxed value) of each property."""
        return [(name, box(value, type_)) for (name, type_), value in zip(self.type.fields, self.values, strict=True)]

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return `{ name = value, … }`."""
        from apim_ai.expression.library.text import to_text  # noqa: PLC0415 - the two need each other

        if not self.type.fields:
            return "{ }"
        return "{ " + ", ".join(f"{name} = {to_text(value, settings) or ''}" for name, value in self.items()) + " }"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Anonymous) and other.type is self.type and other.values == self.values

    def __hash__(self) -> int:
        return hash(tuple(self.values))
