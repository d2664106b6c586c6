"""Newtonsoft.Json.Linq: JToken and its kin. Objects, casts and extensions are in the modules that are loaded here."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument, argument_null, invalid_operation, null_reference
from apim_ai.expression.library.boxes import Char, Single
from apim_ai.expression.library.enumeration import Sequence, boxed_items
from apim_ai.expression.library.json_convert import from_object, value_as
from apim_ai.expression.library.json_path import select
from apim_ai.expression.library.json_reader import parse_json
from apim_ai.expression.library.json_token import JArray, JObject, JProperty, is_sequence, token_of, wrap
from apim_ai.expression.library.json_typed import to_object
from apim_ai.expression.library.json_value import JContainer, JRaw, JToken, JValue, text_token
from apim_ai.expression.library.json_writer import write
from apim_ai.expression.library.text import to_text
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

from apim_ai.expression.library import json_casts, json_objects
from apim_ai.expression.library.json_types import (
    ARRAY,
    CONTAINER,
    KINDS,
    OBJECT,
    PROPERTY,
    RAW,
    TOKEN,
    VALUE,
)

# --- parsing and making ---


def _text(text: str | None, name: str) -> str:
    if text is None:
        argument_null(name)
    return text


@TOKEN.member("static JToken Parse(string json)")
def token_parse(text: str | None) -> JToken:
    """Parse any JSON."""
    return wrap(parse_json(_text(text, "s")))


@OBJECT.member("static JObject Parse(string json)")
def object_parse(text: str | None) -> JToken:
    """Parse a JSON object."""
    return wrap(parse_json(_text(text, "s"), "JObject"))


@ARRAY.member("static JArray Parse(string json)")
def array_parse(text: str | None) -> JToken:
    """Parse a JSON array."""
    return wrap(parse_json(_text(text, "s"), "JArray"))


@TOKEN.member("static JToken FromObject(object o)")
def token_from_object(value: object) -> JToken:
    """Make a token of a value."""
    if value is None:
        argument_null("o")
    return from_object(value)


@OBJECT.member("static JObject FromObject(object o)")
def object_from_object(value: object) -> JToken:
    """Make an object of a value."""
    token = token_from_object(value)
    if not isinstance(token, JObject):
        kind = token.type if isinstance(token, JValue) else token.kind
        argument(f"Object serialized to {kind}. JObject instance expected.")
    return token


@ARRAY.member("static JArray FromObject(object o)")
def array_from_object(value: object) -> JToken:
    """Make an array of a value."""
    token = token_from_object(value)
    if not isinstance(token, JArray):
        kind = token.type if isinstance(token, JValue) else token.kind
        argument(f"Object serialized to {kind}. JArray instance expected.")
    return token


OBJECT.member("()")(JObject)


@OBJECT.member("(params object[] content)", "(object content)")
def make_object(content: object) -> JObject:
    """Make an object of properties."""
    result = JObject()
    result.add(content)
    return result


@OBJECT.member("(JObject other)")
@ARRAY.member("(JArray other)")
@PROPERTY.member("(JProperty other)")
@VALUE.member("(JValue other)")
def copy_of(other: JToken | None) -> JToken:
    """Make a copy."""
    if other is None:
        argument_null("other")
    return other.copy()


ARRAY.member("()")(JArray)


@ARRAY.member("(params object[] content)", "(object content)")
def make_array(content: object) -> JArray:
    """Make an array of values; a sequence gives its elements."""
    result = JArray()
    _add_all(result, content)
    return result


def _add_all(target: JArray, content: object) -> None:
    if is_sequence(content):
        for item in boxed_items(content):
            _add_all(target, item)
    else:
        target.add(content if not isinstance(content, JProperty) else _no_property(target))


def _no_property(target: JToken) -> object:
    return argument(f"Can not add Newtonsoft.Json.Linq.JProperty to {target.clr_name}.")


@PROPERTY.member("(string name, object content)", "(string name, params object[] content)")
def make_property(name: str | None, content: object) -> JProperty:
    """Make a property; a sequence makes an array."""
    return JProperty(name, make_array(content) if is_sequence(content) else content)


@VALUE.member("(object value)")
def make_value(value: object) -> JValue:
    """Make a scalar."""
    if isinstance(value, JValue):
        return cast("JValue", value.copy())
    token = token_of(value)
    if not isinstance(token, JValue):
        argument(f"Could not determine JSON object type for type {token.clr_name}.")
    return token


for _alias in (
    "long",
    "double",
    "bool",
    "decimal",
    "System.DateTime",
    "System.Guid",
    "System.TimeSpan",
    "System.Uri",
    "ulong",
    "System.DateTimeOffset",
):
    VALUE.getter(f"({_alias} value)", lambda value: JValue(value))  # noqa: PLW0108 - defined below
VALUE.member("(string value)", "static JValue CreateString(string value)")(text_token)
VALUE.getter("(float value)", lambda value: JValue(Single(cast("float", value))))
VALUE.getter("(char value)", lambda value: JValue(Char(cast("str", value))))
VALUE.member("static JValue CreateNull()")(lambda: JValue(None))
VALUE.member("static JValue CreateUndefined()")(lambda: JValue(None, "Undefined"))
VALUE.getter("static JValue CreateComment(string value)", lambda value: JValue(value, "Comment"))


@RAW.member("(object rawJson)", settings=True)
def make_raw(settings: ExpressionSettings, value: object) -> JRaw:
    """Make a token of JSON text that is written as it stands."""
    if value is None:
        null_reference()
    return JRaw(to_text(value, settings) or "")


# --- reading ---


@TOKEN.member("JToken this[object key]")
def token_get(token: JToken, key: object) -> JToken | None:
    """Return a child."""
    return token.child(key)


@OBJECT.member("JToken this[string propertyName]")
def object_get(token: JObject, name: str | None) -> JToken | None:
    """Return the value of a name, or null."""
    if name is None:
        argument_null("propertyName")
    return token.get(name)


@ARRAY.member("JToken this[int index]")
def array_get(token: JArray, index: int) -> JToken | None:
    """Return an element."""
    return token.child(index)


@TOKEN.member("set JToken this[object key]")
def token_set(token: JToken, key: object, value: JToken | None) -> JToken | None:
    """Set a child."""
    if isinstance(token, (JObject, JArray)):
        token.set_child(key, value)
    else:
        invalid_operation(f"Cannot set child value on {token.clr_name}.")
    return value


@OBJECT.member("set JToken this[string propertyName]")
@ARRAY.member("set JToken this[int index]")
def container_set(token: JObject | JArray, key: object, value: JToken | None) -> JToken | None:
    """Set a child."""
    token.set_child(key, value)
    return value


@TOKEN.member("JToken SelectToken(string path)", "JToken SelectToken(string path, bool errorWhenNoMatch)")
def select_token(token: JToken, path: str | None, must_match: bool = False) -> JToken | None:  # noqa: FBT001, FBT002 - C#'s signature
    """Return the one token of a path, or null."""
    found = select(token, _text(path, "expression"), must_match=must_match)
    first = next(found, None)
    if next(found, None) is not None:
        raise ClrException("Newtonsoft.Json.JsonException", "Path returned multiple tokens.")
    return first


@TOKEN.member(
    "IEnumerable<JToken> SelectTokens(string path)",
    "IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch)",
)
def select_tokens(token: JToken, path: str | None, must_match: bool = False) -> Sequence:  # noqa: FBT001, FBT002 - C#'s signature
    """Return the tokens of a path."""
    select(token, _text(path, "expression"))  # what is no path is refused at once
    return Sequence(resolve("JToken"), lambda: select(token, cast("str", path), must_match=must_match))


@TOKEN.member("JTokenType Type")
def token_type(token: JToken) -> int:
    """Return the kind of token."""
    return KINDS.index(token.type if isinstance(token, JValue) else token.kind)


TOKEN.inline("string Path", "{0}.path")


@TOKEN.member("bool HasValues")
def has_values(token: JToken) -> bool:
    """Whether it has children."""
    return isinstance(token, JContainer) and bool(token.children())


@TOKEN.member("JContainer Parent")
def parent(token: JToken) -> JToken | None:
    """Return what holds it: for an object's value that is the property."""
    owner = token.owner
    if isinstance(owner, JObject) and token.name is not None:
        return JProperty(token.name, None, owner)
    return owner


