"""The decorators with which policies, items and families are declared.

Nothing here evaluates annotations, so `from __future__ import annotations` and `TYPE_CHECKING` imports are free in
policy files.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar, dataclass_transform

from apim_ai.definition.nodes import (
    AttributePart,
    ChildPart,
    ContentPart,
    Definition,
    GatewayName,
    Node,
    Part,
    PoliciesPart,
    Policy,
    ScopeName,
    SectionName,
    TextsPart,
)
from apim_ai.definition.parts import attribute, child, children, content, literal, policies, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.definition.constraints import Constraint

__all__ = ["family", "item", "policy"]

N = TypeVar("N", bound="Node")
P = TypeVar("P", bound="Policy")
_SPECIFIERS = (attribute, literal, content, child, children, texts, policies)


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
    settings: tuple[str, ...] | None = None,
) -> Callable[[type[P]], type[P]]:
    """Declare what sibling policies share; each of them adds `@policy(name)` and may override options."""
    given = {
        "sections": sections or None, "scopes": scopes, "gateways": gateways, "once": once, "page": page,
        "settings": settings,
    }  # fmt: skip
    options = {key: value for key, value in given.items() if value is not None}

    def decorate(cls: type[P]) -> type[P]:
        made = dataclass(frozen=True, kw_only=True, eq=False, repr=False)(cls)
        made._family = _Family(constraints, options)  # type: ignore[attr-defined]  # read by `policy` alone
        return made

    return decorate


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=_SPECIFIERS)
def policy(  # noqa: PLR0913 - a declaration says many things, each by its name
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
    maybe_sections: tuple[SectionName, ...] = (),
    maybe_scopes: tuple[ScopeName, ...] = (),
    maybe_gateways: tuple[GatewayName, ...] = (),
    settings: tuple[str, ...] | None = None,
    approximated: str | None = None,
    leading: tuple[str, ...] = (),
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
        maybe_sections: sections that another source than the page lists, and that services take: a warning there.
        maybe_scopes: scopes that newer revisions of the page probably list: a warning there instead of an error.
        maybe_gateways: gateways likewise.
        settings: the named settings that decide what no page says of it, by name or group (`retry` for `retry.*`).
        approximated: what the local gateway does otherwise than the service, if anything.
        leading: attributes that are written first, where a family's fields would stand before the policy's own.
    """
    given = {
        "sections": sections, "scopes": scopes, "gateways": gateways, "once": once, "page": page, "settings": settings
    }  # fmt: skip

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
                maybe_sections=maybe_sections,
                maybe_scopes=maybe_scopes,
                maybe_gateways=maybe_gateways,
                leading=leading,
                approximated=approximated,
                **options,
            )

        return _declare(cls, define)

    return decorate
