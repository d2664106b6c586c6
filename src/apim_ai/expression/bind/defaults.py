"""The default value of each type, in its unboxed form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.bind.numeric import INTEGERS

if TYPE_CHECKING:
    from apim_ai.expression.types import ClrType

__all__ = ["default_of"]


def default_of(type_: ClrType) -> object:
    """Return `default(T)`."""
    if not type_.is_value or type_.kind == "nullable":
        return None
    if type_.kind == "enum":
        return 0
    name = type_.name
    if name == "System.Boolean":
        return False
    if name == "System.Char":
        return "\0"
    if name in INTEGERS:
        return 0
    if name in ("System.Double", "System.Single"):
        return 0.0
    makers = type_.declaration.members().get("default", [])
    function = makers[0].function if makers else None
    return None if function is None else function(*type_.arguments)