@TOKEN.member("JToken Root")
def root(token: JToken) -> JToken:
    """Return the outermost token."""
    while token.owner is not None:
        token = token.owner
    return token


@TOKEN.member("JEnumerable<JToken> Children()")
def children(token: JToken) -> Sequence:
    """Return the children."""
    return Sequence(resolve("JToken"), lambda: iter(token.children()))


@TOKEN.member("JEnumerable<T> Children<T>()", typed=True)
def children_of(type_: ClrType, token: JToken) -> Sequence:
    """Return the children of a type."""
    from apim_ai.expression.library.relations import tester  # noqa: PLC0415 - rare

    test = tester(type_)
    return Sequence(type_, lambda: (child for child in token.children() if test(child)))


@TOKEN.member("IEnumerable<T> Values<T>()", settings=True, typed=True)
def values_of(settings: ExpressionSettings, type_: ClrType, token: JToken) -> Sequence:
    """Return the children as values of a type."""
    if not isinstance(token, JContainer):
        invalid_operation(f"Cannot access child value on {token.clr_name}.")
    return Sequence(type_, lambda: (value_as(type_, child, settings) for child in token.children()))


@TOKEN.member("T Value<T>(object key)", settings=True, typed=True)
def value_of_key(settings: ExpressionSettings, type_: ClrType, token: JToken, key: object) -> object:
    """Return a child as a value of a type."""
    return value_as(type_, token.child(key), settings)


