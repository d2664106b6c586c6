"""What a document means, apart from how it is written: the base of plan, drift and the control plane's ETags.

Two documents that API Management would run alike have the same canonical text, in whatever format, encoding of
characters, layout, order of attributes and style of quotes they are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from apim_ai.document.csharp import normalise_code
from apim_ai.document.parser import parse
from apim_ai.document.tree import Comment, Element, Text
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document.tree import Attribute, Document, Format, Node

__all__ = ["Canonical", "Shape", "canonical", "canonical_text", "shape_of"]

SECTIONS = ("inbound", "backend", "outbound", "on-error")

# Child lists whose order means nothing: parent -> names of the children that are sorted among themselves.
_UNORDERED = {
    "allowed-origins": {"origin"},
    "allowed-methods": {"method"},
    "allowed-headers": {"header"},
    "expose-headers": {"header"},
    "audiences": {"audience"},
    "issuers": {"issuer"},
    "client-application-ids": {"application-id"},
    "claim": {"value"},
    "ip-filter": {"address", "address-range"},
    "cache-lookup": {"vary-by-header", "vary-by-query-parameter"},
    "emit-metric": {"dimension"},
    "llm-emit-token-metric": {"dimension"},
    "azure-openai-emit-token-metric": {"dimension"},
}
_DURATIONS = frozenset({"renewal-period", "interval", "duration", "timeout"})
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.IGNORECASE)
_SECONDS = (86_400, 3_600, 60, 1)
_WHITE = re.compile(r"[\t\r\n]")


@dataclass(frozen=True, slots=True)
class Shape:
    """The meaning of one element: its name, sorted attributes, and children (elements, or text)."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Shape | str, ...]

    @property
    def head(self) -> str:
        """The element and its attributes on one line."""
        return " ".join((self.name, *(f"{name}={_quote(value)}" for name, value in self.attributes)))

    def lines(self, indent: int = 0) -> Iterator[str]:
        """Yield the canonical serialisation."""
        yield f"{'  ' * indent}{self.head}"
        for child in self.children:
            if isinstance(child, Shape):
                yield from child.lines(indent + 1)
            else:
                yield f"{'  ' * (indent + 1)}{_quote(child)}"


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical text of a document and its SHA-256 in hexadecimal."""

    text: str
    hash: str


def canonical(
    text: str,
    format: Format = "rawxml",  # noqa: A002 - Azure's word
    *,
    is_global: bool = False,
    keep_comments: bool = False,
) -> Canonical:
    """Return the canonical form of a document.

    Args:
        text: the document.
        format: how it is written; both formats of one policy give the same form.
        is_global: whether it stands at the global scope, where an absent section equals an empty one; elsewhere it
            equals one that holds only `<base />`.
        keep_comments: whether comments count.
    """
    form = canonical_text(text, format, is_global=is_global, keep_comments=keep_comments)
    return Canonical(form, sha256(form.encode("utf-8", "surrogatepass")).hexdigest())


@lru_cache(maxsize=256)
def canonical_text(
    text: str,
    format: str = "rawxml",  # noqa: A002 - Azure's word
    *,
    is_global: bool = False,
    keep_comments: bool = False,
) -> str:
    """Return the canonical text alone; see `canonical`."""
    document = parse(Source("", text), format="xml" if format.startswith("xml") else "rawxml")
    shapes = shape_of(document, is_global=is_global, keep_comments=keep_comments)
    lines: list[str] = []
    for shape in shapes:
        lines.extend(shape.lines() if isinstance(shape, Shape) else (_quote(shape),))
    return "\n".join(lines) + "\n"


def shape_of(document: Document, *, is_global: bool = False, keep_comments: bool = False) -> tuple[Shape | str, ...]:
    """Return the meaning of each thing at the top of a document; a sound document has one."""
    children = _children(document.nodes, keep_comments=keep_comments)
    return tuple(_with_sections(c, is_global=is_global) if isinstance(c, Shape) else c for c in children)


def _with_sections(root: Shape, *, is_global: bool) -> Shape:
    """Put each section in its place: an absent one inherits, or is empty at the global scope."""
    if root.name != "policies":
        return root
    present = {child.name: child for child in root.children if isinstance(child, Shape)}
    if len(present) != len(root.children) or not present.keys() <= set(SECTIONS):
        return root
    missing: tuple[Shape, ...] = () if is_global else (Shape("base", (), ()),)
    return Shape(root.name, root.attributes, tuple(present.get(n) or Shape(n, (), missing) for n in SECTIONS))


def _children(nodes: tuple[Node, ...], *, keep_comments: bool, parent: str = "") -> tuple[Shape | str, ...]:
    found: list[Shape | str] = []
    texts: list[str] = []

    def flush() -> None:
        text = "".join(texts).strip()
        texts.clear()
        if text:
            found.append(text)

    for node in nodes:
        match node:
            case Element():
                flush()
                shape = _shape(node, keep_comments=keep_comments)
                if shape.name != "otherwise" or shape.children:
                    found.append(shape)
            case Text():
                texts.append(_text(node))
            case Comment():
                if keep_comments:
                    flush()
                    found.append(f"<!-- {' '.join(node.value.split())} -->")
            case _:
                pass
    flush()
    return _sorted_where_unordered(found, _UNORDERED.get(parent, set()))


def _shape(element: Element, *, keep_comments: bool) -> Shape:
    attributes = sorted((a.name, _attribute(a)) for a in element.attributes)
    children = _children(element.children, keep_comments=keep_comments, parent=element.name)
    return Shape(element.name, tuple(attributes), children)


def _attribute(attribute: Attribute) -> str:
    if attribute.code is not None:
        return normalise_code(attribute.code.text)
    value = _WHITE.sub(" ", attribute.value.replace("\r\n", "\n"))
    if value.lower() in ("true", "false"):
        return value.lower()
    return _seconds(value) if attribute.name in _DURATIONS else value


def _seconds(value: str) -> str:
    match = _ISO_DURATION.fullmatch(value)
    if match is None or not any(match.groups()):
        return value
    return str(sum(int(count or 0) * unit for count, unit in zip(match.groups(), _SECONDS, strict=True)))


def _text(text: Text) -> str:
    return normalise_code(text.code.text) if text.code is not None else text.value.replace("\r\n", "\n")


def _sorted_where_unordered(children: list[Shape | str], names: set[str]) -> tuple[Shape | str, ...]:
    places = [i for i, child in enumerate(children) if isinstance(child, Shape) and child.name in names]
    chosen = sorted((children[place] for place in places), key=lambda child: "\n".join(_lines(child)))
    for place, child in zip(places, chosen, strict=True):
        children[place] = child
    return tuple(children)


def _lines(child: Shape | str) -> tuple[str, ...]:
    return tuple(child.lines()) if isinstance(child, Shape) else (child,)


def _quote(value: str) -> str:
    """Return a value in quotes on one line, so that no value can look like structure."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r").replace("\n", "\\n")
    return f'"{escaped}"'
