"""Newtonsoft.Json.Linq: what objects, properties and scalars have beyond other tokens."""

from __future__ import annotations

from apim_ai.expression.exceptions import argument_null
from apim_ai.expression.library.comparison import casing
from apim_ai.expression.library.enumeration import Sequence
from apim_ai.expression.library.json_compare import compare_values, equal_values
from apim_ai.expression.library.json_convert import boxed_scalar
from apim_ai.expression.library.json_token import JObject, JProperty
from apim_ai.expression.library.json_types import OBJECT, PROPERTY, TOKEN, VALUE
from apim_ai.expression.library.json_value import JToken, JValue
from apim_ai.expression.types import resolve


@TOKEN.member("static bool DeepEquals(JToken t1, JToken t2)")
def deep_equals(left: JToken | None, right: JToken | None) -> bool:
    """Compare by content."""
    if left is None or right is None:
        return left is right
    if isinstance(left, JValue) and isinstance(right, JValue):
        return equal_values(left, right)
    if type(left) is not type(right):
        return False
    if isinstance(left, JObject) and isinstance(right, JObject):
        names = left.names()
        return set(names) == set(right.names()) and all(deep_equals(left.get(name), right.get(name)) for name in names)
    if isinstance(left, JProperty) and isinstance(right, JProperty):
        return left.property_name == right.property_name and deep_equals(left.value, right.value)
    mine, theirs = left.children(), right.children()
    return len(mine) == len(theirs) and all(deep_equals(a, b) for a, b in zip(mine, theirs, strict=True))


@TOKEN.member("IEnumerable<JToken> Values()")
def values(token: JToken) -> Sequence:
    """Return the values of the children."""
    return Sequence(
        resolve("JToken"), lambda: (each.value if isinstance(each, JProperty) else each for each in token.children())
    )


# --- JObject ---


@OBJECT.member("bool ContainsKey(string propertyName)")
def contains_key(token: JObject, name: str | None) -> bool:
    """Whether a name is there."""
    if name is None:
        argument_null("propertyName")
    return token.get(name) is not None


@OBJECT.member("bool TryGetValue(string propertyName, out JToken value)")
def try_get_value(token: JObject, name: str | None) -> tuple[bool, JToken | None]:
    """Return whether a name is there, and its value."""
    found = token.get(name)
    return found is not None, found


def _named(token: JObject, name: str | None, comparison: int) -> str | None:
    if name is None:
        return None
    if token.get(name) is not None:
        return name
    wanted = casing(name, comparison)
    return next((each for each in token.names() if casing(each, comparison) == wanted), None)


@OBJECT.member("bool TryGetValue(string propertyName, System.StringComparison comparison, out JToken value)")
def try_get_value_comparison(token: JObject, name: str | None, comparison: int) -> tuple[bool, JToken | None]:
    """Return whether a name is there in a comparison, and its value."""
    found = token.get(_named(token, name, comparison))
    return found is not None, found


@OBJECT.member("JToken GetValue(string propertyName)")
def get_value(token: JObject, name: str | None) -> JToken | None:
    """Return the value of a name, or null."""
    return token.get(name)


@OBJECT.member("JToken GetValue(string propertyName, System.StringComparison comparison)")
def get_value_comparison(token: JObject, name: str | None, comparison: int) -> JToken | None:
    """Return the value of a name in a comparison, or null."""
    return token.get(_named(token, name, comparison))


@OBJECT.member("JProperty Property(string name)")
def property_(token: JObject, name: str | None) -> JProperty | None:
    """Return a property, or null."""
    return None if name is None or token.get(name) is None else JProperty(name, None, token)


@OBJECT.member("JProperty Property(string name, System.StringComparison comparison)")
def property_comparison(token: JObject, name: str | None, comparison: int) -> JProperty | None:
    """Return a property in a comparison, or null."""
    return property_(token, _named(token, name, comparison))


@OBJECT.member("IEnumerable<JProperty> Properties()")
def properties(token: JObject) -> Sequence:
    """Return the properties."""
    return Sequence(resolve("JProperty"), lambda: iter(token.properties()))


@OBJECT.member("JEnumerable<JToken> PropertyValues()")
def property_values(token: JObject) -> Sequence:
    """Return the values of the properties."""
    return values(token)


PROPERTY.inline("string Name", "{0}.property_name")
PROPERTY.inline("JToken Value", "{0}.value")


@PROPERTY.member("set JToken Value")
def property_set_value(token: JProperty, value: JToken | None) -> JToken | None:
    """Set the value."""
    token.set_value(value)
    return value


@VALUE.member("object Value")
def value_value(token: JValue) -> object:
    """Return the scalar; an integer is an Int64."""
    return boxed_scalar(token.value)


@VALUE.member("set object Value")
def value_set_value(token: JValue, value: object) -> object:
    """Set the scalar."""
    token.set(value)
    return value


@TOKEN.member("bool Equals(object obj)")
def token_equals(token: JToken, other: object) -> bool:
    """Compare by value where it is a scalar, else by reference."""
    return value_equals(token, other) if isinstance(token, JValue) else token is other


@VALUE.member("bool Equals(JValue other)", "bool Equals(object obj)")
def value_equals(token: JValue, other: object) -> bool:
    """Compare by value."""
    return isinstance(other, JValue) and deep_equals(token, other)


@VALUE.member("int CompareTo(JValue obj)")
def value_compare(token: JValue, other: JValue | None) -> int:
    """Order by value."""
    return 1 if other is None else compare_values(token, other)
