"""An XML schema of policy documents for editors, from the declarations.

It knows what an editor can use while one types: names, attributes, words, documentation. It takes an expression or a
named value wherever one may stand, and leaves counts, conditions between parts and scopes to `apim-ai lint`. Raw C# with
quotes and angle brackets is no XML: editors that insist on XML take documents in the format `xml`.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from apim_ai.definition.nodes import (
    ALL_SECTIONS,
    REQUIRED,
    AttributePart,
    ChildPart,
    ContentPart,
    Definition,
    PoliciesPart,
    TextsPart,
)
from apim_ai.definition.registry import POLICIES

if TYPE_CHECKING:
    from apim_ai.definition.kinds import Kind
    from apim_ai.definition.nodes import Part

__all__ = ["policy_schema"]

_XS = "http://www.w3.org/2001/XMLSchema"
_NOTE = "Generated from the declarations of apim-ai: change those, not this file."
_EXPRESSION = r"\s*@[\(\{][\s\S]*"
_NAMED_VALUE = r"[\s\S]*\{\{[\s\S]+\}\}[\s\S]*"
_NUMBERS = frozenset({"int", "long", "decimal", "double"})


def policy_schema() -> str:
    """Return the schema's text."""
    ET.register_namespace("xs", _XS)
    schema = ET.Element(_name("schema"), {"elementFormDefault": "qualified"})
    _document(schema, _NOTE)
    for name, values in (("expression", _EXPRESSION), ("named-value", _NAMED_VALUE)):
        _pattern(schema, name, values)
    _roots(schema)
    for definition in _definitions():
        element = _add(schema, "element", name=definition.name)
        _document(element, _first_paragraph(definition))
        _type(element, definition)
    ET.indent(schema)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(schema, encoding="unicode") + "\n"


@cache
def _definitions() -> tuple[Definition, ...]:
    found = (cls.definition for name in POLICIES.names if (cls := POLICIES.find(name)) is not None)
    return tuple(definition for definition in found if definition.documented and definition.sections)


# --- roots and sections -----------------------------------------------------------------------------------------------


def _roots(schema: ET.Element) -> None:
    """Declare the roots, and the policies of each section; nested policies may be any."""
    policies = _complex(_add(schema, "element", name="policies"))
    sections = _add(policies, "all")
    for section in ALL_SECTIONS:
        inner = _complex(_add(sections, "element", name=section, minOccurs="0"))
        choice = _many(inner)
        _add(choice, "element", name="base", type="base")
        for definition in _definitions():
            if section in (*definition.sections, *definition.maybe_sections):
                _add(choice, "element", ref=definition.name)
    fragment = _complex(_add(schema, "element", name="fragment"))
    _add(fragment, "group", ref="policy", minOccurs="0", maxOccurs="unbounded")
    group = _add(_add(schema, "group", name="policy"), "choice")
    for definition in _definitions():
        _add(group, "element", ref=definition.name)
    base = _add(schema, "complexType", name="base")
    _document(base, "The policies of the scope above.")


# --- elements ---------------------------------------------------------------------------------------------------------


def _type(element: ET.Element, definition: Definition) -> None:
    content = next((part for part in definition.parts if isinstance(part, ContentPart)), None)
    parts = [part for part in definition.parts if isinstance(part, ChildPart | TextsPart | PoliciesPart)]
    if content is not None and content.markup:
        body = _complex(element, is_mixed=True)
        _add(_many(body), "any", processContents="skip")
    elif content is not None and not parts:
        body = _add(_add(_complex(element), "simpleContent"), "extension", base="xs:string")
    else:
        body = _complex(element, is_mixed=content is not None)
        if parts:
            _children(body, parts, is_ordered=definition.ordered)
    for part in definition.attributes:
        _attribute(body, part)
    if not any(part.name == "id" for part in definition.attributes):
        _add(body, "attribute", name="id", type="xs:string")


def _children(body: ET.Element, parts: list[ChildPart | TextsPart | PoliciesPart], *, is_ordered: bool) -> None:
    """Declare children: in order where that counts, else in any order and number."""
    if is_ordered or len(parts) == 1:
        sequence = _add(body, "sequence")
        for part in parts:
            _child(sequence, part, **_occurs(part))
    else:
        choice = _many(body)
        for part in parts:
            _child(choice, part)


