"""The roots of the type system: Object, ValueType, Enum, Nullable, the delegates and the small interfaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, invalid_operation
from apim_ai.expression.library.boxes import EnumValue  # noqa: TC001 - needed at run time
from apim_ai.expression.library.declare import clr_class, clr_interface
from apim_ai.expression.library.equality import equals, hash_code
from apim_ai.expression.library.formatting import format_value
from apim_ai.expression.library.relations import box, declare_class, full_name, type_of
from apim_ai.expression.library.text import enum_text, to_text
from apim_ai.expression.types import ClrType, Declaration, RawMember, register

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

OBJECT = clr_class("System.Object", base=None)
VALUE_TYPE = clr_class("System.ValueType", allowed=None)
ENUM = clr_class("System.Enum", base="System.ValueType", allowed=frozenset(["Parse", "TryParse", "ToString"]))
TYPE = clr_class("System.Type", python=(ClrType,), allowed=None, shown="System.RuntimeType")
MEMBER_INFO = clr_class("System.Reflection.MemberInfo", allowed=None)
NULLABLE = Declaration("System.Nullable`1", "nullable", parameters=("T",), base="System.ValueType")
register(NULLABLE)
NULLABLES = clr_class("System.Nullable")


@NULLABLES.member("static int Compare<T>(T? n1, T? n2)", typed=True)
def nullable_compare(_type: ClrType, left: object, right: object) -> int:
    """Order two nullables; null comes first."""
    from apim_ai.expression.library.ordering import compare  # noqa: PLC0415 - rare

    return compare(left, right)


@NULLABLES.member("static bool Equals<T>(T? n1, T? n2)", typed=True)
def nullables_equal(_type: ClrType, left: object, right: object) -> bool:
    """Whether two nullables are the same value, or both null."""
    return equals(left, right)


for _name in ("IDisposable", "IFormatProvider", "IFormattable", "IComparable", "IConvertible", "ICloneable"):
    clr_interface(f"System.{_name}", allowed=None)
clr_interface("System.IComparable`1", parameters=("T",), allowed=None)
clr_interface("System.IEquatable`1", parameters=("T",), allowed=None)


def _delegate(name: str, parameters: tuple[str, ...]) -> None:
    register(Declaration(name, "delegate", parameters=parameters, base="object"))


for _count in range(1, 9):
    _names = tuple(f"T{index}" for index in range(1, _count))
    _delegate(f"System.Func`{_count}", (*_names, "TResult"))
    _delegate(f"System.Action`{_count}", tuple(f"T{index}" for index in range(1, _count + 1)))
_delegate("System.Action", ())
_delegate("System.Predicate`1", ("T",))
_delegate("System.Comparison`1", ("T",))
_delegate("System.Converter`2", ("TInput", "TOutput"))


@OBJECT.member("string ToString()", settings=True)
def object_to_string(settings: ExpressionSettings, value: object) -> str | None:
    """Return the value's text."""
    return to_text(value, settings)


OBJECT.member("bool Equals(object obj)")(equals)
OBJECT.member("int GetHashCode()")(hash_code)
OBJECT.member("()")(object)


@OBJECT.member("static bool Equals(object objA, object objB)")
def object_equals(left: object, right: object) -> bool:
    """Compare two values that may be null."""
    return right is None if left is None else equals(left, right)


@OBJECT.member("static bool ReferenceEquals(object objA, object objB)")
def reference_equals(left: object, right: object) -> bool:
    """Compare references."""
    return left is right and not isinstance(left, (bool, int, float))


@OBJECT.member("System.Type GetType()")
def get_type(value: object) -> ClrType:
    """Return the run-time type."""
    return type_of(value)


# --- Type: not on the allow-list, but samples ask for its name --------------------------------------------------------

declare_class(ClrType, "System.Type")
TYPE.member("string FullName")(full_name)
TYPE.inline("string ToString()", "{0}.name")
TYPE.inline("bool IsValueType", "{0}.is_value")
TYPE.inline("bool IsArray", "({0}.kind == 'array')")
TYPE.inline("bool IsEnum", "({0}.kind == 'enum')")


@TYPE.member("string Namespace")
def type_namespace(type_: ClrType) -> str:
    """Return the namespace."""
    return type_.name.split("[", 1)[0].rpartition(".")[0]


@TYPE.member("string Name")
def type_name(type_: ClrType) -> str:
    """Return the name without its namespace."""
    plain = type_.name.split("[", 1)[0] if type_.kind != "array" else type_.name
    return plain.rsplit(".", 1)[-1]


# --- Enum ------------------------------------------------------------------------------------------------------------


