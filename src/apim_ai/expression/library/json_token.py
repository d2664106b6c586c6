"""Newtonsoft's tokens. An object or array read from a body stays what the JSON parser made of it until someone looks.

`JObject.raw` is the parsed mapping. A child that is asked for is a view, which the parent knows only weakly: what is
merely read makes no cycles, so that a body is freed as soon as its expression ends. The first change of a token pins it
in its parent, and so on up to the root; `tokens` holds what is pinned. A container that changes itself makes tokens of
all its children and drops `raw`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast
from weakref import ref

from apim_ai.expression.exceptions import ClrException, argument, argument_null, invalid_operation, out_of_range
from apim_ai.expression.library.boxes import Char
from apim_ai.expression.library.json_parts import bad_key, date_of, may_be_date, path_name
from apim_ai.expression.library.json_value import JContainer, JToken, JValue, kind_of
from apim_ai.expression.library.meter import METER

if TYPE_CHECKING:
    from collections.abc import Iterable


__all__ = [
    "JArray",
    "JObject",
    "JProperty",
    "is_sequence",
    "token_of",
    "wrap",
]

_COPY_STEPS = 4
"""How many steps of a run the copy of a token counts for."""
_INDEX = "Index was out of range. Must be non-negative and less than the size of the collection."


class JArray(JContainer):
    """An array."""

    __slots__ = ("raw", "tokens", "views")
    clr: ClassVar[str] = "JArray"
    kind = "Array"

    def __init__(self, items: Iterable[object] = (), raw: list[object] | None = None) -> None:
        super().__init__()
        self.raw = raw
        self.views: dict[int, ref[JToken]] = {}
        self.tokens: dict[int, JToken] | list[JToken] = {} if raw is not None else []
        for item in items:
            self.add(item)

    def __len__(self) -> int:
        return len(self.raw) if self.raw is not None else len(self.tokens)

    def _all(self) -> list[JToken]:
        """Make tokens of all elements, and return them."""
        self.changed()
        if self.raw is not None:
            self.tokens = [self._at(index) for index in range(len(self.raw))]
            self.raw = None
        return cast("list[JToken]", self.tokens)

    def _at(self, index: int) -> JToken:
        if self.raw is None:
            return cast("list[JToken]", self.tokens)[index]
        token = cast("dict[int, JToken]", self.tokens).get(index)
        if token is None:
            view = self.views.get(index)
            token = None if view is None else view()
        if token is None:
            token = wrap(self.raw[index], self)
            self.views[index] = ref(token)
        return token

    def pin(self, token: JToken) -> None:
        """Keep an element that is about to change."""
        if self.raw is not None:
            known = cast("dict[int, JToken]", self.tokens)
            known.update({index: token for index, view in self.views.items() if view() is token})
            self.changed()

    def child(self, key: object) -> JToken | None:
        """Return an element."""
        if type(key) is not int:
            bad_key("Accessed JArray", key, "Int32 array index")
        if not 0 <= key < len(self):
            out_of_range("index", _INDEX)
        return self._at(key)

    def set_child(self, key: object, value: JToken | None) -> None:
        """Set an element."""
        if type(key) is not int:
            bad_key("Set JArray", key, "Int32 array index")
        items = self._all()
        if not 0 <= key < len(items):
            out_of_range("index", "Index is less than 0." if key < 0 else "Index is equal to or greater than Count.")
        items[key].owner = None
        items[key] = token_of(value).attach(self)

    def children(self) -> list[JToken]:
        """Return the elements."""
        return [self._at(index) for index in range(len(self))]

    def step_to(self, token: JToken) -> str:
        """Return the index of a child, in brackets."""
        return f"[{self.index(token)}]"

    def index(self, token: JToken) -> int:
        """Return where an element stands, or -1."""
        return next((index for index, each in enumerate(self.children()) if each is token), -1)

    def add(self, content: object) -> None:
        """Add an element."""
        self._all().append(token_of(content).attach(self))

    def insert(self, index: int, content: object) -> None:
        """Put an element in at a place."""
        items = self._all()
        if index < 0:
            out_of_range("index", _INDEX)
        if index > len(items):
            out_of_range("index", "Index must be within the bounds of the List.")
        items.insert(index, token_of(content).attach(self))

    def remove_at(self, index: int) -> None:
        """Remove the element at a place."""
        items = self._all()
        if not 0 <= index < len(items):
            out_of_range("index", "Index is equal to or greater than Count." if index >= 0 else "Index is less than 0.")
        items.pop(index).owner = None

    def remove_child(self, token: JToken) -> None:
        """Remove an element."""
        place = self.index(token)
        if place >= 0:
            self.remove_at(place)

    def replace_child(self, token: JToken, other: JToken) -> None:
        """Put another element in the place of one."""
        self.set_child(self.index(token), other)

    def clear(self) -> None:
        """Remove all elements."""
        self.changed()
        self.raw = None
        self.tokens = []

    def copy(self) -> JToken:
        """Return a deep copy without parent."""
        if self.raw is not None and not self.tokens:
            return JArray(raw=self.raw)
        METER.take(_COPY_STEPS * (1 + len(self)))
        return JArray(child.copy() for child in self.children())

    def plain(self) -> object:
        """Return a list of elements, tokens or what the parser made."""
        if self.raw is None or not self.tokens:
            return self.raw if self.raw is not None else self.tokens
        known = cast("dict[int, JToken]", self.tokens)
        return [known.get(index, value) for index, value in enumerate(self.raw)]


class JObject(JContainer):
    """An object; its names keep their order."""

    __slots__ = ("raw", "tokens", "views")
    clr: ClassVar[str] = "JObject"
    kind = "Object"

    def __init__(self, raw: dict[str, object] | None = None) -> None:
        self.owner = None
        self.name = None
        self.raw = raw
        self.views: dict[str, ref[JToken]] | None = None
        self.tokens: dict[str, JToken] = {}

    def __len__(self) -> int:
        return len(self.raw) if self.raw is not None else len(self.tokens)

    def names(self) -> list[str]:
        """Return the names in order."""
        return list(self.raw if self.raw is not None else self.tokens)

    def get(self, name: str | None) -> JToken | None:
        """Return the value of a name, or None."""
        token = self.tokens.get(name)  # type: ignore[arg-type]  # None is no key
        if token is not None:
            return token
        raw = self.raw
        return None if raw is None or name is None or name not in raw else self._view(name, raw[name])

    def _view(self, name: str, value: object) -> JToken:
        views = self.views
        if views is None:
            views = self.views = {}
        view = views.get(name)
        token = None if view is None else view()
        if token is None:
            token = wrap(value, self, name)
            views[name] = ref(token)
        return token

    def pin(self, token: JToken) -> None:
        """Keep a child that is about to change."""
        if self.raw is not None and token.name is not None:
            self.tokens[token.name] = token
            self.changed()

    def _all(self) -> dict[str, JToken]:
        """Make tokens of all children, and return them."""
        self.changed()
        if self.raw is not None:
            known = self.tokens
            self.tokens = {name: known.get(name) or self._view(name, value) for name, value in self.raw.items()}
            self.raw = None
        return self.tokens

    def child(self, key: object) -> JToken | None:
        """Return the value of a name, or None."""
        if type(key) is not str:
            bad_key("Accessed JObject", key, "Object property name")
        return self.get(key)

    def set_child(self, key: object, value: JToken | None) -> None:
        """Set the value of a name."""
        if type(key) is not str:
            bad_key("Set JObject", key, "Object property name")
        self.changed()
        old = self._kept(key) if self.tokens or self.views else None
        if old is not None and old is value:
            self.tokens[key] = old
            return
        token = token_of(value).attach(self, key)
        if old is not None:
            old.owner = None
        if self.raw is not None and key not in self.raw:
            self.raw = {**self.raw, key: None}  # for the order of names; a copy may share the mapping
        self.tokens[key] = token

    def _kept(self, key: str) -> JToken | None:
        """Return the token of a name if someone has it, and forget it."""
        token = self.tokens.get(key)
        if token is None and self.views:
            view = self.views.pop(key, None)
            token = None if view is None else view()
        return token

    def add_named(self, name: str | None, value: object) -> None:
        """Add a new name.

        Raises:
            ClrException: ArgumentException where the name is there.
        """
        if name is None:
            argument_null("name")
        tokens = self._all()
        if name in tokens:
            argument(
                f"Can not add property {name} to Newtonsoft.Json.Linq.JObject. Property with the same name already exists on object."
            )
        tokens[name] = token_of(value).attach(self, name)

    def add(self, content: object) -> None:
        """Add a property, or each of several."""
        from apim_ai.expression.library.enumeration import boxed_items  # noqa: PLC0415 - rare

        if is_sequence(content):
            for item in boxed_items(content):
                self.add(item)
            return
        token = token_of(content)
        if not isinstance(token, JProperty):
            argument(f"Can not add {token.clr_name} to {self.clr_name}.")
        self.add_named(token.property_name, token.value)

    def remove(self, name: str | None) -> bool:
        """Remove a name, and say whether it was there."""
        token = self._all().pop(name, None)  # type: ignore[arg-type]  # None is no key
        if token is not None:
            token.owner = None
        return token is not None

    def remove_child(self, token: JToken) -> None:
        """Remove a value with its name."""
        if token.name is not None:
            self.remove(token.name)

    def replace_child(self, token: JToken, other: JToken) -> None:
        """Put another value in the place of one, or another property."""
        if token.name is not None:
            self.set_child(token.name, other)
        elif isinstance(token, JProperty) and isinstance(other, JProperty):
            self._replace_property(token.property_name, other)

    def _replace_property(self, name: str, other: JProperty) -> None:
        tokens = self._all()
        if other.property_name != name and other.property_name in tokens:
            self.add_named(other.property_name, other.value)  # which is refused
        value = other.value.attach(self, other.property_name)
        self.tokens = {
            other.property_name if each == name else each: value if each == name else token
            for each, token in tokens.items()
        }

    def properties(self) -> list[JProperty]:
        """Return the properties."""
        return [JProperty(name, self.get(name), self) for name in self.names()]

    def children(self) -> list[JToken]:
        """Return the properties, which are the children of an object."""
        return list(self.properties())

    def clear(self) -> None:
        """Remove everything."""
        self.changed()
        self.raw = None
        self.tokens = {}

    def copy(self) -> JToken:
        """Return a deep copy without parent."""
        if self.raw is not None and not self.tokens:
            return JObject(self.raw)
        METER.take(_COPY_STEPS * (1 + len(self)))
        result = JObject()
        for name in self.names():
            token = self.get(name)
            result.add_named(name, None if token is None else token.copy())
        return result

    def plain(self) -> object:
        """Return a mapping to values, tokens or what the parser made."""
        if self.raw is None:
            return self.tokens
        return {**self.raw, **self.tokens} if self.tokens else self.raw


class JProperty(JContainer):
    """A name with its value: of its own, or a view of an object's."""

    __slots__ = ("_value", "holder", "property_name")
    clr: ClassVar[str] = "JProperty"
    kind = "Property"

    def __init__(self, name: str | None, value: object = None, holder: JObject | None = None) -> None:
        super().__init__()
        if name is None:
            argument_null("name")
        if isinstance(value, JProperty):
            argument(f"Can not add {value.clr_name} to {self.clr_name}.")
        self.property_name = name
        self.holder = holder
        self._value = None if holder is not None else token_of(value)
        self.owner = holder
        self.name = None

    @property
    def value(self) -> JToken:
        """The value."""
        if self.holder is not None:
            found = self.holder.get(self.property_name)
            if found is not None:
                return found
        return JValue(None) if self._value is None else self._value

    def set_value(self, value: JToken | None) -> None:
        """Set the value."""
        if self.holder is not None:
            self.holder.set_child(self.property_name, value)
        else:
            self._value = token_of(value)

    @property
    def step(self) -> str:
        """What names the property in a path."""
        return super().step or path_name(self.property_name)

    def children(self) -> list[JToken]:
        """Return the one child."""
        return [self.value]

    def add(self, content: object) -> None:
        """Refuse a second value."""
        _ = content
        raise ClrException(
            "Newtonsoft.Json.JsonException", "Newtonsoft.Json.Linq.JProperty cannot have multiple values."
        )

    def replace_child(self, token: JToken, other: JToken) -> None:
        """Put another value in."""
        _ = token
        self.set_value(other)

    def remove_child(self, token: JToken) -> None:
        """Refuse: a property has a value."""
        _ = token
        invalid_operation("Cannot remove the value of a property.")

    def copy(self) -> JToken:
        """Return a deep copy without parent."""
        return JProperty(self.property_name, self.value.copy())

    def plain(self) -> object:
        """Return the value."""
        return self.value.plain()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        is_same = isinstance(other, JProperty) and self.holder is not None and other.holder is self.holder
        return is_same and cast("JProperty", other).property_name == self.property_name

    def __hash__(self) -> int:
        return hash(self.property_name)


