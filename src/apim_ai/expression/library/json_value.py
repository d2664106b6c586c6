"""What all of Newtonsoft's tokens share, and its scalars; `json_token` has those with children."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.exceptions import ClrException, invalid_operation
from apim_ai.expression.library.boxes import EnumValue
from apim_ai.expression.library.json_parts import path_name
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.system_datetime import DateTime
from apim_ai.expression.library.system_datetimeoffset import DateTimeOffset
from apim_ai.expression.library.system_guid import Guid
from apim_ai.expression.library.system_timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["JContainer", "JRaw", "JToken", "JValue", "kind_of", "text_token"]


class JToken:
    """Any JSON value. `owner` is the object, array or property that holds it; `name` its name in an object."""

    __slots__ = ("__weakref__", "name", "owner")
    kind: ClassVar[str] = "None"

    def __init__(self) -> None:
        self.owner: JContainer | None = None
        self.name: str | None = None

    def attach(self, owner: JContainer, name: str | None = None) -> JToken:
        """Return the token as a child: itself, or a copy where it has a parent already or would be its own."""
        is_free = self.owner is None and not (isinstance(self, JContainer) and self.holds(owner))
        token = self if is_free else self.copy()
        token.owner = owner
        token.name = name
        return token

    def changed(self) -> None:
        """Say, before a change, that the parent must keep this very token."""
        if self.owner is not None:
            self.owner.pin(self)

    def copy(self) -> JToken:
        """Return a deep copy without parent."""
        raise NotImplementedError

    def child(self, key: object) -> JToken | None:
        """Return the child of a key."""
        _ = key
        raise ClrException("System.InvalidOperationException", f"Cannot access child value on {self.clr_name}.")

    def children(self) -> list[JToken]:
        """Return the child tokens."""
        return []

    def plain(self) -> object:
        """Return the value as the writer sees it: dict, list or a scalar, tokens within left as they are."""
        raise NotImplementedError

    @property
    def clr_name(self) -> str:
        """The .NET full name."""
        return f"Newtonsoft.Json.Linq.{type(self).__name__}"

    @property
    def path(self) -> str:
        """The path from the root, as Newtonsoft writes it."""
        parts: list[str] = []
        token: JToken = self
        while token.owner is not None:
            parts.append(token.owner.step_to(token))
            token = token.owner
        text = "".join(reversed(parts))
        return text.removeprefix(".")

    @property
    def step(self) -> str:
        """What names the token in a path."""
        return "" if self.name is None else path_name(self.name)

    def clr_items(self) -> Iterator[JToken]:
        """Yield the children, as long as none is added or removed."""
        children = self.children()
        for child in children:
            yield child
            if len(self.children()) != len(children):
                invalid_operation("Collection was modified; enumeration operation may not execute.")

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return the text: indented JSON."""
        from apim_ai.expression.library.json_writer import write  # noqa: PLC0415 - the two need each other

        return METER.written(write(self, settings, indented=True))

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        return True  # also where there are no children

    def __eq__(self, other: object) -> bool:
        return self is other


class JContainer(JToken):
    """An object, array or property."""

    __slots__ = ()

    def holds(self, token: JToken) -> bool:
        """Whether a token is this one, or stands within the tree that this one is the root of."""
        each: JToken | None = token
        while each is not None and each is not self:
            each = each.owner
        return each is not None

    def step_to(self, token: JToken) -> str:
        """Return the step of a path that leads to a child."""
        return token.step

    def pin(self, token: JToken) -> None:
        """Keep a child that is about to change; only objects and arrays have views of what a parser made."""

    def add(self, content: object) -> None:
        """Add what C# adds."""
        raise NotImplementedError

    def replace_child(self, token: JToken, other: JToken) -> None:
        """Put another token in the place of a child."""
        raise NotImplementedError

    def remove_child(self, token: JToken) -> None:
        """Take a child out."""
        raise NotImplementedError


