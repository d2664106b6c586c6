"""Newtonsoft.Json: JsonConvert and Formatting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument_null
from apim_ai.expression.library.declare import clr_enum, clr_static
from apim_ai.expression.library.json_convert import from_object, to_object
from apim_ai.expression.library.json_reader import parse_json
from apim_ai.expression.library.json_token import JArray, JObject, JValue, wrap
from apim_ai.expression.library.json_writer import write

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
    wanted = {"Newtonsoft.Json.Linq.JObject": "JObject", "Newtonsoft.Json.Linq.JArray": "JArray"}.get(type_.name)
    if not text.strip():
        return to_object(type_, None, settings)
    if type_.name == "System.Object":
        return deserialize_any(settings, text)
    return to_object(type_, wrap(parse_json(text, wanted)), settings)


@CONVERT.member("static object DeserializeObject(string value)", settings=True)
def deserialize_any(settings: ExpressionSettings, text: str | None) -> object:
    """Read JSON: an object or array as a token, a scalar as itself."""
    if text is None:
        argument_null("value")
    if not text.strip():
        return None
    token = wrap(parse_json(text))
    if isinstance(token, (JObject, JArray)):
        return token
    _ = settings
    from apim_ai.expression.library.json_objects import value_value  # noqa: PLC0415 - one use

    return value_value(token) if isinstance(token, JValue) else token
