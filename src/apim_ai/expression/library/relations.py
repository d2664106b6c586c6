"""Which values are of which types: the run-time type of a value, conversions by reference, boxing and casts."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.expression.exceptions import ClrException, invalid_cast, null_reference
from apim_ai.expression.library import boxes
from apim_ai.expression.library.boxes import EnumValue
from apim_ai.expression.types import ClrType, Declaration, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "box", "boxer", "caster", "class_of", "declare_class", "full_name", "is_assignable", "tester", "type_of", "unboxer",
]  # fmt: skip


class _Typed(Protocol):
    def clr_type(self) -> ClrType: ...


_BUILTIN: dict[type, str] = {
    bool: "bool", int: "int", str: "string", float: "double", bytes: "byte[]", bytearray: "byte[]", Decimal: "decimal",
}  # fmt: skip
_CLASSES: dict[type, ClrType] = {}
_OF_ARRAYS = frozenset(
    f"System.Collections.Generic.{name}`1" for name in ("IList", "ICollection", "IReadOnlyList", "IReadOnlyCollection")
)
_COVARIANT = frozenset(
    [
        "System.Collections.Generic.IEnumerable`1",
        "System.Collections.Generic.IEnumerator`1",
        "System.Collections.Generic.IReadOnlyCollection`1",
        "System.Collections.Generic.IReadOnlyList`1",
        "System.Linq.IGrouping`2",
        "System.Linq.IOrderedEnumerable`1",
        "Newtonsoft.Json.Linq.IJEnumerable`1",
    ]
)


def declare_class(python: type, text: str) -> None:
    """Say which .NET type the values of a Python class have, for classes that cannot say it themselves."""
    _BUILTIN[python] = text


_CORE_LIBRARY = "System.Private.CoreLib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e"


def full_name(type_: ClrType) -> str:
    """Return `Type.FullName`, in which type arguments carry the name of .NET Core's library."""
    if type_.kind == "array":
        return f"{full_name(type_.element)}[]"
    if not type_.arguments:
        return type_.name
    inner = ",".join(f"[{full_name(each)}, {_CORE_LIBRARY}]" for each in type_.arguments)
    return f"{type_.declaration.shown}[{inner}]"


def type_of(value: object) -> ClrType:
    """Return the run-time type of a boxed value that is not null."""
    known = _CLASSES.get(type(value))
    if known is not None:
        return known
    if isinstance(value, ClrException):
        return _exception_type(value)
    if hasattr(value, "clr_type"):
        return cast("_Typed", value).clr_type()
    text = _BUILTIN.get(type(value)) or getattr(type(value), "clr", None)
    if text is None:
        text = next((_BUILTIN[base] for base in type(value).__mro__ if base in _BUILTIN), "object")
    known = resolve(text)
    _CLASSES[type(value)] = known
    return known


def _exception_type(value: ClrException) -> ClrType:
    try:
        return resolve(value.type_name)
    except LookupError:
        return resolve("System.Exception")


def class_of(type_: ClrType) -> type | None:
    """Return the one Python class of a value type's boxed values."""
    return _VALUE_CLASSES.get(type_.name)


_VALUE_CLASSES: dict[str, type] = {
    "System.Boolean": bool, "System.Int32": int, "System.String": str, "System.Double": float,
    "System.SByte": boxes.SByte, "System.Byte": boxes.Byte, "System.Int16": boxes.Int16, "System.UInt16": boxes.UInt16,
    "System.UInt32": boxes.UInt32, "System.Int64": boxes.Int64, "System.UInt64": boxes.UInt64,
    "System.Single": boxes.Single, "System.Char": boxes.Char, "System.Decimal": Decimal,
}  # fmt: skip
_UNBOXED: dict[str, type] = {
    "System.SByte": int, "System.Byte": int, "System.Int16": int, "System.UInt16": int, "System.UInt32": int,
    "System.Int64": int, "System.UInt64": int, "System.Single": float, "System.Char": str,
}  # fmt: skip


# --- conversions by reference ----------------------------------------------------------------------------------------

_ASSIGNABLE: dict[tuple[ClrType, ClrType], bool] = {}


def is_assignable(source: ClrType, target: ClrType) -> bool:
    """Whether a value of `source` is one of `target` without being changed (identity, reference, boxing)."""
    if source is target or target.name == "System.Object":
        return True
    key = (source, target)
    known = _ASSIGNABLE.get(key)
    if known is None:
        known = _ASSIGNABLE[key] = _is_assignable(source, target)
    return known


