"""How elements are written, from their declarations: the order of attributes, and where text is content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.definition.nodes import ChildPart, ContentPart, Definition, PoliciesPart, TextsPart
from apim_ai.definition.registry import POLICIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.definition.registry import Registry

__all__ = ["DOCUMENT", "DeclaredForm"]

_SECTIONS = ("inbound", "backend", "outbound", "on-error")


@dataclass(frozen=True, slots=True)
class DeclaredForm:
    """How an element is written; see `document.layout.Form`."""

    attributes: tuple[str, ...] = ()
    takes_text: bool = False
    takes_markup: bool = False
    find: Callable[[str], DeclaredForm | None] = lambda _: None

    def child(self, name: str) -> DeclaredForm | None:
        """Return the form of an element in it, or None."""
        return self.find(name)


def _of_definition(definition: Definition, registry: Registry) -> DeclaredForm:
    names = [part.name for part in definition.attributes]
    contents = [part for part in definition.parts if isinstance(part, ContentPart)]
    return DeclaredForm(
        tuple(dict.fromkeys(["id", *names])),
        takes_text=bool(contents),
        takes_markup=any(part.markup for part in contents),
        find=lambda name: _in_definition(definition, name, registry),
    )


def _in_definition(definition: Definition, name: str, registry: Registry) -> DeclaredForm | None:
    for part in definition.parts:
        if isinstance(part, ChildPart | TextsPart) and name == (part.within or part.name):
            return _of_part(part, registry)
    if any(isinstance(part, PoliciesPart) for part in definition.parts):
        return _policy(name, registry)
    return None


def _of_part(part: ChildPart | TextsPart, registry: Registry) -> DeclaredForm:
    inner = _TEXT if isinstance(part, TextsPart) else _of_definition(part.item.definition, registry)
    if part.within is None:
        return inner
    return DeclaredForm(find=lambda name: inner if name == part.name else None)


def _policy(name: str, registry: Registry) -> DeclaredForm | None:
    if name == "base":
        return DeclaredForm()
    cls = registry.find(name)
    return None if cls is None else _of_definition(cls.definition, registry)


_TEXT = DeclaredForm(takes_text=True)
_SECTION = DeclaredForm(find=lambda name: _policy(name, POLICIES))
_ROOTS = {"policies": DeclaredForm(find=lambda name: _SECTION if name in _SECTIONS else None), "fragment": _SECTION}
DOCUMENT = DeclaredForm(find=_ROOTS.get)