@TOKEN.member("T ToObject<T>()", settings=True, typed=True)
def token_to_object(settings: ExpressionSettings, type_: ClrType, token: JToken) -> object:
    """Return it as a value of a type."""
    return to_object(type_, token, settings)


def _is_same(each: JToken, token: JToken) -> bool:
    """Whether two are one token; a property is made anew each time that it is looked at."""
    return each is token or (isinstance(each, JProperty) and each == token)


def _sibling(token: JToken, step: int) -> JToken | None:
    owner = token.owner
    if owner is None:
        return None
    siblings = owner.children()
    place = next((index for index, each in enumerate(siblings) if _is_same(each, token)), -1)
    return siblings[place + step] if place >= 0 and 0 <= place + step < len(siblings) else None


TOKEN.getter("JToken Next", lambda token: _sibling(cast("JToken", token), 1))
TOKEN.getter("JToken Previous", lambda token: _sibling(cast("JToken", token), -1))


def _edge(place: int) -> Callable[[JToken], JToken | None]:
    def edge(token: JToken) -> JToken | None:
        if not isinstance(token, JContainer):
            invalid_operation(f"Cannot access child value on {token.clr_name}.")
        found = token.children()
        return found[place] if found else None

    return edge


first_child, last_child = _edge(0), _edge(-1)
TOKEN.member("JToken First")(first_child)
TOKEN.member("JToken Last")(last_child)


@TOKEN.member("IEnumerable<JToken> Ancestors()")
def ancestors(token: JToken) -> Sequence:
    """Return the tokens around it."""

    def walk() -> Iterator[object]:
        each = parent(token)
        while each is not None:
            yield each
            each = parent(each)

    return Sequence(resolve("JToken"), walk)


@TOKEN.member("IEnumerable<JToken> AncestorsAndSelf()")
def ancestors_and_self(token: JToken) -> Sequence:
    """Return the token and those around it."""
    return Sequence(resolve("JToken"), lambda: itertools.chain([token], ancestors(token).clr_items()))


def _beside(token: JToken, *, behind: bool) -> Sequence:
    def walk() -> Iterator[object]:
        if token.owner is None and not behind:
            null_reference()
        siblings = [] if token.owner is None else token.owner.children()
        place = next((index for index, each in enumerate(siblings) if _is_same(each, token)), -1)
        if place < 0:
            return iter(())
        return iter(siblings[place + 1 :] if behind else siblings[:place])

    return Sequence(resolve("JToken"), walk)


TOKEN.getter("IEnumerable<JToken> AfterSelf()", lambda token: _beside(cast("JToken", token), behind=True))
TOKEN.getter("IEnumerable<JToken> BeforeSelf()", lambda token: _beside(cast("JToken", token), behind=False))


@CONTAINER.member("IEnumerable<JToken> DescendantsAndSelf()")
def descendants_and_self(token: JContainer) -> Sequence:
    """Return the token and all tokens within."""
    return Sequence(resolve("JToken"), lambda: itertools.chain([token], descendants(token).clr_items()))


@CONTAINER.member("IEnumerable<JToken> Descendants()")
def descendants(token: JContainer) -> Sequence:
    """Return all tokens within."""

    def walk(each: JToken) -> Iterator[object]:
        for child in each.children():
            yield child
            yield from walk(child)

    return Sequence(resolve("JToken"), lambda: walk(token))


@TOKEN.member("string ToString()", settings=True)
def token_text(settings: ExpressionSettings, token: JToken) -> str:
    """Return indented JSON, or a scalar's own text."""
    return token.clr_text(settings)


@TOKEN.member(
    "string ToString(Newtonsoft.Json.Formatting formatting)",
    "string ToString(Newtonsoft.Json.Formatting formatting, params object[] converters)",
    settings=True,
)
def token_json(settings: ExpressionSettings, token: JToken, formatting: int, _converters: object = None) -> str:
    """Return JSON."""
    return write(token, settings, indented=formatting == 1)


@VALUE.member("string ToString(string format)", settings=True)
def value_format(settings: ExpressionSettings, token: JValue, shape: str | None) -> str:
    """Return a scalar in a format."""
    return token.clr_format(shape or "", settings)


TOKEN.inline("JToken DeepClone()", "{0}.copy()")

# --- changing ---


@TOKEN.member("void Replace(JToken value)")
def token_replace(token: JToken, value: JToken | None) -> None:
    """Put another token in its place."""
    if token.owner is None:
        invalid_operation("The parent is missing.")
    other = token_of(value)
    if isinstance(token, JProperty) and token.holder is not None and not isinstance(other, JProperty):
        argument(f"Can not add {other.clr_name} to {token.holder.clr_name}.")
    token.owner.replace_child(token, other)