def _occurs(part: ChildPart | TextsPart | PoliciesPart) -> dict[str, str]:
    if not isinstance(part, PoliciesPart) and part.within is not None:
        return {"minOccurs": "0"}
    most = "unbounded" if part.at_most is None else str(part.at_most)
    return {"minOccurs": str(part.at_least), "maxOccurs": most}


def _child(parent: ET.Element, part: Part, **occurs: str) -> None:
    match part:
        case PoliciesPart(only=None):
            _add(parent, "group", ref="policy", **occurs)
        case PoliciesPart(only=names):
            known = {definition.name for definition in _definitions()}
            choice = _add(parent, "choice", **occurs)
            for name in names or ():
                if name in known:
                    _add(choice, "element", ref=name)
        case ChildPart(within=str() as within) | TextsPart(within=str() as within):
            wrapper = _add(parent, "element", name=within, **occurs)
            _item(_many(_complex(wrapper)), part)
        case ChildPart() | TextsPart():
            _item(parent, part, **occurs)
        case _:
            pass


def _item(parent: ET.Element, part: ChildPart | TextsPart, **occurs: str) -> None:
    if isinstance(part, TextsPart):
        element = _add(parent, "element", name=part.name, type="xs:string", **occurs)
        _document(element, part.doc)
        return
    element = _add(parent, "element", name=part.name, **occurs)
    _document(element, part.doc or _first_paragraph(part.item.definition))
    _type(element, part.item.definition)


# --- attributes -------------------------------------------------------------------------------------------------------


def _attribute(body: ET.Element, part: AttributePart) -> None:
    use = "required" if part.default is REQUIRED else "optional"
    attribute = _add(body, "attribute", name=part.name, use=use)
    default = part.default if part.default not in (None, REQUIRED) else None
    shown = "" if default is None else f" Default: {str(default).lower() if isinstance(default, bool) else default}."
    _document(attribute, f"{part.doc[:1].upper()}{part.doc[1:]}{'.' if part.doc else ''}{shown}".strip())
    values = _add(_add(attribute, "simpleType"), "union")
    members = [] if part.expressions == "forbidden" else ["expression"]
    plain = _plain(part.kind)
    if plain == "xs:string":
        members = [plain]
    elif plain:
        members.append(plain)
    values.set("memberTypes", " ".join([*members, "named-value"]))
    if not plain:
        restriction = _add(_add(values, "simpleType"), "restriction", base="xs:string")
        for choice in part.kind.choices:
            _add(restriction, "enumeration", value=choice)


def _plain(kind: Kind[object]) -> str:
    """Return the type of a kind's literals; an empty text where it is one of some words."""
    if kind.choices:
        return ""
    if kind.name == "bool":
        return "xs:boolean"
    if kind.name in _NUMBERS:
        return "xs:decimal" if kind.name in ("decimal", "double") else "xs:integer"
    return "xs:string"


# --- building ---------------------------------------------------------------------------------------------------------


def _name(name: str) -> str:
    return f"{{{_XS}}}{name}"


def _add(parent: ET.Element, tag: str, /, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, _name(tag), attributes)


def _complex(element: ET.Element, *, is_mixed: bool = False) -> ET.Element:
    return _add(element, "complexType", **({"mixed": "true"} if is_mixed else {}))


def _many(body: ET.Element) -> ET.Element:
    return _add(body, "choice", minOccurs="0", maxOccurs="unbounded")


def _pattern(schema: ET.Element, name: str, pattern: str) -> None:
    restriction = _add(_add(schema, "simpleType", name=name), "restriction", base="xs:string")
    _add(restriction, "pattern", value=pattern)


def _document(element: ET.Element, text: str) -> None:
    if text:
        _add(_add(element, "annotation"), "documentation").text = text


def _first_paragraph(definition: Definition) -> str:
    return " ".join(inspect.cleandoc(definition.documentation).split("\n\n")[0].split())