def is_sequence(value: object) -> bool:
    """Whether content is several values rather than one."""
    if value is None or isinstance(value, (str, JToken, bytes, bytearray)):
        return False
    return isinstance(value, list) or hasattr(value, "clr_items")


# --- from Python -----------------------------------------------------------------------------------------------------


def wrap(value: object, owner: JContainer | None = None, name: str | None = None) -> JToken:
    """Return the token of what a JSON parser made; texts that are ISO dates become dates, as in Newtonsoft."""
    kind = type(value)
    token: JToken
    if kind is str:
        text = cast("str", value)
        date = date_of(text) if may_be_date(text) else None
        token = JValue(text if date is None else date)
    elif kind is dict:
        token = JObject(cast("dict[str, object]", value))
    elif kind is list:
        token = JArray(raw=cast("list[object]", value))
    elif isinstance(value, JToken):
        return value.attach(owner, name) if owner is not None else value
    else:
        token = JValue(value)
    token.owner = owner
    token.name = name
    return token


def token_of(value: object) -> JToken:
    """Return the token of a boxed value that is added to a container: itself, or a scalar.

    Raises:
        ClrException: ArgumentException for what is neither.
    """
    if isinstance(value, JToken):
        return value
    if isinstance(value, Char) or kind_of(value) == "Object":
        from apim_ai.expression.library.relations import type_of  # noqa: PLC0415 - only for messages

        argument(f"Could not determine JSON object type for type {type_of(value).name}.")
    return JValue(bytes(value) if isinstance(value, bytearray) else value)