@TOKEN.member("void Remove()")
def token_remove(token: JToken) -> None:
    """Take it out of what holds it."""
    if isinstance(token, JProperty) and token.holder is not None:
        token.holder.remove(token.property_name)
        return
    if token.owner is None:
        invalid_operation("The parent is missing.")
    if isinstance(token.owner, JObject):
        raise ClrException(
            "Newtonsoft.Json.JsonException", "Cannot add or remove items from Newtonsoft.Json.Linq.JProperty."
        )
    token.owner.remove_child(token)


@TOKEN.member("void AddAfterSelf(object content)")
def add_after_self(token: JToken, content: object) -> None:
    """Add a sibling behind it."""
    _add_beside(token, content, 1)


@TOKEN.member("void AddBeforeSelf(object content)")
def add_before_self(token: JToken, content: object) -> None:
    """Add a sibling in front of it."""
    _add_beside(token, content, 0)


def _add_beside(token: JToken, content: object, step: int) -> None:
    owner = parent(token)
    if owner is None:
        invalid_operation("The parent is missing.")
    if isinstance(owner, JArray):
        owner.insert(owner.index(token) + step, content)
        return
    cast("JContainer", owner).add(content)
    if isinstance(owner, JObject) and isinstance(token, JProperty) and isinstance(content, JProperty):
        names = owner.names()
        names.remove(content.property_name)
        names.insert(names.index(token.property_name) + step, content.property_name)
        owner.tokens = {name: owner.tokens[name] for name in names}


@CONTAINER.member("void Add(object content)")
def container_add(token: JContainer, content: object) -> None:
    """Add content."""
    if isinstance(token, JArray):
        _add_all(token, content)
    else:
        token.add(content)


ARRAY.member("void Add(JToken item)")(JArray.add)
OBJECT.member("void Add(string propertyName, JToken value)")(JObject.add_named)
OBJECT.member("bool Remove(string propertyName)")(JObject.remove)
ARRAY.member("void Insert(int index, JToken item)")(JArray.insert)
ARRAY.member("void RemoveAt(int index)")(JArray.remove_at)


@CONTAINER.member("void AddFirst(object content)")
def container_add_first(token: JContainer, content: object) -> None:
    """Add content first."""
    if isinstance(token, JArray):
        token.insert(0, content)
    else:
        token.add(content)
        if isinstance(token, JObject) and isinstance(content, JProperty):
            names = [content.property_name, *(name for name in token.names() if name != content.property_name)]
            token.tokens = {name: token.tokens[name] for name in names}


@CONTAINER.member("void RemoveAll()", "void Clear()")
def container_clear(token: JContainer) -> None:
    """Remove all children."""
    if isinstance(token, (JArray, JObject)):
        token.clear()


@CONTAINER.member("void ReplaceAll(object content)")
def container_replace_all(token: JContainer, content: object) -> None:
    """Put other content in."""
    if isinstance(token, JProperty):
        token.set_value(token_of(content))
        return
    container_clear(token)
    container_add(token, content)


ARRAY.inline("bool IsReadOnly", "({0}, False)[1]")


@ARRAY.member("bool Remove(JToken item)")
def array_remove(token: JArray, item: JToken | None) -> bool:
    """Remove an element, and say whether it was there."""
    place = -1 if item is None else token.index(item)
    if place >= 0:
        token.remove_at(place)
    return place >= 0


@ARRAY.member("int IndexOf(JToken item)")
def array_index_of(token: JArray, item: JToken | None) -> int:
    """Return where an element stands, or -1."""
    return -1 if item is None else token.index(item)


@ARRAY.member("bool Contains(JToken item)")
def array_contains(token: JArray, item: JToken | None) -> bool:
    """Whether an element is there."""
    return item is not None and token.index(item) >= 0


@CONTAINER.member("int Count")
def container_count(token: JContainer) -> int:
    """Return the number of children."""
    return len(token) if isinstance(token, (JObject, JArray)) else 1


@CONTAINER.member("void Merge(object content)")
def merge(token: JContainer, content: object) -> None:
    """Merge an object or array into it: objects by name, arrays one behind the other."""
    if content is None:
        return
    if isinstance(token, JObject) and isinstance(content, JObject):
        for name in content.names():
            mine, theirs = token.get(name), content.get(name)
            if isinstance(mine, JContainer) and type(mine) is type(theirs):
                merge(mine, theirs)
            elif not (isinstance(theirs, JValue) and theirs.value is None and mine is not None):
                token.set_child(name, theirs)
    elif isinstance(token, JArray) and isinstance(content, JArray):
        for child in content.children():
            token.add(child)


__all__ = ["json_casts", "json_objects"]
