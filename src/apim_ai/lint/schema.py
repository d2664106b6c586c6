"""What the service itself refuses: asked of the definitions of the policies, section by section."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apim_ai.definition import POLICIES, Reader
from apim_ai.finding import Finding
from apim_ai.lint.site import stands_for_markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.document import Element
    from apim_ai.lint.subject import Subject
    from apim_ai.runtime import Section

__all__ = ["relevant_gateway", "schema_findings"]

_XML = ("type 'XmlDocument'", "type 'XmlReader'", "type 'XmlNamespaceManager'")
"""Types off the list that snippets of the vendor use (AIM204, as a warning)."""
_SECTIONS = ("inbound", "backend", "outbound", "on-error")


def schema_findings(subject: Subject) -> list[Finding]:
    """Return the findings of the definitions and of the expression compiler for one document."""
    misread = _misread_lines(subject)
    markup = {t.span for site in subject.sites for t in site.element.texts if stands_for_markup(t)}
    return [
        _seen(finding)
        for finding in _findings(subject)
        if not (finding.rule in ("AIM102", "AIM103") and finding.span.line in misread)
        and not (finding.rule == "AIM006" and finding.span in markup)
    ]


def relevant_gateway(subject: Subject) -> str | None:
    """Return the gateway of a document where it makes a difference to what is said of the document, else None.

    Most documents hold nothing that one gateway takes and another does not: environments with different gateways then
    share one check.
    """
    gateway = subject.gateway
    if gateway in (None, "consumption"):  # whose limit of size is its own
        return gateway
    found = (POLICIES.find(name) for name in subject.names)
    is_known = all(cls is None or gateway in cls.definition.gateways for cls in found)
    return None if is_known else gateway


def _seen(finding: Finding) -> Finding:
    """Say of what only the local gateway cannot run that it was not looked into: that is no fault of the document."""
    if finding.rule != "AIM200":
        return finding
    if finding.message.startswith(_XML):
        message = f"{finding.message}, nor on the list of types; services take it all the same"
        return replace(finding, rule="AIM204", name="disallowed-type", severity="warning", message=message)
    message = f"{finding.message}; the expression was not checked"
    return replace(finding, rule="AIM907", name="not-checked", severity="info", message=message)


def _misread_lines(subject: Subject) -> set[int]:
    """Return the lines of start tags that could not be read: what their attributes are is a guess."""
    broken = {f.span.line for f in subject.document.findings if f.rule == "AIM001"}
    lines: set[int] = set()
    for site in subject.sites if broken else ():
        tag = range(site.element.span.line, site.element.span.end_line + 1)
        if broken & set(tag):
            lines.update(tag)
    return lines


def _findings(subject: Subject) -> list[Finding]:
    root = subject.root
    if root is None:
        return []
    if not subject.is_policies:
        return [*_frame(root), *_read(None, root.elements, subject)] if root.name == "fragment" else []
    found = [*_frame(root)]
    for section in root.elements:
        if section.name in _SECTIONS:
            found += _read(section.name, section.elements, subject)
    return found


def _frame(root: Element) -> Iterator[Finding]:
    """Yield what stands in the tags of the root and of the sections, and in or around `base`: none of them takes anything."""
    sections = [section for section in root.elements if section.name in _SECTIONS]
    bases = [child for section in sections for child in section.elements if child.name == "base"]
    for element in (root, *sections, *bases):
        for attribute in element.attributes:
            if not attribute.name.startswith("xmlns"):
                message = f"'{element.name}' takes no attributes"
                yield Finding("AIM102", "unknown-attribute", "error", message, attribute.span, element.name)
    for base in bases:
        for child in base.elements:
            message = f"'base' takes no '{child.name}'"
            help_ = "close it: <base />, and write policies before or behind it"
            yield Finding("AIM101", "unknown-policy", "error", message, child.span, "base", help_)


def _read(section: Section | None, elements: Iterable[Element], subject: Subject) -> list[Finding]:
    scope = None if subject.scope == "fragment" else subject.scope
    reader = Reader(section, scope=scope, gateway=subject.gateway)
    reader.policies([element for element in elements if element.name not in ("base", *_SECTIONS)])
    return reader.findings
