"""Newtonsoft.Json.Linq: casts, and the extension methods of sequences of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null
from apim_ai.expression.library.boxes import Single
from apim_ai.expression.library.declare import clr_static
from apim_ai.expression.library.enumeration import Sequence, iterate
from apim_ai.expression.library.json_convert import cast_token, value_as
from apim_ai.expression.library.json_value import JToken, JValue, text_token
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.library.json_token import JObject
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

from apim_ai.expression.library.json_types import ENUMERABLE, NS, TOKEN

# --- casts ---


def _caster(target: str, *, is_nullable: bool) -> Callable[[JToken | None], object]:
    from apim_ai.expression.settings import DEFAULT  # noqa: PLC0415 - rare

    plain = {"String": str, "Boolean": bool, "Double": float}.get(target)

    def apply(token: JToken | None) -> object:
        if type(token) is JValue and type(token.value) is plain:
            return token.value
        return cast_token(token, target, DEFAULT, is_nullable=is_nullable)

    return apply


_CASTS = {
    "bool": "Boolean", "int": "Int32", "long": "Int64", "short": "Int16", "ushort": "UInt16", "byte": "Byte",
    "sbyte": "SByte", "uint": "UInt32", "ulong": "UInt64", "double": "Double", "float": "Single", "decimal": "Decimal",
    "char": "Char", "System.DateTime": "DateTime", "System.DateTimeOffset": "DateTimeOffset", "System.Guid": "Guid",
    "System.TimeSpan": "TimeSpan",
}  # fmt: skip
CAST_TARGETS: dict[Callable[..., object], str] = {}
"""What carries out a cast, to the .NET name of the type under it."""


def _declare(text: str, target: str, *, is_nullable: bool) -> None:
    function = _caster(target, is_nullable=is_nullable)
    TOKEN.member(text)(function)
    CAST_TARGETS[function] = "System." + target


for _alias, _target in _CASTS.items():
    _declare(f"explicit operator {_alias}(JToken value)", _target, is_nullable=False)
    _declare(f"explicit operator {_alias}?(JToken value)", _target, is_nullable=True)
for _alias, _target in (("string", "String"), ("System.Uri", "Uri"), ("byte[]", "Byte[]")):
    _declare(f"explicit operator {_alias}(JToken value)", _target, is_nullable=True)


def _of_single(value: float | None) -> JValue:
    return JValue(None if value is None else Single(value))


_MAKERS: dict[str, Callable[..., JValue]] = {"string": text_token, "float": _of_single}

for _alias in (*_CASTS, "string", "System.Uri", "byte[]"):
    if _alias == "char":
        continue  # it converts to a number first
    TOKEN.member(f"implicit operator JToken({_alias} value)")(_MAKERS.get(_alias, JValue))
    if _alias not in ("string", "System.Uri", "byte[]"):
        TOKEN.member(f"implicit operator JToken({_alias}? value)")(_of_single if _alias == "float" else JValue)

# --- Extensions ---

EXTENSIONS = clr_static(f"{NS}.Extensions")


@EXTENSIONS.member("static U Value<U>(this IEnumerable<JToken> value)", settings=True, typed=True)
def extension_value(settings: ExpressionSettings, type_: ClrType, token: object) -> object:
    """Return a token as a value of a type."""
    if token is None:
        argument_null("value")
    if not isinstance(token, JToken):
        argument("Source value must be a JToken.")
    return value_as(type_, token, settings)


@EXTENSIONS.member("static IEnumerable<U> Values<U>(this IEnumerable<JToken> source)", settings=True, typed=True)
def extension_values(settings: ExpressionSettings, type_: ClrType, source: object) -> Sequence:
    """Return tokens as values of a type."""
    return Sequence(type_, lambda: (value_as(type_, cast("JToken", token), settings) for token in iterate(source)))


@EXTENSIONS.member("static IEnumerable<JToken> Children(this IEnumerable<JToken> source)")
def extension_children(source: object) -> Sequence:
    """Return the children of all tokens."""
    return Sequence(
        resolve("JToken"), lambda: (child for token in iterate(source) for child in cast("JToken", token).children())
    )


@EXTENSIONS.member("static IEnumerable<JToken> Values(this IEnumerable<JToken> source, object key)")
def extension_values_key(source: object, key: object) -> Sequence:
    """Return the children of a key."""
    return Sequence(
        resolve("JToken"),
        lambda: (child for token in iterate(source) if (child := cast("JToken", token).child(key)) is not None),
    )


@EXTENSIONS.member("static IEnumerable<JProperty> Properties(this IEnumerable<JObject> source)")
def extension_properties(source: object) -> Sequence:
    """Return the properties of all objects."""
    return Sequence(
        resolve("JProperty"),
        lambda: (each for token in iterate(source) for each in cast("JObject", token).properties()),
    )


@ENUMERABLE.member("IEnumerable<JToken> this[object key]")
def enumerable_get(source: object, key: object) -> Sequence:
    """Return the children of a key."""
    return extension_values_key(source, key)
