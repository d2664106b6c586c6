"""Numeric types: which converts to which, promotion, and the Python of their operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.library import arithmetic, decimal_casts
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from apim_ai.expression.types import ClrType

__all__ = [
    "INTEGERS",
    "NUMERIC",
    "arithmetic_template",
    "cast_template",
    "is_implicit",
    "promote",
    "promote_one",
    "widen_template",
]

NUMERIC = frozenset(
    f"System.{name}"
    for name in [
        "SByte",
        "Byte",
        "Int16",
        "UInt16",
        "Int32",
        "UInt32",
        "Int64",
        "UInt64",
        "Single",
        "Double",
        "Decimal",
        "Char",
    ]
)
INTEGERS = NUMERIC - {"System.Single", "System.Double", "System.Decimal"}
_REALS = frozenset(["System.Single", "System.Double"])
_WIDENING: dict[str, str] = {
    "SByte": "Int16 Int32 Int64 Single Double Decimal",
    "Byte": "Int16 UInt16 Int32 UInt32 Int64 UInt64 Single Double Decimal",
    "Int16": "Int32 Int64 Single Double Decimal",
    "UInt16": "Int32 UInt32 Int64 UInt64 Single Double Decimal",
    "Int32": "Int64 Single Double Decimal",
    "UInt32": "Int64 UInt64 Single Double Decimal",
    "Int64": "Single Double Decimal",
    "UInt64": "Single Double Decimal",
    "Char": "UInt16 Int32 UInt32 Int64 UInt64 Single Double Decimal",
    "Single": "Double",
}
_IMPLICIT = {
    f"System.{source}": frozenset(f"System.{target}" for target in targets.split())
    for source, targets in _WIDENING.items()
}
_SIGNED_SMALL = frozenset(["System.SByte", "System.Int16", "System.Int32", "System.Int64"])
_WIDE = {"System.Int32": 32, "System.UInt32": 32, "System.Int64": 64, "System.UInt64": 64}


def is_implicit(source: str, target: str) -> bool:
    """Whether a numeric type converts to another without a cast."""
    return target in _IMPLICIT.get(source, ())


def promote_one(name: str) -> str:
    """Return the type in which a unary operator works."""
    return "System.Int32" if name in INTEGERS and name not in _WIDE else name


def promote(left: str, right: str) -> ClrType | None:
    """Return the type in which a binary operator works, or None where C# refuses the pair."""
    if "System.Decimal" in (left, right):
        return None if left in _REALS or right in _REALS else resolve("decimal")
    if "System.Double" in (left, right):
        return resolve("double")
    if "System.Single" in (left, right):
        return resolve("float")
    if "System.UInt64" in (left, right):
        return None if left in _SIGNED_SMALL or right in _SIGNED_SMALL else resolve("ulong")
    if "System.Int64" in (left, right):
        return resolve("long")
    if "System.UInt32" in (left, right):
        return resolve("long") if left in _SIGNED_SMALL or right in _SIGNED_SMALL else resolve("uint")
    return resolve("int")


Template = tuple[str, dict[str, object]]


def widen_template(source: str, target: str) -> Template:
    """Return the Python of an implicit numeric conversion; an empty template where nothing is to do."""
    if source == "System.Char":
        inner = "ord({0})"
        outer, names = widen_template("System.UInt16", target)
        return (outer.replace("{0}", inner) if outer else inner), names
    if target == "System.Double":
        return ("", {}) if source == "System.Single" else ("float({0})", {})
    if target == "System.Single":
        return "{single}({0})", {"single": arithmetic.single}
    if target == "System.Decimal":
        from decimal import Decimal  # noqa: PLC0415 - rare

        return "{Decimal}({0})", {"Decimal": Decimal}
    return "", {}


