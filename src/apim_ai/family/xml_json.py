"""XML to JSON and back, by the rules of Newtonsoft.Json that .NET programs know (setting `transform.xml_json_mapping`).

An attribute is a member `@name`, text beside attributes or children is `#text`, repeated elements are a list. The simple
mapping has no marks: attributes are members as children are, and names lose their prefixes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from apim_ai.expression import to_text
from apim_ai.family.xml import parse_xml
from apim_ai.family.xml_written import Written, as_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage]  # lxml names its type so

__all__ = ["JsonOptions", "XmlOptions", "json_of_xml", "xml_of_json"]

ROOT = "Document"  # what holds JSON that has no single root
ARRAY = "Array"
TEXT = "#text"
CDATA = "#cdata-section"
_XMLNS = "xmlns"
_NAME = re.compile(r"[A-Za-z_][\w.\-]*", re.ASCII)
_LETTERS = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)  # XML 1.0, section 2.3
# Patterns of large sets take milliseconds to compile: `re` does it, and keeps them, when the first document needs them.
_START = f"[{_LETTERS}]"
_PART = f"[{_LETTERS}0-9.\u00b7\u0300-\u036f\u203f\u2040-]"
_ILLEGAL = "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d+?)0*(Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, slots=True)
class JsonOptions:
    """How XML becomes JSON.

    Args:
        is_simple: without marks and prefixes.
        always_lists: every child element is a list, also a single one.
        keeps_white_space: text of white space alone counts.
    """

    is_simple: bool = False
    always_lists: bool = False
    keeps_white_space: bool = False


@dataclass(frozen=True, slots=True)
class XmlOptions:
    """How JSON becomes XML.

    Args:
        separator: parts prefix and local name in a member's name.
        namespace_prefix: members that begin with it declare namespaces, as `xmlns` does.
        attribute_block: the member whose members are attributes.
        attribute_prefix: members that begin with it are attributes.
        parse_date: texts that are dates are written as .NET writes dates.
    """

    separator: str = "_"
    namespace_prefix: str = ""
    attribute_block: str = ""
    attribute_prefix: str = "@"
    parse_date: bool = True


def json_of_xml(content: bytes, options: JsonOptions) -> dict[str, object]:
    """Return XML as a JSON object with one member, the root.

    Raises:
        ValueError: it is not XML.
    """
    root = parse_xml(content)
    found: dict[str, object] = {}
    if not options.is_simple and content.lstrip().startswith(b"<?xml"):
        found["?xml"] = _declaration(content)
    written = {} if options.is_simple else dict(zip(root.iter("*"), as_written(content), strict=False))
    found[_shown(root, options)] = _value(root, options, {}, written)
    return found


def _declaration(content: bytes) -> dict[str, object]:
    head = content[: content.find(b"?>")].decode("latin-1")
    return {
        f"@{name}": value for name, value in re.findall(r"(version|encoding|standalone)\s*=\s*[\"']([^\"']*)", head)
    }


def _value(
    element: _Element,
    options: JsonOptions,
    outer: Mapping[str | None, str],
    written: Mapping[_Element, Written],
) -> object:
    namespaces = cast("Mapping[str | None, str]", element.nsmap)
    members: dict[str, object] = dict(_marked(element, namespaces, options, outer))
    children = list(element.iterchildren("*"))  # no comments
    for child in children:
        inner = _value(child, options, namespaces, written)
        _add(members, _shown(child, options), inner, is_list=options.always_lists)
    own = written.get(element)
    sections = [text for is_cdata, text in own.pieces if is_cdata] if own is not None else []
    pieces = list(_texts(element, options))
    if own is not None and sections:
        pieces = [text for is_cdata, text in own.pieces if not is_cdata and (text.strip() or options.keeps_white_space)]
    elif not members:
        has_text = bool(element.text) or (own is not None and own.has_end_tag)
        return "".join(pieces) or ("" if has_text else None)
    for name, texts in ((TEXT, pieces), (CDATA, sections)):
        if texts:
            members[name] = texts[0] if len(texts) == 1 else texts
    return members


def _marked(
    element: _Element,
    namespaces: Mapping[str | None, str],
    options: JsonOptions,
    outer: Mapping[str | None, str],
) -> Iterator[tuple[str, str]]:
    """Yield the members that namespaces and attributes become."""
    if not options.is_simple:
        for prefix, uri in namespaces.items():
            if outer.get(prefix) != uri:
                yield f"@{_XMLNS}:{prefix}" if prefix else f"@{_XMLNS}", uri
    mark = "" if options.is_simple else "@"
    for name, value in element.attrib.items():
        yield mark + _qualified(element, str(name), options), str(value)


def _texts(element: _Element, options: JsonOptions) -> Iterator[str]:
    for piece in (element.text, *(child.tail for child in element)):
        if piece and (piece.strip() or options.keeps_white_space or len(element) == 0):
            yield piece


def _add(members: dict[str, object], name: str, value: object, *, is_list: bool) -> None:
    if name not in members:
        members[name] = [value] if is_list else value
    elif isinstance(members[name], list):
        cast("list[object]", members[name]).append(value)
    else:
        members[name] = [members[name], value]


def _shown(element: _Element, options: JsonOptions) -> str:
    local = str(element.tag).rsplit("}", 1)[-1]
    return local if options.is_simple or not element.prefix else f"{element.prefix}:{local}"


def _qualified(element: _Element, name: str, options: JsonOptions) -> str:
    if not name.startswith("{"):
        return name
    uri, local = name[1:].split("}", 1)
    if options.is_simple:
        return local
    if uri == "http://www.w3.org/XML/1998/namespace":
        return f"xml:{local}"
    prefix = next((prefix for prefix, value in element.nsmap.items() if value == uri and prefix), None)
    return f"{prefix}:{local}" if prefix else local


# --- JSON to XML ------------------------------------------------------------------------------------------------------


def xml_of_json(value: object, options: XmlOptions) -> str:
    """Return JSON as XML. A single member is the root; anything else stands inside `Document`."""
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        names = [name for name in members if name != "?xml"]
        if len(names) == 1 and not isinstance(members[names[0]], list):
            return "".join(_element(names[0], members[names[0]], options, frozenset()))
        return "".join(_element(ROOT, members, options, frozenset()))
    inner: object = {ARRAY: cast("list[object]", value)} if isinstance(value, list) else value
    return "".join(_element(ROOT, inner, options, frozenset()))


def _element(name: str, value: object, options: XmlOptions, prefixes: frozenset[str]) -> Iterator[str]:
    if isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _element(name, each, options, prefixes)
        return
    attributes: dict[str, str] = {}
    children: dict[str, object] = {}
    if isinstance(value, dict):
        prefixes, attributes, children = _parted(cast("dict[str, object]", value), options, prefixes)
    elif value is not None and value != "":
        children[TEXT] = value
    shown = _xml_name(name, options, prefixes)
    marks = "".join(f' {key}="{_escaped(each, quote=True)}"' for key, each in attributes.items())
    if not children:
        yield f"<{shown}{marks} />"
        return
    yield f"<{shown}{marks}>"
    for child, inner in children.items():
        if child in (TEXT, CDATA):
            yield from _plain(inner, options)
        else:
            yield from _element(child, inner, options, prefixes)
    yield f"</{shown}>"


def _plain(value: object, options: XmlOptions) -> Iterator[str]:
    pieces = cast("list[object]", value) if isinstance(value, list) else [value]
    yield from (_escaped(_text(piece, options)) for piece in pieces)


def _parted(
    members: Mapping[str, object], options: XmlOptions, prefixes: frozenset[str]
) -> tuple[frozenset[str], dict[str, str], dict[str, object]]:
    """Part members into declared prefixes, attributes, and children with the text among them."""
    marked, children = _attributes_apart(members, options)
    attributes: dict[str, str] = {}
    others: dict[str, object] = {}
    for name, value in marked.items():
        prefix, uri = _declared(name, options), _text(value, options)
        if prefix is None:
            others[name] = value
        elif uri or not prefix:
            attributes[f"{_XMLNS}:{prefix}" if prefix else _XMLNS] = uri
            prefixes |= {prefix}
    for name, value in others.items():
        attributes.setdefault(_xml_name(name, options, prefixes), _text(value, options))
    return prefixes, attributes, children


def _attributes_apart(
    members: Mapping[str, object], options: XmlOptions
) -> tuple[dict[str, object], dict[str, object]]:
    """Part members into those that mean attributes, by their names there, and all others."""
    marked: dict[str, object] = {}
    children: dict[str, object] = {}
    for name, value in members.items():
        if options.attribute_block and name == options.attribute_block and isinstance(value, dict):
            marked |= cast("dict[str, object]", value)
        elif options.attribute_prefix and name.startswith(options.attribute_prefix):
            marked[name.removeprefix(options.attribute_prefix)] = value
        elif options.namespace_prefix and _declared(name, options) is not None and isinstance(value, str):
            marked[name] = value
        else:
            children[name] = value
    return marked, children


def _declared(name: str, options: XmlOptions) -> str | None:
    """Return the namespace prefix that a member declares, empty for the default one, or None."""
    for mark, separator in ((options.namespace_prefix, options.separator), (_XMLNS, ":")):
        if mark and name == mark:
            return ""
        prefix = name.removeprefix(mark + separator)
        if mark and prefix != name and _NAME.fullmatch(prefix) and not prefix.lower().startswith("xml"):
            return prefix
    return None


def _xml_name(name: str, options: XmlOptions, prefixes: frozenset[str]) -> str:
    """Return an XML name; what no name may hold is written as .NET's XmlConvert.EncodeName does.

    A prefix that nothing declares is no prefix.
    """
    for separator in (options.separator, ":"):
        prefix, mark, local = name.partition(separator)
        if mark and local and (prefix in prefixes or (prefix == "xml" and separator == ":")):
            return f"{prefix}:{_encoded(local)}"
    return _encoded(name)


def _encoded(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    first, rest = name[:1] or "_", name[1:]
    head = first if re.fullmatch(_START, first) else _code(first)
    return head + "".join(each if re.fullmatch(_PART, each) else _code(each) for each in rest)


def _code(character: str) -> str:
    return f"_x{ord(character):04X}_"


def _text(value: object, options: XmlOptions) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return to_text(value) or ""
    if isinstance(value, str) and options.parse_date:
        date = _DATE.fullmatch(value)
        return value if date is None else _date(date)
    return str(value)


def _date(match: re.Match[str]) -> str:
    fraction = match[2].rstrip("0")
    return match[1] + (f".{fraction}" if fraction else "") + (match[3] or "")


def _escaped(text: str, *, quote: bool = False) -> str:
    clean = re.sub(_ILLEGAL, "", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return clean.replace('"', "&quot;") if quote else clean
