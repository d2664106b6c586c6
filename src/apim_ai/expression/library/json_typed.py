"""Makes .NET values of JSON, as Newtonsoft's serializer does: `JsonConvert.DeserializeObject<T>` and `JToken.ToObject<T>`.

Both read a tree of `Node`: of a text, where numbers and texts that are dates still are as they were written, or of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn, cast

from apim_ai.expression.exceptions import ClrException, argument
from apim_ai.expression.library import boxes
from apim_ai.expression.library.collections_dictionary import Dictionary
from apim_ai.expression.library.collections_list import ClrList
from apim_ai.expression.library.collections_set import HashSet
from apim_ai.expression.library.json_convert import boxed_scalar, cast_token, convert_value, value_as
from apim_ai.expression.library.json_scanner import READER_ERROR, Mark, Scanner
from apim_ai.expression.library.json_token import JArray, JObject, JProperty, wrap
from apim_ai.expression.library.json_value import JContainer, JToken, JValue
from apim_ai.expression.library.relations import is_assignable, type_of
from apim_ai.expression.library.text import to_text

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["deserialize_text", "to_object"]

_SERIALIZATION = "Newtonsoft.Json.JsonSerializationException"
_TOKENS = "Newtonsoft.Json.Linq."
_CAST = frozenset(
    [
        "Boolean",
        "Char",
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
        "DateTime",
        "DateTimeOffset",
        "Guid",
        "TimeSpan",
        "String",
        "Uri",
    ]
)
_READ_AS = {
    "Int32": "integer", "Double": "double", "Decimal": "decimal", "Boolean": "boolean", "DateTime": "date",
    "DateTimeOffset": "date", "String": "string",
}  # fmt: skip
_PLAIN = {"String": "System.String", "Integer": "System.Int32"}
_INT32 = 2**31
_INTEGERS = frozenset(["SByte", "Byte", "Int16", "UInt16", "Int32"])
_SHAPES = {
    "array": "array (e.g. [1,2,3])",
    "object": 'object (e.g. {"name":"value"})',
    "primitive": "primitive value (e.g. string, number, boolean, null)",
}
_INSTEAD = {
    "object": "so that it is a normal .NET type (e.g. not a primitive type like integer, not a collection type like an array"
    " or List<T>) that can be deserialized from a JSON object. JsonObjectAttribute can also be added to the type to force it"
    " to deserialize from a JSON object.",
    "array": "to an array or a type that implements a collection interface (e.g. ICollection, IList) like List<T> that can be"
    " deserialized from a JSON array. JsonArrayAttribute can also be added to the type to force it to deserialize from a JSON"
    " array.",
}


@dataclass(slots=True)
class Node:
    """A JSON value and its place.

    Attributes:
        kind: the reader's token, such as `String` or `StartObject`.
        value: what a scalar is; a text that is a date is a text.
        where: the end of messages about it, such as `Path 'a', line 1, position 5.`.
        raw: a scalar as it is written, or None where it comes from a token.
        inside: for an object, the end of messages about its first member.
        begin: the end of messages about the first character of a text.
        names: the members' names.
        items: the members, or the elements.
    """

    kind: str
    value: object
    where: Mark | str
    raw: str | None = None
    inside: Mark | str = ""
    begin: Mark | None = None
    names: list[str] = field(default_factory=list[str])
    items: list[Node] = field(default_factory=list["Node"])

    @property
    def token(self) -> JToken:
        """The value as a token."""
        if self.kind == "StartObject":
            return _object(self)
        if self.kind == "StartArray":
            return JArray(item.token for item in self.items)
        return wrap(self.value) if self.raw is not None else JValue(self.value)

    def fail(self, message: str, type_name: str = _SERIALIZATION, where: Mark | str | None = None) -> NoReturn:
        """Raise with the place."""
        gap = "" if message.endswith("\n") else " "
        raise ClrException(type_name, f"{message}{gap}{where or self.where}")


def _object(node: Node) -> JObject:
    made = JObject()
    for name, item in zip(node.names, node.items, strict=True):
        made.set_child(name, item.token)
    return made


# --- from a text -----------------------------------------------------------------------------------------------------


def deserialize_text(type_: ClrType, text: str, settings: ExpressionSettings) -> object:
    """Return `JsonConvert.DeserializeObject<T>(text)` in its unboxed form, for a T that is no token.

    Raises:
        ClrException: JsonReaderException, JsonSerializationException.
    """
    scanner = Scanner(text)
    if not scanner.read_content():
        if not type_.accepts_null:
            raise scanner.error(f"No JSON content found and type '{type_.name}' is not nullable.", _SERIALIZATION)
        return None
    node = _read(scanner)
    while scanner.read():
        pass
    return convert(type_, node, settings)


def _read(scanner: Scanner, path: str = "") -> Node:
    """Read a value; `path` is what the reader's path was before it."""
    kind = scanner.kind
    begin = scanner.mark(scanner.start + 1, path)
    if kind not in ("StartObject", "StartArray"):
        return Node(kind, scanner.value, scanner.mark(), scanner.written, begin=begin)
    node = Node(kind, None, scanner.mark(), begin=begin)
    path = scanner.path
    while _next(scanner) not in ("EndObject", "EndArray"):
        if kind == "StartObject":
            node.inside = node.inside or scanner.mark()
            node.names.append(cast("str", scanner.value))
            path = scanner.path
            _next(scanner)
        node.items.append(_read(scanner, path))
        path = scanner.path
    node.inside = node.inside or scanner.mark()
    return node


