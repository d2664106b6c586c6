"""What an element consists of: attributes, text, child elements, nested policies. Declared as dataclass fields."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from apim_ai.definition.nodes import (
    REQUIRED,
    AttributePart,
    ChildPart,
    ContentPart,
    Expressions,
    Item,
    Part,
    PoliciesPart,
    Policy,
    TextsPart,
)

if TYPE_CHECKING:
    from apim_ai.definition.kinds import Kind
    from apim_ai.definition.value import Value

__all__ = [
    "attribute",
    "child",
    "children",
    "content",
    "literal",
    "policies",
    "texts",
]

T = TypeVar("T")
I = TypeVar("I", bound="Item")  # noqa: E741 - I for item


def _field(part: Part, default: object = dataclasses.MISSING) -> Any:
    if default is dataclasses.MISSING:
        return dataclasses.field(metadata={"part": part})
    return dataclasses.field(default=default, metadata={"part": part})


@overload
def attribute(
    kind: Kind[T], *, name: str = "", expressions: Expressions = "allowed", documented: bool = True, doc: str = ""
) -> Value[T]: ...
@overload
def attribute(
    kind: Kind[T],
    *,
    default: None,
    name: str = "",
    expressions: Expressions = "allowed",
    documented: bool = True,
    disputed: bool = False,
    doc: str = "",
) -> Value[T] | None: ...
@overload
def attribute(
    kind: Kind[T],
    *,
    default: T,
    name: str = "",
    expressions: Expressions = "allowed",
    documented: bool = True,
    disputed: bool = False,
    doc: str = "",
) -> Value[T]: ...
def attribute(
    kind: Kind[Any],
    *,
    default: object = REQUIRED,
    name: str = "",
    expressions: Expressions = "allowed",
    documented: bool = True,
    disputed: bool = False,
    doc: str = "",
) -> Any:
    """Declare an attribute that takes an expression.

    Args:
        kind: what it may be.
        default: its value when absent; None: it may be absent; not given: it is required.
        name: the XML name where it is not the field's with `-` for `_`.
        expressions: "undocumented" where sources contradict each other: the reader warns instead of objecting;
            "forbidden" where it objects, yet an expression can be run all the same.
        documented: False for an attribute that only the editor schema knows.
        disputed: its page asks for it, services take documents without: a warning.
        doc: what it is for, one sentence.
    """
    return _field(AttributePart(name, kind, default, expressions, documented, doc, disputed=disputed))


@overload
def literal(kind: Kind[T], *, name: str = "", documented: bool = True, doc: str = "") -> T: ...
@overload
def literal(
    kind: Kind[T], *, default: None, name: str = "", documented: bool = True, disputed: bool = False, doc: str = ""
) -> T | None: ...
@overload
def literal(kind: Kind[T], *, default: T, name: str = "", documented: bool = True, doc: str = "") -> T: ...
def literal(
    kind: Kind[Any],
    *,
    default: object = REQUIRED,
    name: str = "",
    documented: bool = True,
    disputed: bool = False,
    doc: str = "",
) -> Any:
    """Declare an attribute that takes no expression: the field holds the plain value. Arguments as for `attribute`."""
    part = AttributePart(name, kind, default, "forbidden", documented, doc, is_literal=True, disputed=disputed)
    return _field(part)


@overload
def content(
    kind: Kind[T], *, expressions: Expressions = "allowed", markup: bool = False, doc: str = ""
) -> Value[T]: ...
@overload
def content(
    kind: Kind[T], *, default: None, expressions: Expressions = "allowed", markup: bool = False, doc: str = ""
) -> Value[T] | None: ...
@overload
def content(
    kind: Kind[T], *, default: T, expressions: Expressions = "allowed", markup: bool = False, doc: str = ""
) -> Value[T]: ...
def content(
    kind: Kind[Any],
    *,
    default: object = REQUIRED,
    expressions: Expressions = "allowed",
    markup: bool = False,
    doc: str = "",
) -> Any:
    """Declare the element's text. With expressions "forbidden" the field is still a `Value`.

    Args:
        kind: what it may be.
        default: its value when absent; None: it may be absent; not given: it is required.
        expressions: as for `attribute`.
        markup: whether elements that no other part declares may stand in it; they are text as they are written.
        doc: what it is for, one sentence.
    """
    return _field(ContentPart(kind, default, expressions, markup, doc))


@overload
def child(item: type[I], *, required: Literal[True], name: str = "", within: str | None = None, doc: str = "") -> I: ...
@overload
def child(item: type[I], *, name: str = "", within: str | None = None, doc: str = "") -> I | None: ...
def child(item: type[I], *, required: bool = False, name: str = "", within: str | None = None, doc: str = "") -> Any:
    """Declare a child element that stands at most once."""
    part = ChildPart(item, name, within, int(required), 1, is_single=True, doc=doc)
    return _field(part) if required else _field(part, None)


def children(
    item: type[I],
    *,
    name: str = "",
    within: str | None = None,
    at_least: int = 0,
    at_most: int | None = None,
    disputed: bool = False,
    doc: str = "",
) -> tuple[I, ...]:
    """Declare child elements of one name, in a wrapper element where `within` names one.

    With `disputed` fewer than `at_least` are worth a warning: the page asks for them, services run documents without.
    """
    part = ChildPart(item, name, within, at_least, at_most, is_single=False, doc=doc, disputed=disputed)
    return _field(part, ())


def texts(
    name: str,
    kind: Kind[T],
    *,
    within: str | None = None,
    at_least: int = 0,
    at_most: int | None = None,
    expressions: Expressions = "allowed",
    doc: str = "",
) -> tuple[Value[T], ...]:
    """Declare child elements that hold only text, such as `<value>`; `at_least` counts inside a wrapper that is there."""
    part = TextsPart(name, kind, within, at_least, at_most, expressions, doc)
    return _field(part, ())


def policies(
    *,
    only: tuple[str, ...] | None = None,
    also: tuple[str, ...] = (),
    at_least: int = 0,
    at_most: int | None = None,
    once: tuple[str, ...] = (),
    doc: str = "",
) -> tuple[Policy, ...]:
    """Declare nested policies. A field that shadows this function's name stands last in its class.

    Args:
        only: names of those that may stand there; by default any.
        also: names that only the editor schema knows: they may stand there, with a warning.
        at_least: how many there must be.
        at_most: how many there may be.
        once: names of those that may stand only once.
        doc: what they are for, one sentence.
    """
    return _field(PoliciesPart(only, also, at_least, at_most, doc, once), ())