def cast_template(source: str, target: str, *, is_checked: bool) -> Template:  # noqa: PLR0911 - one guard a case
    """Return the Python of an explicit numeric conversion."""
    if source == target:
        return "", {}
    if target == "System.Char":
        inner, names = cast_template(source, "System.UInt16", is_checked=is_checked)
        return f"chr({inner or '{0}'})", names
    if source == "System.Char":
        outer, names = cast_template("System.UInt16", target, is_checked=is_checked)
        return (outer.replace("{0}", "ord({0})") if outer else "ord({0})"), names
    if is_implicit(source, target):
        return widen_template(source, target)
    if target in _REALS or target == "System.Decimal":
        return _cast_to_real(source, target)
    low, high = arithmetic.RANGES[target]
    if source in _REALS:
        return f"{{to_integer}}({{0}}, {low}, {high}, {int(is_checked)})", {"to_integer": arithmetic.real_to_integer}
    if source == "System.Decimal":
        name = _SHORT_NAMES.get(target, "an " + target.removeprefix("System."))
        return f"{{to_integer}}({{0}}, {low}, {high}, {name!r})", {"to_integer": arithmetic.decimal_to_integer}
    if is_checked:
        return f"{{check}}({{0}}, {low}, {high})", {"check": arithmetic.check}
    return wrap_template("{0}", low, high), {}


_SHORT_NAMES = {
    "System.Byte": "an unsigned byte", "System.SByte": "a signed byte", "System.Char": "a character",
    "System.UInt16": "a UInt16", "System.UInt32": "a UInt32", "System.UInt64": "a UInt64",
}  # fmt: skip


def _cast_to_real(source: str, target: str) -> Template:
    if target == "System.Decimal":
        function = decimal_casts.decimal_of if source == "System.Double" else decimal_casts.decimal_of_single
        return "{decimal_of}({0})", {"decimal_of": function}
    if source == "System.Decimal":
        cast = decimal_casts.decimal_to_single if target == "System.Single" else decimal_casts.decimal_to_double
        return "{cast}({0})", {"cast": cast}
    if target == "System.Single":
        return "{single}(float({0}))", {"single": arithmetic.single}
    return "float({0})", {}


def wrap_template(inner: str, low: int, high: int) -> str:
    """Return the Python that wraps an integer into a range."""
    if low == 0:
        return f"({inner} & {high})"
    return f"((({inner} + {-low}) & {high - low}) - {-low})"


_DECIMALS: dict[str, object] = {
    "+": arithmetic.decimal_add, "-": arithmetic.decimal_subtract, "*": arithmetic.decimal_multiply,
    "/": arithmetic.decimal_divide, "%": arithmetic.decimal_remainder,
}  # fmt: skip


def arithmetic_template(operator: str, name: str, *, is_checked: bool) -> Template | None:
    """Return the Python of an arithmetic or bitwise operator in a promoted type, or None where it has none."""
    if name == "System.Decimal":
        function = _DECIMALS.get(operator)
        return None if function is None else ("{operation}({0}, {1})", {"operation": function})
    if name in _REALS:
        return _real_template(operator, name)
    low, high = arithmetic.RANGES[name]
    if operator in ("+", "-", "*"):
        inner = f"({{0}} {operator} {{1}})"
        if is_checked:
            return f"{{check}}({inner}, {low}, {high})", {"check": arithmetic.check}
        return wrap_template(inner, low, high), {}
    if operator == "/":
        return f"{{divide}}({{0}}, {{1}}, {low})", {"divide": arithmetic.divide}
    if operator == "%":
        return f"{{remainder}}({{0}}, {{1}}, {low})", {"remainder": arithmetic.remainder}
    if operator in ("&", "|", "^"):
        return f"({{0}} {operator} {{1}})", {}
    return _shift_template(operator, name)


def _shift_template(operator: str, name: str) -> Template:
    bits = _WIDE[name]
    low, high = arithmetic.RANGES[name]
    if operator == "<<":
        return f"{{shift}}({{0}}, {{1}}, {bits}, {low}, {high})", {"shift": arithmetic.shift_left}
    return f"{{shift}}({{0}}, {{1}}, {bits})", {"shift": arithmetic.shift_right}


def _real_template(operator: str, name: str) -> Template | None:
    names: dict[str, object] = {}
    if operator in ("+", "-", "*"):
        template = f"({{0}} {operator} {{1}})"
    elif operator in ("/", "%"):
        template = "{operation}({0}, {1})"
        names["operation"] = arithmetic.real_divide if operator == "/" else arithmetic.real_remainder
    else:
        return None
    if name == "System.Single":
        return "{single}(" + template + ")", {**names, "single": arithmetic.single}
    return template, names
