"""Policy documents compiled: named values put in, parsed, read into policies, and kept by their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.definition import Policy, Reader
from apim_ai.document import named_value_spans, parse, parse_once, substitute
from apim_ai.expression import ExpressionSettings
from apim_ai.finding import Finding
from apim_ai.project.effective import (
    Layer,
    SectionParts,
    descendants,
    sections_of,
    structure_findings,
)
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from apim_ai.config import GatewaySettings
    from apim_ai.document import Document, Element, Format
    from apim_ai.project.effective import SectionName
    from apim_ai.resource import Resource
    from apim_ai.source import Span

__all__ = ["CompiledDocument", "Compiler", "Use", "expression_settings"]

_NAMED_VALUE = re.compile(r"\{\{([A-Za-z0-9_.-]+)\}\}")


@dataclass(frozen=True, slots=True)
class Use:
    """A place in a document that names another resource: a fragment (with the section that includes it) or a backend."""

    kind: str
    name: str
    section: SectionName
    span: Span


@dataclass(frozen=True, slots=True)
class CompiledDocument:
    """A document ready to run.

    Args:
        layer: its policies by section; a fragment has one section, the one that includes it.
        findings: the errors and warnings found on the way.
        uses: what else it names.
    """

    layer: Layer[Policy]
    findings: tuple[Finding, ...]
    uses: tuple[Use, ...]


def expression_settings(settings: GatewaySettings) -> ExpressionSettings:
    """Return the part of the settings that expressions know."""
    return ExpressionSettings(profile=settings.dotnet_profile, culture=settings.expressions_culture)


_Key = tuple[str, str, str, str, tuple[str | None, ...]]


class Compiler:
    """Compiles documents and keeps the results: a document is compiled again only when its text or a value in it changed.

    Args:
        settings: the named settings.
        room: how many documents may stay though nobody asked for them again; policy cases come back to theirs.
    """

    def __init__(self, settings: GatewaySettings, room: int = 0) -> None:
        self._settings = settings
        self._room = room
        self._expressions = expression_settings(settings)
        self._kept: dict[_Key, CompiledDocument] = {}
        self._used: dict[_Key, CompiledDocument] = {}
        self._names: dict[str, tuple[str, ...]] = {}

    def document(self, resource: Resource, scope: str, named_values: Mapping[str, str]) -> CompiledDocument:
        """Return the document of a scope."""
        return self._cached(resource, scope, "", named_values)

    def fragment(self, resource: Resource, section: SectionName, named_values: Mapping[str, str]) -> CompiledDocument:
        """Return a fragment as it stands in a section."""
        return self._cached(resource, "", section, named_values)

    def forget_unused(self) -> None:
        """Drop what was not asked for since the last call, unless there is room for it."""
        if len(self._kept) + len(self._used) <= self._room:
            self._kept.update(self._used)
            self._used.clear()
            return
        self._kept, self._used = self._used, {}
        texts = {key[1] for key in self._kept}
        self._names = {text: names for text, names in self._names.items() if text in texts}

    def _cached(
        self, resource: Resource, scope: str, section: SectionName | str, named_values: Mapping[str, str]
    ) -> CompiledDocument:
        source, format_ = source_of(resource)
        names = self._names.get(source.text)
        if names is None:
            names = self._names[source.text] = tuple(dict.fromkeys(_NAMED_VALUE.findall(source.text)))
        values = tuple(named_values.get(name) for name in names)
        key = (source.path, source.text, format_, scope or f"fragment in {section}", values)
        found = self._kept.get(key) or self._used.get(key)
        if found is None:
            text = substitute(source, named_values)
            once = parse_once if text is source else parse  # what holds values, which may be secret, is not kept
            document = once(text, format=format_)
            found = self._scope(document, scope) if scope else self._fragment(document, section)  # type: ignore[arg-type]  # a section where there is no scope
        self._used[key] = found
        return found

    def _scope(self, document: Document, scope: str) -> CompiledDocument:
        findings = [*document.findings, *structure_findings(document, "policies")]
        sections: dict[SectionName, SectionParts[Policy]] = {}
        uses: list[Use] = []
        parts = sections_of(document.root) if document.root is not None and document.root.name == "policies" else {}
        for section, elements in parts.items():
            reader = self._reader(section, scope)
            sections[section] = _read(reader, elements)
            findings += reader.findings
            uses += _uses((*elements.before, *elements.after), section)
            findings += self._unknown_values((*elements.before, *elements.after))
        return CompiledDocument(Layer(scope, sections), tuple(findings), tuple(uses))

    def _fragment(self, document: Document, section: SectionName) -> CompiledDocument:
        findings = [*document.findings, *structure_findings(document, "fragment")]
        root = document.root
        if root is None or root.name != "fragment":
            return CompiledDocument(Layer("", {}), tuple(findings), ())
        reader = self._reader(section, None)
        policies = reader.policies(element for element in root.elements if element.name not in ("base", section))
        findings += [*reader.findings, *self._unknown_values(root.elements)]
        uses = tuple(use for use in _uses(root.elements, section) if use.kind == "backend")
        return CompiledDocument(Layer("", {section: SectionParts(policies)}), tuple(findings), uses)

    def _reader(self, section: SectionName, scope: str | None) -> Reader:
        return Reader(
            section,
            scope,
            gateway=self._settings.gateway_flavor,
            settings=self._expressions,
            allow_undocumented=frozenset(self._settings.policies_allow_undocumented),
        )

    def _unknown_values(self, elements: Iterable[Element]) -> Iterator[Finding]:
        """Yield a finding for each `{{name}}` left: there is no such named value. Liquid has braces of its own."""
        for element in elements:
            for attribute in element.attributes:
                yield from _unknown(attribute.value, attribute.value_span)
            if not self._is_liquid(element):  # all of whose markup is the template
                for text in element.texts:
                    yield from _unknown(text.value, text.span)
                yield from self._unknown_values(element.elements)

    def _is_liquid(self, element: Element) -> bool:
        template = element.attribute("template") if element.name == "set-body" else None
        is_liquid = template is not None and template.value == "liquid"
        return is_liquid and self._settings.named_values_liquid == "leave-unknown"


def source_of(resource: Resource) -> tuple[Source, Format]:
    """Return the text of a policy or fragment and how its expressions are written."""
    properties = resource.properties
    source = resource.source or Source(resource.id, str(properties.get("value", "")))
    return source, "rawxml" if str(properties.get("format", "xml")).startswith("rawxml") else "xml"


def _read(reader: Reader, parts: SectionParts[Element]) -> SectionParts[Policy]:
    """Read all policies of a section at once, for paths and "only once" count over `base`; then part them again."""
    policies = reader.policies((*parts.before, *parts.after))
    after = {id(element) for element in parts.after}
    return SectionParts(
        tuple(policy for policy in policies if id(policy.element) not in after),
        tuple(policy for policy in policies if id(policy.element) in after),
        parts.has_base,
    )


def _uses(elements: Sequence[Element], section: SectionName) -> Iterator[Use]:
    for element in elements:
        for each in (element, *descendants(element)):
            for attribute in each.attributes:
                if attribute.code is not None or "{{" in attribute.value:
                    continue
                if attribute.name == "fragment-id":
                    yield Use("fragment", attribute.value, section, attribute.value_span)
                elif attribute.name in ("backend-id", "embeddings-backend-id") and attribute.value != "dapr":
                    yield Use("backend", attribute.value, section, attribute.value_span)


def _unknown(text: str, span: Span) -> Iterator[Finding]:
    if "{{" in text:
        for name, _, _ in named_value_spans(text):
            yield Finding("AIM701", "named-value-undefined", "error", f"there is no named value '{name}'", span)
