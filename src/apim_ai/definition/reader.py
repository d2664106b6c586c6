"""Reads elements into policies and collects every finding on the way. Never raises over input.

A policy that cannot be read is left out and reported; the others still are read. Findings carry the codes of
`docs/rules`: what the service refuses is found here, what nobody should ship is a lint rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from apim_ai.definition import checks
from apim_ai.definition.nodes import (
    REQUIRED,
    AttributePart,
    ChildPart,
    ContentPart,
    Definition,
    Item,
    Node,
    PoliciesPart,
    Policy,
    TextsPart,
)
from apim_ai.definition.registry import POLICIES, Registry
from apim_ai.definition.values import ValueReader
from apim_ai.document.tree import Element
from apim_ai.expression import Read
from apim_ai.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apim_ai.definition.value import Value
    from apim_ai.expression import ExpressionSettings
    from apim_ai.runtime import Section
    from apim_ai.source import Span

__all__ = ["Reader"]

_READABLE = frozenset({"AIM007", "AIM008", "AIM009", "AIM026", "AIM109", "AIM209"})
"""Rules about where policies and expressions stand and what conditions yield: a policy that breaks them can be read."""
_ANYTHING = PoliciesPart(None, (), 0, None, "")
MAX_DEPTH = 64  # nested policies; the service's own limit is unknown, and no real document passes 12


@dataclass
class Reader:
    """Reads the policies of one section.

    Args:
        section: the section, or None where it is not known (a fragment linted alone).
        scope: the document's scope, or None where it is not known.
        gateway: `classic` or `v2` where a policy that this gateway lacks is to be reported.
        registry: where policies are found.
        settings: for the expressions.
        allow_undocumented: element names known to schema or toolkit only that may stand (setting
            `policies.allow_undocumented`).
    """

    section: Section | None
    scope: str | None = None
    gateway: str | None = None
    registry: Registry = POLICIES
    settings: ExpressionSettings | None = None
    allow_undocumented: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list[Finding])
    _seen: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    _owner: str = ""  # the element whose value is being read

    def __post_init__(self) -> None:
        self._values = ValueReader(self._report_value, self.settings)

    def policies(self, elements: Iterable[Element]) -> tuple[Policy, ...]:
        """Read the policies of the section; `base` elements are the caller's business and must not be among them."""
        return self._policies(elements, prefix="", part=_ANYTHING, depth=0)

    # --- policies -------------------------------------------------------------------------------------------------

    def _policies(
        self, elements: Iterable[Element], *, prefix: str, part: PoliciesPart, depth: int
    ) -> tuple[Policy, ...]:
        counts: dict[str, int] = {}
        found: list[Policy] = []
        for element in elements:
            counts[element.name] = counts.get(element.name, 0) + 1
            path = f"{prefix}{element.name}[{counts[element.name]}]"
            policy = self._policy(element, path, part, depth)
            if policy is not None:
                found.append(policy)
        return tuple(found)

    def _policy(self, element: Element, path: str, part: PoliciesPart, depth: int) -> Policy | None:
        cls = self.registry.find(element.name)
        if cls is None:
            self._unknown_policy(element)
            return None
        definition = cls.definition
        if part.only is not None and element.name not in part.only:
            allowed = ", ".join(f"'{name}'" for name in part.only)
            message = f"'{element.name}' may not stand here; only {allowed} may"
            is_in_wait = path.split("/")[-2].startswith("wait[")
            rule, name = ("AIM028", "wait-children") if is_in_wait else ("AIM101", "unknown-policy")
            if element.name not in part.also:
                self._report(rule, name, message, element)
                return None
            self._report(rule, name, message, element, severity="warning")
        if depth > MAX_DEPTH:
            self._report("AIM001", "unreadable-document", f"policies are nested deeper than {MAX_DEPTH}", element)
            return None
        if part.only is None:
            self._check_place(definition, element, path)
        self._check_documented(definition, element)
        parts = self._parts(definition, element, path, depth)
        if parts is None:
            return None
        identifier = element.attribute("id")
        return cls(policy_id=identifier.value if identifier else None, path=path, **parts)

    def _unknown_policy(self, element: Element) -> None:
        if element.name == "base":
            self._report(
                "AIM012", "base-nested", "'base' only stands directly in a section", element, severity="warning"
            )
            return
        help_ = suggestion(element.name, self.registry.names)
        self._report("AIM101", "unknown-policy", f"there is no policy '{element.name}'", element, help_=help_)

    def _check_place(self, definition: Definition, element: Element, path: str) -> None:
        name = definition.name
        if self.section is not None and self.section not in definition.sections:
            where = ", ".join(definition.sections) or "a resolver"
            message = f"'{name}' may not stand in '{self.section}', only in {where}"
            severity = "warning" if self.section in definition.maybe_sections else "error"
            self._report("AIM007", "wrong-section", message, element, severity=severity)
        if self.scope is not None and self.scope not in definition.scopes:
            where = ", ".join(definition.scopes)
            message = f"'{name}' may not stand at scope '{self.scope}', only at {where}"
            severity = "warning" if self.scope in definition.maybe_scopes else "error"
            self._report("AIM008", "wrong-scope", message, element, severity=severity)
        if self.gateway is not None and self.gateway not in definition.gateways:
            where = ", ".join(definition.gateways)
            message = f"the {self.gateway} gateway does not run '{name}', only {where} do"
            is_doubtful = self.gateway in definition.maybe_gateways or definition.gateways == ("self-hosted",)
            severity = "warning" if is_doubtful else "error"  # one service may have gateways of both kinds
            self._report("AIM026", "unsupported-gateway", message, element, severity=severity)
        if definition.once:
            earlier = self._seen.setdefault(name, [])
            is_repeated = any(not _exclude_each_other(path, other) for other in earlier)
            earlier.append(path)
            if is_repeated:
                message = f"'{name}' may stand only once per {definition.once}"
                self._report("AIM009", "policy-repeated", message, element)

    def _check_documented(self, definition: Definition, element: Element) -> None:
        name = definition.name
        if not definition.documented and name not in self.allow_undocumented:
            message = f"'{name}' is not documented for use in a policy"
            help_ = "list it in the setting policies.allow_undocumented if the service takes it"
            self._report("AIM101", "unknown-policy", message, element, help_=help_)

    # --- parts of an element --------------------------------------------------------------------------------------

    def _parts(self, definition: Definition, element: Element, path: str, depth: int) -> dict[str, Any] | None:
        """Return the fields of an element's class, or None when one of them cannot be had."""
        before = self._obstacles()
        checks.check_attributes(definition, element, self._report)
        checks.check_children(definition, element, self._report)
        fields: dict[str, Any] = {"element": element}
        for part in definition.parts:
            match part:
                case AttributePart():
                    fields[part.field] = self._attribute(part, element)
                case ContentPart():
                    fields[part.field] = self._content(part, definition, element)
                case TextsPart():
                    fields[part.field] = self._texts(part, element)
                case ChildPart():
                    fields[part.field] = self._items(part, element, path, depth)
                case PoliciesPart():
                    fields[part.field] = self._nested(part, definition, element, path, depth)
        checks.check_constraints(definition, element, self._report)
        if self._obstacles() > before:
            return None
        fields["reads"] = _reads(fields.values())
        return fields

    def _obstacles(self) -> int:
        return sum(finding.severity == "error" and finding.rule not in _READABLE for finding in self.findings)

    def _attribute(self, part: AttributePart, element: Element) -> object:
        attribute = element.attribute(part.name)
        if attribute is None:
            return self._values.default(part)
        self._owner = element.name
        return self._values.attribute(part, attribute)

    def _content(self, part: ContentPart, definition: Definition, element: Element) -> object:
        self._owner = element.name
        if part.markup:
            declared = checks.child_names(definition)
            if any(child.name not in declared for child in element.elements):
                return self._values.markup(part, element, declared)
        if not element.texts and part.default is not REQUIRED:
            return self._values.default(part)
        return self._values.content(part, element)

    def _texts(self, part: TextsPart, element: Element) -> tuple[Value[Any], ...]:
        self._owner = element.name
        found = (self._values.child_text(part, child) for child in _children(part.name, part.within, element))
        return tuple(value for value in found if value is not None)

    def _items(self, part: ChildPart, element: Element, path: str, depth: int) -> object:
        items: list[Item] = []
        for number, child in enumerate(_children(part.name, part.within, element), 1):
            parts = self._parts(part.item.definition, child, f"{path}/{child.name}[{number}]", depth + 1)
            if parts is not None:
                items.append(part.item(**parts))
        if part.is_single:
            return items[0] if items else None
        return tuple(items)

    def _nested(
        self, part: PoliciesPart, definition: Definition, element: Element, path: str, depth: int
    ) -> tuple[Policy, ...]:
        declared = checks.child_names(definition)
        elements = [child for child in element.elements if child.name not in declared]
        return self._policies(elements, prefix=f"{path}/", part=part, depth=depth + 1)

    def _report_value(
        self,
        rule: str,
        name: str,
        message: str,
        place: Element | Span,
        *,
        severity: Severity = "error",
        policy: str | None = None,
        help_: str | None = None,
    ) -> None:
        self._report(rule, name, message, place, severity=severity, policy=policy or self._owner, help_=help_)

    def _report(
        self,
        rule: str,
        name: str,
        message: str,
        place: Element | Span,
        *,
        severity: Severity = "error",
        policy: str | None = None,
        help_: str | None = None,
    ) -> None:
        if isinstance(place, Element):
            policy, place = policy or place.name, place.span
        self.findings.append(Finding(rule, name, severity, message, place, policy, help_))


def _exclude_each_other(one: str, other: str) -> bool:
    """Whether two paths lie in different branches of one `choose`, so that at most one of them runs."""
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b:
            return a.startswith(("when[", "otherwise[")) and b.startswith(("when[", "otherwise["))
    return False


def suggestion(word: str, known: Sequence[str]) -> str | None:
    """Return "did you mean …?" for a misspelt word, or None."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None


def _children(name: str, within: str | None, element: Element) -> list[Element]:
    holders = [element] if within is None else [child for child in element.elements if child.name == within]
    return [child for holder in holders for child in holder.elements if child.name == name]


def _reads(values: Iterable[object]) -> Read:
    from apim_ai.definition.value import Value  # noqa: PLC0415 - a cycle of types only

    found = Read.NONE
    for value in values:
        if isinstance(value, Value):
            found |= value.reads
        elif isinstance(value, Policy):
            continue
        elif isinstance(value, Node):
            found |= value.reads if not _holds_policies(value) else Read.NONE
        elif isinstance(value, tuple):
            found |= _reads(value)  # type: ignore[arg-type]  # a tuple of any of these
    return found


def _holds_policies(node: Node) -> bool:
    return any(isinstance(part, PoliciesPart) for part in node.definition.parts)
