"""What a declaration says, in words and plain values: for `apim-ai explain`, docs and editors."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from apim_ai.definition.example import example
from apim_ai.definition.nodes import (
    REQUIRED,
    AttributePart,
    ChildPart,
    ContentPart,
    Definition,
    PoliciesPart,
    TextsPart,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.definition.kinds import Kind
    from apim_ai.definition.nodes import Part

__all__ = ["AttributeNote", "Description", "ElementNote", "FailureNote", "describe"]

_PAGES = "https://learn.microsoft.com/azure/api-management/"


@dataclass(frozen=True, slots=True)
class AttributeNote:
    """An attribute.

    Args:
        name: as it is written.
        type: the kind's name.
        required: whether it must stand.
        default: what it is when absent, as text.
        allowed: the words it may be; any when empty.
        minimum: the smallest number.
        maximum: the largest number.
        expressions: `allowed`, `forbidden`, or `undocumented` where sources contradict each other.
        documented: False where only the editor schema knows it.
        text: what it is for.
    """

    name: str
    type: str
    required: bool
    default: str | None
    allowed: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    expressions: str
    documented: bool
    text: str


@dataclass(frozen=True, slots=True)
class ElementNote:
    """A child element.

    Args:
        name: as it is written.
        within: the wrapper element around it, if any.
        at_least: how many must stand (in the wrapper, if there is one).
        at_most: how many may; None: any number.
        content: the kind of its text; None where it takes none.
        attributes: its own.
        elements: its own.
        policies: which policies may stand in it; `["*"]` for any.
        text: what it is for.
    """

    name: str
    within: str | None
    at_least: int
    at_most: int | None
    content: str | None
    attributes: tuple[AttributeNote, ...]
    elements: tuple[ElementNote, ...]
    policies: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FailureNote:
    """How a policy refuses: when, with which status, and what `context.LastError` then says, where that is known."""

    when: str
    status: int | str | None
    reason: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """All that is known of a policy."""

    name: str
    summary: str
    details: str
    sections: tuple[str, ...]
    maybe_sections: tuple[str, ...]
    scopes: tuple[str, ...]
    maybe_scopes: tuple[str, ...]
    gateways: tuple[str, ...]
    maybe_gateways: tuple[str, ...]
    once: str | None
    ordered: bool
    documented: bool
    preview: bool
    page: str | None
    content: str | None
    attributes: tuple[AttributeNote, ...]
    elements: tuple[ElementNote, ...]
    policies: tuple[str, ...]
    conditions: tuple[str, ...]
    errors: tuple[FailureNote, ...]
    example: str


def describe(definition: Definition) -> Description:
    """Return what a policy's declaration says."""
    summary, _, details = inspect.cleandoc(definition.documentation).partition("\n\n")
    return Description(
        name=definition.name,
        summary=" ".join(summary.split()),
        details=details,
        sections=definition.sections,
        maybe_sections=definition.maybe_sections,
        scopes=definition.scopes,
        maybe_scopes=definition.maybe_scopes,
        gateways=definition.gateways,
        maybe_gateways=definition.maybe_gateways,
        once=definition.once,
        ordered=definition.ordered,
        documented=definition.documented,
        preview=definition.preview,
        page=f"{_PAGES}{definition.page}" if definition.page else None,
        content=_content(definition),
        attributes=tuple(map(_attribute, definition.attributes)),
        elements=tuple(_elements(definition)),
        policies=_policies(definition),
        conditions=tuple(constraint.describe() for constraint in definition.constraints),
        errors=_failures().get(definition.name, ()),
        example=example(definition),
    )


def _attribute(part: AttributePart) -> AttributeNote:
    is_required = part.default is REQUIRED
    return AttributeNote(
        name=part.name,
        type=part.kind.name,
        required=is_required,
        default=None if is_required or part.default is None else _shown(part.default),
        allowed=part.kind.choices,
        minimum=part.kind.minimum,
        maximum=part.kind.maximum,
        expressions=part.expressions,
        documented=part.documented,
        text=part.doc,
    )


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _content(definition: Definition) -> str | None:
    part = next((part for part in definition.parts if isinstance(part, ContentPart)), None)
    return None if part is None else _kind(part.kind)


def _kind(kind: Kind[object]) -> str:
    return " | ".join(kind.choices) or kind.name


def _elements(definition: Definition) -> Iterator[ElementNote]:
    for part in definition.parts:
        if isinstance(part, ChildPart):
            yield _child(part)
        elif isinstance(part, TextsPart):
            content = _kind(part.kind)
            yield ElementNote(part.name, part.within, part.at_least, part.at_most, content, (), (), (), part.doc)


def _child(part: ChildPart) -> ElementNote:
    inner = part.item.definition
    return ElementNote(
        part.name,
        part.within,
        part.at_least,
        part.at_most,
        _content(inner),
        tuple(map(_attribute, inner.attributes)),
        tuple(_elements(inner)),
        _policies(inner),
        part.doc or " ".join(inspect.cleandoc(inner.documentation).split()),
    )


def _policies(definition: Definition) -> tuple[str, ...]:
    return next((_names(part) for part in definition.parts if isinstance(part, PoliciesPart)), ())


def _names(part: Part) -> tuple[str, ...]:
    return part.only or ("*",) if isinstance(part, PoliciesPart) else ()


@cache
def _failures() -> dict[str, tuple[FailureNote, ...]]:
    text = resources.files("apim_ai.definition").joinpath("failures.json").read_text(encoding="utf-8")
    return {name: tuple(FailureNote(**entry) for entry in entries) for name, entries in json.loads(text).items()}
