"""A use of each policy: from `examples.txt`, else the shortest sound one that its declaration gives."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from apim_ai.definition.formatter import format_document
from apim_ai.definition.nodes import (
    REQUIRED,
    AttributePart,
    ChildPart,
    ContentPart,
    Definition,
    PoliciesPart,
    TextsPart,
)
from apim_ai.definition.registry import POLICIES
from apim_ai.document import parse
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.definition.kinds import Kind
    from apim_ai.definition.nodes import Part

__all__ = ["example"]

_SAMPLES = {
    "base64": "c2VjcmV0",
    "base64url": "c2VjcmV0",
    "guid": "00000000-0000-0000-0000-000000000000",
    "header-name": "x-name",
    "ip": "10.0.0.1",
    "uri": "https://example.com",
    "uri-template": "/items/{id}",
    "variable-name": "name",
    "char": ",",
    "datetime": "2026-01-01T00:00:00Z",
}
_TELLING = {
    "condition": "@(context.Response.StatusCode >= 500)",
    "counter-key": "@(context.Subscription.Id)",
    "fragment-id": "my-fragment",
    "backend-id": "my-backend",
    "embeddings-backend-id": "my-embeddings",
    "score-threshold": "0.05",
    "renewal-period": "300",
    "resource": "https://cognitiveservices.azure.com",
    "tenant-id": "{{tenant-id}}",
    "url": "https://example.com/.well-known/openid-configuration",
    "rewrite-uri/template": "/items/{id}",
}
_MAX_DEPTH = 4


def example(definition: Definition) -> str:
    """Return an element that the service takes, laid out as `apim-ai fmt` does."""
    written = _written().get(definition.name)
    element = written or "".join(_element(definition, frozenset(), 0))
    whole = format_document(Source("", f"<fragment>\n{element}\n</fragment>"))
    return "\n".join(line.removeprefix("  ") for line in whole.split("\n")[1:-2])


@cache
def _written() -> dict[str, str]:
    text = resources.files("apim_ai.definition").joinpath("examples.txt").read_text(encoding="utf-8")
    root = parse(Source("examples.txt", text)).root
    return {} if root is None else {element.name: text[element.start : element.end] for element in root.elements}


def _element(definition: Definition, wanted: frozenset[str], depth: int) -> Iterator[str]:
    wanted |= _chosen(definition)
    yield f"<{definition.name}"
    for part in definition.attributes:
        if part.default is REQUIRED or part.name in wanted:
            yield f" {part.name}={_quoted(_value(part.kind, part.name, definition.name))}"
    yield ">"
    for part in definition.parts:
        if not isinstance(part, AttributePart):
            yield from _inner(part, definition, wanted, depth)
    yield f"</{definition.name}>"


def _inner(part: Part, definition: Definition, wanted: frozenset[str], depth: int) -> Iterator[str]:
    match part:
        case ContentPart() if part.default is REQUIRED or "#text" in wanted:
            yield (
                "<x />"
                if part.markup and definition.name == "xsl-transform"
                else _value(part.kind, "", definition.name)
            )
        case TextsPart() if _is_due(part, wanted):
            yield from _within(part, [f"<{part.name}>{_value(part.kind, part.name, '')}</{part.name}>"])
        case ChildPart() if _is_due(part, wanted) and depth < _MAX_DEPTH:
            yield from _within(part, _element(part.item.definition, frozenset(), depth + 1))
        case PoliciesPart() if part.at_least or part.only is None:
            yield _nested(part, depth)
        case _:
            pass


def _is_due(part: ChildPart | TextsPart, wanted: frozenset[str]) -> bool:
    """Whether a child must stand; what must stand in a wrapper does so only where the wrapper stands."""
    return (part.at_least > 0 and part.within is None) or part.name in wanted or part.within in wanted


def _within(part: ChildPart | TextsPart, inner: Iterator[str] | list[str]) -> Iterator[str]:
    yield f"<{part.within}>" if part.within else ""
    yield "".join(inner) * max(1, part.at_least)
    yield f"</{part.within}>" if part.within else ""


def _nested(part: PoliciesPart, depth: int) -> str:
    if part.only is None:
        return '<set-variable name="name" value="text" />'
    cls = POLICIES.find(part.only[0])
    return "" if cls is None else "".join(_element(cls.definition, frozenset(), depth + 1)) * part.at_least


def _chosen(definition: Definition) -> frozenset[str]:
    """Return parts that the conditions between parts ask for."""
    present = {part.name for part in definition.attributes if part.default is REQUIRED}
    chosen: set[str] = set()
    for constraint in definition.constraints:
        if not constraint.holds(present | chosen):
            needs_all = constraint.rule in ("requires", "all-or-none")
            chosen |= set(constraint.members if needs_all else constraint.members[:1])
    return frozenset(chosen)


def _value(kind: Kind[object], name: str, element: str) -> str:
    telling = _TELLING.get(f"{element}/{name}") or _TELLING.get(name)
    if telling is not None:
        return telling
    if kind.choices:
        return kind.choices[0]
    if kind.name in ("int", "long", "decimal", "double"):
        return str(int(max(kind.minimum or 0, min(60, kind.maximum or 60))))
    return "true" if kind.name == "bool" else _SAMPLES.get(kind.name, "text")


def _quoted(value: str) -> str:
    return f'"{value}"' if value.startswith("@") else quoteattr(value)