def _next(scanner: Scanner) -> str:
    if not scanner.read_content():
        raise scanner.error("Unexpected end when deserializing object.", _SERIALIZATION)
    return scanner.kind


# --- from a token ----------------------------------------------------------------------------------------------------


def to_object(type_: ClrType, token: JToken, settings: ExpressionSettings) -> object:
    """Return `token.ToObject<T>()` in its unboxed form: a cast for simple types.

    Raises:
        ClrException: what the cast raises, JsonSerializationException, InvalidCastException.
    """
    bare = type_.element if type_.kind == "nullable" else type_
    name = bare.declaration.simple
    if bare.kind == "enum":
        return _enum_of_token(type_, bare, token, settings)
    if name in _CAST and bare.name.startswith("System."):
        return cast_token(token, name, settings, is_nullable=type_.accepts_null)
    return convert(type_, _node_of(token), settings)


def _enum_of_token(type_: ClrType, bare: ClrType, token: JToken, settings: ExpressionSettings) -> object:
    if isinstance(token, JValue) and token.type == "String":
        try:
            return convert(type_, _node_of(token), settings)
        except ClrException:
            argument(f"Could not convert '{token.value}' to {bare.declaration.simple}.")
    if isinstance(token, JValue) and token.value is None and type_.kind == "nullable":
        return None
    return _int32(cast_token(token, "Int64" if _is_integer(token) else "Int32", settings, is_nullable=False))


def _is_integer(token: JToken) -> bool:
    return isinstance(token, JValue) and token.type == "Integer" and cast("int", token.value) < 2**63


def _int32(number: object) -> int:
    return ((cast("int", number) + 2**31) % 2**32) - 2**31


def _node_of(token: JToken) -> Node:
    where = f"Path '{token.path}'."
    if isinstance(token, JProperty):
        return _node_of(token.value)
    if isinstance(token, JObject):
        names = token.names()
        inside = f"Path '{token.get(names[0]).path}'." if names else where  # type: ignore[union-attr]  # the name is there
        items = [_node_of(cast("JToken", token.get(name))) for name in names]
        return Node("StartObject", None, where, inside=inside, names=names, items=items)
    if isinstance(token, JContainer):
        return Node("StartArray", None, where, items=[_node_of(child) for child in token.children()])
    scalar = cast("JValue", token)
    kind = scalar.type if scalar.type not in ("Guid", "Uri", "TimeSpan", "Raw") else "String"
    return Node(kind, scalar.value, where)


# --- converting ------------------------------------------------------------------------------------------------------