def _enum_parse(type_: ClrType, text: str | None, *, ignore_case: bool) -> int | None:
    """Return the number of an enum's constant by name or number."""
    if text is None:
        argument_null("value")
    constants = type_.declaration.constants
    if ignore_case:
        constants = {name.lower(): number for name, number in constants.items()}
        text = text.lower()
    if not text.strip():
        argument("Must specify valid information for parsing in the string.", "value")
    total = 0
    for piece in text.split(","):
        name = piece.strip()
        if name in constants:
            total |= constants[name]
        elif name.lstrip("+-").isdigit():
            total |= int(name)
        else:
            return None
    return total


@ENUM.member("static TEnum Parse<TEnum>(string value)", typed=True)
def enum_parse(type_: ClrType, text: str | None) -> int:
    """Parse a constant's name."""
    return enum_parse_case(type_, text, ignore_case=False)


@ENUM.member("static TEnum Parse<TEnum>(string value, bool ignoreCase)", typed=True)
def enum_parse_case(type_: ClrType, text: str | None, ignore_case: bool) -> int:  # noqa: FBT001 - C#'s signature
    """Parse a constant's name, perhaps without case."""
    value = _enum_parse(type_, text, ignore_case=ignore_case)
    if value is None:
        argument(f"Requested value '{text}' was not found.")
    return value


@ENUM.member(
    "static object Parse(System.Type enumType, string value)",
    "static object Parse(System.Type enumType, string value, bool ignoreCase)",
)
def enum_parse_boxed(type_: ClrType, text: str | None, ignore_case: bool = False) -> object:  # noqa: FBT001, FBT002 - C#'s signature
    """Parse a constant's name into a boxed value."""
    if type_.kind != "enum":
        argument("Type provided must be an Enum.", "enumType")
    return box(enum_parse_case(type_, text, ignore_case), type_)


@ENUM.member("static bool TryParse<TEnum>(string value, out TEnum result)", typed=True)
def enum_try_parse(type_: ClrType, text: str | None) -> tuple[bool, int]:
    """Parse a constant's name without throwing."""
    return enum_try_parse_case(type_, text, ignore_case=False)


@ENUM.member("static bool TryParse<TEnum>(string value, bool ignoreCase, out TEnum result)", typed=True)
def enum_try_parse_case(type_: ClrType, text: str | None, ignore_case: bool) -> tuple[bool, int]:  # noqa: FBT001 - C#'s signature
    """Parse a constant's name without throwing, perhaps without case."""
    value = None if text is None or not text.strip() else _enum_parse(type_, text, ignore_case=ignore_case)
    return value is not None, value or 0


@ENUM.member("string ToString()")
def enum_to_string(value: object) -> str:
    """Return the constant's name."""
    return enum_text(cast("EnumValue", value))


@ENUM.member("string ToString(string format)", settings=True)
def enum_to_string_format(settings: ExpressionSettings, value: object, shape: str | None) -> str:
    """Return the constant in a format."""
    return format_value(value, shape or "G", settings)


# --- Nullable --------------------------------------------------------------------------------------------------------


def _nullable(text: str, function: object, *, typed: bool = False) -> None:
    flags = frozenset(["on_null", "typed"] if typed else ["on_null"])
    NULLABLE.add(RawMember(text, function, None, flags, None))  # type: ignore[arg-type]  # the functions below


def nullable_value(value: object) -> object:
    """Return the value under a nullable."""
    if value is None:
        invalid_operation("Nullable object must have a value.")
    return value


def nullable_or(value: object, other: object) -> object:
    """Return the value under a nullable, or another."""
    return other if value is None else value


def nullable_or_default(type_: ClrType, value: object) -> object:
    """Return the value under a nullable, or the type's default."""
    if value is not None:
        return value
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    return default_of(type_)


def nullable_text(value: object) -> object:
    """Stand for `ToString()` of a nullable, which is empty for null."""
    return "" if value is None else value


NULLABLE.add(RawMember("bool HasValue", None, "({0} is not None)", frozenset(["on_null"]), None))
_nullable("T Value", nullable_value)
_nullable("T GetValueOrDefault()", nullable_or_default, typed=True)
_nullable("T GetValueOrDefault(T defaultValue)", nullable_or)


def nullable_to_string(settings: ExpressionSettings, type_: ClrType, value: object) -> str:
    """Return the value's text, or the empty text."""
    return "" if value is None else to_text(box(value, type_), settings) or ""


NULLABLE.add(
    RawMember("string ToString()", nullable_to_string, None, frozenset(["on_null", "typed", "settings"]), None)
)


def nullable_hash(type_: ClrType, value: object) -> int:
    """Return the hash code of a nullable; 0 for null."""
    return 0 if value is None else hash_code(box(value, type_))


NULLABLE.add(RawMember("int GetHashCode()", nullable_hash, None, frozenset(["on_null", "typed"]), None))


def nullable_equals(type_: ClrType, value: object, other: object) -> bool:
    """Compare a nullable with a boxed value."""
    return other is None if value is None else equals(box(value, type_), other)


NULLABLE.add(RawMember("bool Equals(object other)", nullable_equals, None, frozenset(["on_null", "typed"]), None))
