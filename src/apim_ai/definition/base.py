"""`Policy` and `Item`, the base classes of what documents are read into, and the decorators that declare them.

Nothing here evaluates annotations, so `from __future__ import annotations` and `TYPE_CHECKING` imports are free in
policy files.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, dataclass_transform

from apim_ai.definition.constraints import Constraint
from apim_ai.definition.parts import (
    AttributePart,
    ChildPart,
    ContentPart,
    Part,
    PoliciesPart,
    TextsPart,
    attribute,
    child,
    children,
    content,
    literal,
    policies,
    texts,
)
from apim_ai.expression import Read

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.document.tree import Element
    from apim_ai.runtime import Exchange, Respond
    from apim_ai.source import Span

__all__ = ["ALL_SCOPES", "ALL_SECTIONS", "Definition", "Item", "Node", "Policy", "family", "item", "policy"]

SectionName = Literal["inbound", "backend", "outbound", "on-error"]
ScopeName = Literal["global", "workspace", "product", "api", "operation"]
GatewayName = Literal["classic", "v2", "consumption", "self-hosted", "workspace"]

ALL_SECTIONS: tuple[SectionName, ...] = ("inbound", "backend", "outbound", "on-error")
ALL_SCOPES: tuple[ScopeName, ...] = ("global", "workspace", "product", "api", "operation")
ALL_GATEWAYS: tuple[GatewayName, ...] = ("classic", "v2", "consumption", "self-hosted", "workspace")

N = TypeVar("N", bound="Node")
P = TypeVar("P", bound="Policy")
_SPECIFIERS = (attribute, literal, content, child, children, texts, policies)


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
        maybe_scopes: scopes that newer revisions of the page probably list: a warning there instead of an error.
        maybe_gateways: gateways likewise.
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
    maybe_scopes: tuple[ScopeName, ...] = ()
    maybe_gateways: tuple[GatewayName, ...] = ()


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

    @cached_property
    def span(self) -> Span | None:
        """The start tag."""
        return None if self.element is None else self.element.span

    @property
    def element_name(self) -> str:
        """The XML name."""
        return self.definition.name

    def __repr__(self) -> str:
        return f"<{self.element_name}>"


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

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Act on the exchange; return a response to end the pipeline with it.

        Raises:
            PolicyError: the policy refuses the exchange.
        """
        raise NotImplementedError(self.element_name)


@dataclass(frozen=True, slots=True)
class _Family:
    """What `@family` leaves for the policies below it."""

    constraints: tuple[Constraint, ...]
    options: dict[str, Any]


def _parts_of(cls: type[Node]) -> tuple[Part, ...]:
    found: list[Part] = []
    for entry in dataclasses.fields(cls):
        part = entry.metadata.get("part")
        if part is None:
            continue
        named = (
            {} if isinstance(part, ContentPart | PoliciesPart) or part.name else {"name": _xml_name(part, entry.name)}
        )
        found.append(dataclasses.replace(part, field=entry.name, **named))
    return tuple(found)


def _xml_name(part: AttributePart | ChildPart | TextsPart, field_name: str) -> str:
    if isinstance(part, ChildPart):
        return part.item.definition.name
    return field_name.rstrip("_").replace("_", "-")


def _declare(cls: type[N], definition: Callable[[type[N]], Definition]) -> type[N]:
    made = dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
    made.definition = definition(made)
    return made


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=_SPECIFIERS)
def item(name: str, *constraints: Constraint, ordered: bool = False) -> Callable[[type[N]], type[N]]:
    """Declare a child element that is no policy."""

    def decorate(cls: type[N]) -> type[N]:
        return _declare(cls, lambda made: Definition(name, _parts_of(made), constraints, ordered, cls.__doc__ or ""))

    return decorate


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=_SPECIFIERS)
def family(
    *constraints: Constraint,
    sections: tuple[SectionName, ...] = (),
    scopes: tuple[ScopeName, ...] | None = None,
    gateways: tuple[GatewayName, ...] | None = None,
    once: Literal["section", "definition"] | None = None,
    page: str | None = None,
) -> Callable[[type[P]], type[P]]:
    """Declare what sibling policies share; each of them adds `@policy(name)` and may override options."""
    given = {"sections": sections or None, "scopes": scopes, "gateways": gateways, "once": once, "page": page}
    options = {key: value for key, value in given.items() if value is not None}

    def decorate(cls: type[P]) -> type[P]:
        made = dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
        made._family = _Family(constraints, options)  # type: ignore[attr-defined]  # read by `policy` alone
        return made

    return decorate


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=_SPECIFIERS)
def policy(
    name: str,
    *constraints: Constraint,
    sections: tuple[SectionName, ...] | None = None,
    scopes: tuple[ScopeName, ...] | None = None,
    gateways: tuple[GatewayName, ...] | None = None,
    once: Literal["section", "definition"] | None = None,
    page: str | None = None,
    ordered: bool = False,
    documented: bool = True,
    preview: bool = False,
    maybe_scopes: tuple[ScopeName, ...] = (),
    maybe_gateways: tuple[GatewayName, ...] = (),
) -> Callable[[type[P]], type[P]]:
    """Declare a policy element.

    Args:
        name: the element's name.
        constraints: conditions between its parts.
        sections: where it may stand.
        scopes: all by default.
        gateways: all by default.
        once: where it may stand only once.
        page: documentation page, such as `choose-policy`.
        ordered: whether children must stand in the declared order.
        documented: False for an element that only schema or toolkit know.
        preview: whether the service calls it a preview.
        maybe_scopes: scopes that newer revisions of the page probably list: a warning there instead of an error.
        maybe_gateways: gateways likewise.
    """
    given = {"sections": sections, "scopes": scopes, "gateways": gateways, "once": once, "page": page}

    def decorate(cls: type[P]) -> type[P]:
        inherited: _Family | None = getattr(cls, "_family", None)
        options = {**(inherited.options if inherited else {})}
        options |= {key: value for key, value in given.items() if value is not None}
        every = (*(inherited.constraints if inherited else ()), *constraints)

        def define(made: type[P]) -> Definition:
            return Definition(
                name,
                _parts_of(made),
                every,
                ordered,
                cls.__doc__ or "",
                documented=documented,
                preview=preview,
                maybe_scopes=maybe_scopes,
                maybe_gateways=maybe_gateways,
                **options,
            )

        return _declare(cls, define)

    return decorate