def _is_assignable(source: ClrType, target: ClrType) -> bool:
    if source.kind == "array" and target.kind == "array":
        return _varies(source.element, target.element)
    if source.kind == "nullable":
        return is_assignable(source.element, target) and not target.is_value
    for ancestor in source.ancestors():
        if ancestor is target:
            return True
        same = ancestor.declaration is target.declaration
        if same and _is_covariant(source, target) and _all_vary(ancestor, target):
            return True
    return _is_delegate_of(source, target)


def _is_covariant(source: ClrType, target: ClrType) -> bool:
    name = target.declaration.name
    return name in _COVARIANT or (source.kind == "array" and name in _OF_ARRAYS)


def _is_delegate_of(source: ClrType, target: ClrType) -> bool:
    """Whether one Func or Action stands for another: its parameters take more, its result is more precise."""
    if source.kind != "delegate" or source.declaration is not target.declaration or not source.arguments:
        return False
    mine, theirs = source.arguments, target.arguments
    taken = len(mine)
    if source.declaration.simple in ("Func", "Converter"):
        taken -= 1
        if not _varies(mine[-1], theirs[-1]):
            return False
    return all(_varies(theirs[index], mine[index]) for index in range(taken))


def _all_vary(source: ClrType, target: ClrType) -> bool:
    return all(_varies(mine, theirs) for mine, theirs in zip(source.arguments, target.arguments, strict=True))


def _varies(source: ClrType, target: ClrType) -> bool:
    return source is target or (not source.is_value and not target.is_value and is_assignable(source, target))


# --- boxing ----------------------------------------------------------------------------------------------------------


def _box_enum(declaration: Declaration, value: int) -> EnumValue:
    return EnumValue(declaration, value)


def _box_nullable(inner: Callable[[object], object], value: object) -> object:
    return None if value is None else inner(value)


def boxer(type_: ClrType) -> Callable[[object], object] | None:
    """Return what makes a boxed value of an unboxed one, or None where they are the same."""
    if type_.kind == "enum":
        return partial(_box_enum, type_.declaration)  # type: ignore[arg-type]  # an enum's unboxed value is an int
    if type_.kind == "nullable":
        inner = boxer(type_.element)
        return None if inner is None else partial(_box_nullable, inner)
    return _VALUE_CLASSES.get(type_.name) if type_.name in _UNBOXED else None


def box(value: object, type_: ClrType) -> object:
    """Return an unboxed value of a static type in its boxed form."""
    make_boxed = boxer(type_)
    return value if make_boxed is None else make_boxed(value)


def unboxer(type_: ClrType) -> Callable[[object], object] | None:
    """Return what takes a value of exactly this type out of its box, or None where nothing is to do."""
    if type_.kind == "enum":
        return lambda value: cast("EnumValue", value).value
    if type_.kind == "nullable":
        inner = unboxer(type_.element)
        return None if inner is None else partial(_box_nullable, inner)
    return _UNBOXED.get(type_.name)


# --- tests and casts -------------------------------------------------------------------------------------------------


def tester(type_: ClrType) -> Callable[[object], bool]:
    """Return the run-time test `is T` of boxed values."""
    if type_.kind == "nullable":
        return tester(type_.element)
    exact = _VALUE_CLASSES.get(type_.name)
    if exact is not None:
        return lambda value: type(value) is exact
    if type_.name == "System.Object":
        return lambda value: value is not None
    return lambda value: value is not None and is_assignable(type_of(value), type_)


def caster(type_: ClrType) -> Callable[[object], object]:
    """Return the explicit conversion of a boxed value to a type: it checks, and unboxes value types."""
    test = tester(type_)
    unbox = unboxer(type_)
    accepts_null = type_.accepts_null

    def convert(value: object) -> object:
        if value is None:
            if accepts_null:
                return None
            null_reference()
        if not test(value):
            shown = f"System.Nullable`1[{type_.element.name}]" if type_.kind == "nullable" else type_.name
            invalid_cast(type_of(value).name, shown)
        return value if unbox is None else unbox(value)

    exact = _VALUE_CLASSES.get(type_.name)
    if unbox is not None:
        return convert
    if exact is None:
        return lambda value: value if _CLASSES.get(type(value)) is type_ else convert(value)
    return lambda value: value if type(value) is exact else convert(value)
