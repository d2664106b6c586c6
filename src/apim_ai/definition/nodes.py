"""What documents are read into, and what is known of it: `Policy` and `Item` instances, their `Definition` and its parts.

These types name each other, so they live in one module. Fields are declared with the functions of `parts`, classes with
the decorators of `declare`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

from apim_ai.definition.value import Value
from apim_ai.expression import Read

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from apim_ai.definition.constraints import Constraint
    from apim_ai.definition.kinds import Kind
    from apim_ai.document.tree import Element
    from apim_ai.runtime import Exchange, Respond
    from apim_ai.source import Span

__all__ = [
    "ALL_GATEWAYS",
    "ALL_SCOPES",
    "ALL_SECTIONS",
    "REQUIRED",
    "AttributePart",
    "ChildPart",
    "ContentPart",
    "Definition",
    "Expressions",
    "GatewayName",
    "Item",
    "Node",
    "Part",
    "PoliciesPart",
    "Policy",
    "ScopeName",
    "SectionName",
    "TextsPart",
]

SectionName = Literal["inbound", "backend", "outbound", "on-error"]
ScopeName = Literal["global", "workspace", "product", "api", "operation"]
GatewayName = Literal["classic", "v2", "consumption", "self-hosted", "workspace"]

ALL_SECTIONS: tuple[SectionName, ...] = ("inbound", "backend", "outbound", "on-error")
ALL_SCOPES: tuple[ScopeName, ...] = ("global", "workspace", "product", "api", "operation")
ALL_GATEWAYS: tuple[GatewayName, ...] = ("classic", "v2", "consumption", "self-hosted", "workspace")

Expressions = Literal["allowed", "forbidden", "undocumented"]


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class AttributePart:
    """An attribute. `default` is a value of the kind, None (may be absent) or REQUIRED.

    With `is_literal` the field holds the plain value instead of a `Value`. `disputed` says that services take documents
    without it, whatever its page says: a warning.
    """

    name: str
    kind: Kind[Any]
    default: object
    expressions: Expressions
    documented: bool
    doc: str
    is_literal: bool = False
    disputed: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class ContentPart:
    """The text of the element; with `markup` it may hold any other elements, which then are text as written."""

    kind: Kind[Any]
    default: object
    expressions: Expressions
    markup: bool
    doc: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class ChildPart:
    """Child elements with parts of their own.

    `within` is the wrapper element around them, if any; `disputed` says that services run documents with fewer than
    `at_least`, whatever their page says.
    """

    item: type[Item]
    name: str
    within: str | None
    at_least: int
    at_most: int | None
    is_single: bool
    doc: str
    field: str = ""
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class TextsPart:
    """Child elements that hold only text."""

    name: str
    kind: Kind[Any]
    within: str | None
    at_least: int
    at_most: int | None
    expressions: Expressions
    doc: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class PoliciesPart:
    """Nested policies; `only` names those allowed, None any; `also` those that only the editor schema knows.

    Where `only` is given they are parts of the enclosing policy, such as `set-status` in `return-response`, and may
    stand there in any section and scope; those of `once` stand at most once.
    """

    only: tuple[str, ...] | None
    also: tuple[str, ...]
    at_least: int
    at_most: int | None
    doc: str
    once: tuple[str, ...] = ()
    field: str = ""


Part = AttributePart | ContentPart | ChildPart | TextsPart | PoliciesPart


@dataclass(frozen=True, slots=True)
class Definition:
    """What is known of an element: the single source for reading, checking, `explain`, editor schema and conformance.

    Args:
        name: the element's name.
        parts: its attributes, text and children, in order.
        constraints: conditions between them.
        ordered: whether the children must stand in the declared order.
        documentation: the class's docstring.
        sections: where a policy may stand.
        scopes: scopes whose documents may hold it.
        gateways: gateways that run it.
        once: `section` or `definition` where it may stand only once.
        page: the documentation page it comes from.
        documented: False for an element that only schema or toolkit know.
        preview: whether the service calls it a preview.
        maybe_sections: sections that another source than the page lists, and that services take: a warning there.
        maybe_scopes: scopes that newer revisions of the page probably list: a warning there instead of an error.
        maybe_gateways: gateways likewise.
        settings: the named settings that decide what no page says of it, by name or group.
        approximated: what the local gateway does otherwise than the service, if anything.
        leading: attributes that are written before the others, where fields of a family stand before a policy's own.
    """

    name: str
    parts: tuple[Part, ...]
    constraints: tuple[Constraint, ...] = ()
    ordered: bool = False
    documentation: str = ""
    sections: tuple[SectionName, ...] = ()
    scopes: tuple[ScopeName, ...] = ALL_SCOPES
    gateways: tuple[GatewayName, ...] = ALL_GATEWAYS
    once: Literal["section", "definition"] | None = None
    page: str = ""
    documented: bool = True
    preview: bool = False
    maybe_sections: tuple[SectionName, ...] = ()
    maybe_scopes: tuple[ScopeName, ...] = ()
    maybe_gateways: tuple[GatewayName, ...] = ()
    settings: tuple[str, ...] = ()
    approximated: str | None = None
    leading: tuple[str, ...] = ()

    @property
    def attributes(self) -> tuple[AttributePart, ...]:
        """The attributes in the order in which they are written."""
        found = [part for part in self.parts if isinstance(part, AttributePart)]
        places = {name: place for place, name in enumerate(self.leading)}
        return tuple(sorted(found, key=lambda part: places.get(part.name, len(places))))


if TYPE_CHECKING:
    _kept = property  # what `runtime.Runnable` asks for
else:
    _kept = cached_property  # found once: each step of each trace asks for it


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Node:
    """An element that was read.

    Attributes:
        element: where it was read from; None for one made in a test.
        reads: what its own expressions read, those of its items included, those of nested policies not.
    """

    element: Element | None = field(default=None)
    reads: Read = field(default=Read.NONE)

    definition: ClassVar[Definition]

    @_kept
    def span(self) -> Span | None:
        """The start tag."""
        return None if self.element is None else self.element.span

    @_kept
    def element_name(self) -> str:
        """The XML name."""
        return self.definition.name

    @_kept
    def reads_bodies(self) -> bool:
        """Whether a body is among what its expressions read, so that it must be buffered first."""
        return bool(self.reads & (Read.REQUEST_BODY | Read.RESPONSE_BODY))

    @_kept
    def is_constant(self) -> bool:
        """Whether no expression is among its values, those of items and policies inside included."""
        return all(_is_constant(getattr(self, each.name)) for each in fields(self))

    def __repr__(self) -> str:
        return f"<{self.element_name}>"


def _is_constant(value: object) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_constant, cast("tuple[object, ...]", value)))
    return not isinstance(value, (Node, Value)) or cast("Node | Value[object]", value).is_constant


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Item(Node):
    """A child element that is no policy, such as `when` or `claim`."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Policy(Node):
    """A policy element. A subclass says what it does in `run`.

    Attributes:
        policy_id: the `id` attribute, which every policy may have.
        path: its place in the section, such as `choose[1]/when[2]/set-header[1]`.
    """

    policy_id: str | None = field(default=None)
    path: str = field(default="")

    def run(self, exchange: Exchange, /) -> Awaitable[Respond | None] | Respond | None:
        """Act on the exchange; return a response to end the pipeline with it.

        A policy that waits for something is a coroutine, one that never does a plain method.

        Raises:
            PolicyError: the policy refuses the exchange.
        """
        raise NotImplementedError(self.element_name)