def convert(type_: ClrType, node: Node, settings: ExpressionSettings) -> object:
    """Return a node as a value of a type, unboxed."""
    if type_.name == _PLAIN.get(node.kind) and (node.kind == "String" or -_INT32 <= cast("int", node.value) < _INT32):
        return node.value
    bare = type_.element if type_.kind == "nullable" else type_
    if type_.name == "System.Object":
        token = node.token
        return boxed_scalar(token.value) if isinstance(token, JValue) else token
    if type_.name.startswith(_TOKENS):
        return _token(type_, node)
    if bare.name == "System.Byte[]" and node.kind != "StartArray":
        return _bytes(node, settings)
    if type_.kind == "array" or (len(type_.arguments) == 1 and type_.kind != "nullable"):
        return _sequence(type_, node, settings)
    if len(type_.arguments) == 2 and "Dictionary" in type_.declaration.simple:  # noqa: PLR2004 - a dictionary
        return _dictionary(type_, node, settings)
    if node.kind in ("StartObject", "StartArray") and bare.declaration.simple not in _READ_AS:
        _wrong_shape(type_, node, "primitive")
    return _scalar(type_, bare, node, settings)


def _token(type_: ClrType, node: Node) -> object:
    is_null = node.kind == "Null"
    if is_null and type_.declaration.simple not in ("JToken", "JValue"):
        return None
    token = node.token
    if not is_assignable(type_of(token), type_):
        words = f"Unable to cast object of type '{token.clr_name}' to type '{type_.name}'."
        raise ClrException("System.InvalidCastException", words)
    return token


def _wrong_shape(type_: ClrType, node: Node, wanted: str) -> NoReturn:
    is_object = node.kind == "StartObject"
    found = "object" if is_object else "array"
    node.fail(
        f"Cannot deserialize the current JSON {_SHAPES[found]} into type '{type_.name}' because the type requires a JSON "
        f"{_SHAPES[wanted]} to deserialize correctly.\nTo fix this error either change the JSON to a JSON {_SHAPES[wanted]} "
        f"or change the deserialized type {_INSTEAD[found]}\n",
        where=node.inside if is_object else node.where,
    )


def _sequence(type_: ClrType, node: Node, settings: ExpressionSettings) -> object:
    if _is_nothing(node):
        return None
    if node.kind == "StartObject":
        _wrong_shape(type_, node, "array")
    element = type_.element if type_.kind == "array" else type_.arguments[0]
    if node.kind != "StartArray":
        _not_convertible(type_, node, settings)
    items = [convert(element, item, settings) for item in node.items]
    if type_.kind == "array":
        return bytearray(cast("list[int]", items)) if element.name == "System.Byte" else boxes.Array(element, items)
    return HashSet(element, items) if "Set" in type_.declaration.simple else ClrList(element, items)


def _dictionary(type_: ClrType, node: Node, settings: ExpressionSettings) -> object:
    if _is_nothing(node):
        return None
    if node.kind == "StartArray":
        _wrong_shape(type_, node, "object")
    if node.kind != "StartObject":
        _not_convertible(type_, node, settings)
    key_type, value_type = type_.arguments
    result = Dictionary(key_type, value_type)
    for name, item in zip(node.names, node.items, strict=True):
        result.set_item(_key(key_type, name, item, settings), convert(value_type, item, settings))
    return result


def _key(type_: ClrType, name: str, item: Node, settings: ExpressionSettings) -> object:
    if type_.name in ("System.String", "System.Object"):
        return name
    try:
        return convert(type_, Node("String", name, item.where, name), settings)
    except ClrException:
        item.fail(
            f"Could not convert string '{name}' to dictionary key type '{type_.name}'. Create a TypeConverter to convert from "
            "the string to the key type object."
        )


def _is_nothing(node: Node) -> bool:
    """Whether a node is null where a type takes it: JSON's null, or a text without characters."""
    return node.kind in ("Null", "Undefined") or (node.kind == "String" and node.value == "")


def _not_convertible(type_: ClrType, node: Node, settings: ExpressionSettings) -> NoReturn:
    value = cast("JValue", node.token).value
    shown = "{null}" if value is None else f'"{value}"' if type(value) is str else to_text(value, settings)
    node.fail(f"Error converting value {shown} to type '{type_.name}'.")