class JValue(JToken):
    """A scalar. `value` is a str, bool, int, float, Decimal, DateTime, Guid, TimeSpan, bytes or None."""

    __slots__ = ("_kind", "value")
    clr: ClassVar[str] = "JValue"

    def __init__(self, value: object, kind: str | None = None) -> None:
        self.owner = None
        self.name = None
        self.value = value
        self._kind = kind

    @property
    def type(self) -> str:
        """The JTokenType by name."""
        return self._kind or kind_of(self.value)

    @property
    def has_own_kind(self) -> bool:
        """Whether its kind is another than that of its value, such as undefined."""
        return self._kind is not None

    def set(self, value: object) -> None:
        """Set another value."""
        self.changed()
        self.value = value
        self._kind = None

    def copy(self) -> JToken:
        """Return a copy without parent."""
        return JValue(self.value, self._kind)

    def plain(self) -> object:
        """Return the value."""
        return self.value

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return the value's own text."""
        from apim_ai.expression.library.text import to_text  # noqa: PLC0415 - the two need each other

        return "" if self.value is None else to_text(self.value, settings) or ""

    def clr_format(self, shape: str, settings: ExpressionSettings) -> str:
        """Return the value in a format."""
        from apim_ai.expression.library.formatting import format_value  # noqa: PLC0415 - the two need each other

        return format_value(self.value, shape, settings)

    def clr_convert(self, target: str, settings: ExpressionSettings) -> object:
        """Convert as `Convert.To…` does of a JValue: by a cast."""
        from apim_ai.expression.library.json_convert import cast_token  # noqa: PLC0415 - the two need each other

        return cast_token(self, target, settings, is_nullable=False)

    def clr_compare(self, other: object) -> int:
        """Order as `IComparable` of a JValue does: null comes first, a text is taken for what it is compared with."""
        from apim_ai.expression.library.json_compare import compare_values  # noqa: PLC0415 - the two need each other

        if isinstance(other, JValue):
            return compare_values(self, other)
        shown = f"Newtonsoft.Json.Linq.{getattr(other, 'clr', 'JObject')}"
        raise ClrException(
            "System.InvalidCastException", f"Unable to cast object of type '{shown}' to type 'System.IConvertible'."
        )

    def clr_hash(self) -> int:
        """Return the hash code of the scalar."""
        from apim_ai.expression.library.equality import hash_code  # noqa: PLC0415 - the two need each other
        from apim_ai.expression.library.json_convert import boxed_scalar  # noqa: PLC0415 - likewise

        return 0 if self.value is None else hash_code(boxed_scalar(self.value))

    def __hash__(self) -> int:
        value = bytes(self.value) if isinstance(self.value, bytearray) else self.value
        return hash((self.type, value))

    def __eq__(self, other: object) -> bool:
        from apim_ai.expression.library.json_compare import equal_values  # noqa: PLC0415 - the two need each other

        return self is other or (isinstance(other, JValue) and equal_values(self, other))


def text_token(text: str | None) -> JValue:
    """Return the token of a text; that of null is one of a text too."""
    return JValue(text) if text is not None else JValue(None, "String")


class JRaw(JValue):
    """JSON text that is written as it stands."""

    __slots__ = ()
    clr: ClassVar[str] = "JRaw"

    def __init__(self, value: object, kind: str | None = "Raw") -> None:
        super().__init__(value, kind)

    def copy(self) -> JToken:
        """Return a copy without parent."""
        return JRaw(self.value)


_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "Boolean"), (str, "String"), (int, "Integer"), (float, "Float"), (Decimal, "Float"), (DateTime, "Date"), (DateTimeOffset, "Date"),
    (Guid, "Guid"), (TimeSpan, "TimeSpan"), (bytes, "Bytes"), (bytearray, "Bytes"), (EnumValue, "Integer"),
)  # fmt: skip


def kind_of(value: object) -> str:
    """Return the JTokenType of a scalar."""
    if value is None:
        return "Null"
    for python, kind in _KINDS:
        if isinstance(value, python):
            return kind
    return "Uri" if type(value).__name__ == "Uri" else "Object"
