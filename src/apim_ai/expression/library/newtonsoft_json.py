"""Newtonsoft.Json: JsonConvert and Formatting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument_null, invalid_cast
from apim_ai.expression.library.declare import clr_enum, clr_static
from apim_ai.expression.library.json_convert import boxed_scalar, from_object
from apim_ai.expression.library.json_reader import deserialize_json
from apim_ai.expression.library.json_token import wrap
from apim_ai.expression.library.json_typed import deserialize_text
from apim_ai.expression.library.json_value import JValue
from apim_ai.expression.library.json_writer import write
from apim_ai.expression.library.relations import is_assignable, type_of

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

CONVERT = clr_static("Newtonsoft.Json.JsonConvert", allowed=frozenset(["SerializeObject", "DeserializeObject"]))
clr_enum("Newtonsoft.Json.Formatting", {"None": 0, "Indented": 1})


@CONVERT.member(
    "static string SerializeObject(object value)",
    "static string SerializeObject(object value, Newtonsoft.Json.Formatting formatting)",
    settings=True,
)
def serialize(settings: ExpressionSettings, value: object, formatting: int = 0) -> str:
    """Write a value as JSON."""
    return write(from_object(value), settings, indented=formatting == 1)


@CONVERT.member("static T DeserializeObject<T>(string value)", settings=True, typed=True)
def deserialize(settings: ExpressionSettings, type_: ClrType, text: str | None) -> object:
    """Read a value of a type from JSON."""
    if text is None:
        argument_null("value")
    if type_.name == "System.Object":
        return deserialize_any(text)
    if not type_.name.startswith("Newtonsoft.Json.Linq."):
        return deserialize_text(type_, text, settings)
    found = deserialize_json(text, is_token=True)
    if found is None:
        is_null = bool(text.strip()) and type_.declaration.simple in ("JToken", "JValue")
        return JValue(None) if is_null else None
    token = wrap(found)
    if not is_assignable(type_of(token), type_):
        invalid_cast(token.clr_name, type_.name)
    return token


@CONVERT.member("static object DeserializeObject(string value)")
def deserialize_any(text: str | None) -> object:
    """Read JSON: an object or array as a token, a scalar as itself."""
    if text is None:
        argument_null("value")
    token = wrap(deserialize_json(text, is_token=False))
    return boxed_scalar(token.value) if isinstance(token, JValue) else token