def _bytes(node: Node, settings: ExpressionSettings) -> object:
    if node.kind in ("Null", "Undefined"):
        return None
    if node.kind not in ("String", "Bytes"):
        node.fail(f"Error reading bytes. Unexpected token: {node.kind}.", READER_ERROR)
    try:
        guid = convert_value(node.value, "Guid", settings)
    except ClrException:
        return convert_value(node.value, "Byte[]", settings)
    return bytearray(guid.value.bytes_le)  # type: ignore[attr-defined]  # a Guid


def _scalar(type_: ClrType, bare: ClrType, node: Node, settings: ExpressionSettings) -> object:
    name = bare.declaration.simple
    if name in _READ_AS:
        _check_kind(node, name)
    if name == "String":
        return _string(node, settings)
    if _is_nothing(node) and (node.value is None or name in _READ_AS or type_.kind == "nullable"):
        if type_.accepts_null:
            return None
        _not_convertible(type_, Node(node.kind, None, node.where), settings)
    try:
        return _converted(bare, node, settings)
    except ClrException as error:
        if error.type_name == READER_ERROR:
            raise
        if name not in _READ_AS:
            _not_convertible(type_, node, settings)
    return _unreadable(node, name, settings)


def _converted(bare: ClrType, node: Node, settings: ExpressionSettings) -> object:
    name = bare.declaration.simple
    if bare.kind == "enum":
        return _enum(bare, node.value, settings)
    if name in _INTEGERS and node.kind == "Float" and node.raw is not None:
        _unreadable(node, "Int32", settings)
    if name in ("Guid", "TimeSpan", "Uri") and node.kind != "String":
        raise ClrException(_SERIALIZATION, "")
    if name in ("Guid", "TimeSpan", "Uri", "DateTime", "DateTimeOffset"):
        return convert_value(node.token.value if name.startswith("Date") else node.value, name, settings)  # type: ignore[attr-defined]  # a scalar
    return value_as(bare, JValue(node.value), settings)


def _enum(bare: ClrType, value: object, settings: ExpressionSettings) -> object:
    if not isinstance(value, str):
        return _int32(convert_value(value, "Int64", settings))
    from apim_ai.expression.library.system_object import enum_parse_case  # noqa: PLC0415 - rare

    return enum_parse_case(bare, value, True)  # noqa: FBT003 - C#'s signature


def _check_kind(node: Node, name: str) -> None:
    """Complain of a token that cannot be read as a type, as the readers of texts and of tokens do."""
    numbers = ("Integer", "Float")
    fits = {
        "Boolean": ("Boolean", "String", *numbers), "String": ("String", "Boolean", "Date", "Bytes", *numbers),
        "DateTime": ("String", "Date"), "DateTimeOffset": ("String", "Date"),
    }.get(name, ("String", *numbers))  # fmt: skip
    if node.kind in (*fits, "Null", "Undefined"):
        return
    if node.raw is not None or node.begin is not None:
        first = (node.raw or {"StartObject": "{", "StartArray": "["}[node.kind])[0]
        node.fail(f"Unexpected character encountered while parsing value: {first}.", READER_ERROR, node.begin)
    node.fail(f"Error reading {_READ_AS[name]}. Unexpected token: {node.kind}.", READER_ERROR)


def _string(node: Node, settings: ExpressionSettings) -> str | None:
    if node.kind in ("Null", "Undefined"):
        return None
    if node.raw is not None and node.kind != "String":
        return node.raw
    return cast("str", convert_value(node.value, "String", settings))


def _unreadable(node: Node, name: str, settings: ExpressionSettings) -> NoReturn:
    what = {"DateTime": "DateTime", "DateTimeOffset": "DateTimeOffset"}.get(name) or _READ_AS[name]
    if node.kind == "String":
        node.fail(f"Could not convert string to {what}: {node.value}.", READER_ERROR)
    if node.raw is None:
        node.fail(f"Could not convert to {what}: {to_text(node.value, settings)}.", READER_ERROR)
    if node.kind == "Float":
        node.fail(f"Input string '{node.raw}' is not a valid {what}.", READER_ERROR)
    node.fail(f"JSON integer {node.raw} is too large or small for an {name}.", READER_ERROR)
