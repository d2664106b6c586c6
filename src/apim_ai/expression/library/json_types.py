"""The declarations of Newtonsoft.Json.Linq's types."""

from __future__ import annotations

from apim_ai.expression.library.declare import clr_class, clr_enum, clr_interface
from apim_ai.expression.library.json_token import JArray, JObject, JProperty
from apim_ai.expression.library.json_value import JContainer, JRaw, JToken, JValue

NS = "Newtonsoft.Json.Linq"
KINDS = (
    "None", "Object", "Array", "Constructor", "Property", "Comment", "Integer", "Float", "String", "Boolean", "Null",
    "Undefined", "Date", "Raw", "Bytes", "Guid", "Uri", "TimeSpan",
)  # fmt: skip
clr_enum(f"{NS}.JTokenType", {name: number for number, name in enumerate(KINDS)})
clr_interface(f"{NS}.IJEnumerable`1", parameters=("T",), interfaces=("IEnumerable<T>",))
TOKEN = clr_class(f"{NS}.JToken", interfaces=("IJEnumerable<JToken>",), python=(JToken,))
CONTAINER = clr_class(f"{NS}.JContainer", base="JToken", interfaces=("IList<JToken>",), python=(JContainer,))
OBJECT = clr_class(
    f"{NS}.JObject", base="JContainer", interfaces=("IEnumerable<KeyValuePair<string, JToken>>",), python=(JObject,)
)
ARRAY = clr_class(f"{NS}.JArray", base="JContainer", python=(JArray,))
PROPERTY = clr_class(f"{NS}.JProperty", base="JContainer", python=(JProperty,))
VALUE = clr_class(
    f"{NS}.JValue", base="JToken", interfaces=("System.IConvertible", "System.IComparable"), python=(JValue,)
)
ENUMERABLE = clr_class(f"{NS}.JEnumerable`1", parameters=("T",), interfaces=("IJEnumerable<T>",))
RAW = clr_class(f"{NS}.JRaw", base="JValue", python=(JRaw,))
