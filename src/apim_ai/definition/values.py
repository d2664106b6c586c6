"""Reads attribute values and element texts into `Value`s, compiling the expressions among them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from apim_ai.definition.kinds import NotAChoiceError, OutOfRangeError
from apim_ai.definition.nodes import REQUIRED, AttributePart, ContentPart, TextsPart
from apim_ai.definition.value import Value
from apim_ai.document.tree import Element
from apim_ai.expression import DEFAULT_SETTINGS, compile_expression

if TYPE_CHECKING:
    from apim_ai.definition.kinds import Kind
    from apim_ai.definition.nodes import Expressions
    from apim_ai.document.tree import Attribute, Code, Text
    from apim_ai.expression import Compiled, ExpressionSettings
    from apim_ai.finding import Severity
    from apim_ai.source import Span

__all__ = ["Report", "ValueReader"]

_NAMED_VALUE = re.compile(r"\{\{[A-Za-z0-9_.-]+\}\}")
_SHOWN = 80
_OBJECT = "System.Object"
_UNTYPED = frozenset({_OBJECT, "unknown", "null", "dynamic"})
_CONDITIONS = ("condition", "increment-condition")
"""Attributes that decide: what an object holds is only known when it is too late."""


class Report(Protocol):
    """Takes a finding at an element or span."""

    def __call__(
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
        """Take one."""
        ...


class ValueReader:
    """Turns what stands in a document into values of a kind, reporting what does not fit."""

    def __init__(self, report: Report, settings: ExpressionSettings | None) -> None:
        self._report = report
        self._settings = settings or DEFAULT_SETTINGS

    def default(self, part: AttributePart | ContentPart) -> object:
        """Return the field of a part that is absent. A missing required one was reported already."""
        default = part.kind.sample if part.default is REQUIRED else part.default
        if default is None or (isinstance(part, AttributePart) and part.is_literal):
            return default
        return Value.constant(default)

    def attribute(self, part: AttributePart, attribute: Attribute) -> object:
        """Return the field of an attribute: a `Value`, or the plain value where expressions are forbidden."""
        value = self._read(part.kind, part.expressions, attribute, attribute.value, attribute.code, part.name)
        if part.is_literal:
            return _plain(value, part.kind)
        return value

    def content(self, part: ContentPart, element: Element) -> Value[Any]:
        """Return the text of an element; several pieces (CDATA, comments between) are joined."""
        return self._content(part.kind, part.expressions, element)

    def markup(self, part: ContentPart, element: Element, declared: frozenset[str]) -> Value[Any]:
        """Return the content of an element as it is written, without the children that other parts declare."""
        text = "".join(
            element.source.text[child.start : child.end]
            for child in element.children
            if not (isinstance(child, Element) and child.name in declared)
        )
        return Value.constant(part.kind.parse(text), text)

    def child_text(self, part: TextsPart, element: Element) -> Value[Any] | None:
        """Return the text of a child element that holds only text."""
        if element.elements:
            self._report("AIM101", "unknown-policy", f"'{element.name}' takes no child elements", element.elements[0])
            return None
        for attribute in element.attributes:
            message = f"'{element.name}' has no attribute '{attribute.name}'"
            self._report("AIM102", "unknown-attribute", message, attribute.span, policy=element.name)
        return self._content(part.kind, part.expressions, element)

    def _content(self, kind: Kind[Any], expressions: Expressions, element: Element) -> Value[Any]:
        pieces = element.texts
        if not pieces:
            return self._literal(kind, "", None, element, f"the text of '{element.name}'")
        text = "".join(piece.value for piece in pieces)
        code = pieces[0].code if len(pieces) == 1 else None
        return self._read(kind, expressions, pieces[0], text, code, f"the text of '{element.name}'")

    def _read(
        self,
        kind: Kind[Any],
        expressions: Expressions,
        node: Attribute | Text,
        text: str,
        code: Code | None,
        what: str,
    ) -> Value[Any]:
        if code is None:
            return self._literal(kind, text, node, node, what)
        if expressions == "forbidden":
            message = f"'{what}' takes no expression"
            self._report("AIM109", "expression-not-allowed", message, code.span())
        if expressions == "undocumented":
            message = f"sources disagree whether '{what}' takes an expression"
            self._report("AIM109", "expression-not-allowed", message, code.span(), severity="warning")
        compiled = self._compile(code)
        if compiled is None:
            return Value.constant(kind.sample, text, node)
        self._check_type(kind, compiled, code, what)
        return Value.expression(compiled, kind, self._settings, node)

    def _compile(self, code: Code) -> Compiled | None:
        compilation = compile_expression(code, settings=self._settings)
        for finding in compilation.findings:
            self._report(
                finding.rule, finding.name, finding.message, finding.span, severity=finding.severity, help_=finding.help
            )
        return compilation.compiled

    def _check_type(self, kind: Kind[Any], compiled: Compiled, code: Code, what: str) -> None:
        found = compiled.type.name
        is_condition = kind.name == "bool" and what in _CONDITIONS
        if kind.clr is None or found in kind.clr or (found in _UNTYPED and not (is_condition and found == _OBJECT)):
            return
        if kind.name == "bool":
            message = f"'{what}' needs a Boolean, the expression yields {found}"
            self._report("AIM209", "condition-not-bool", message, code.span())
            return
        message = f"expression return type '{found}' is not allowed in '{what}', which is of type {kind.name}"
        self._report("AIM208", "return-type-mismatch", message, code.span())

    def _literal(
        self, kind: Kind[Any], text: str, node: Attribute | Text | None, holder: Attribute | Text | Element, what: str
    ) -> Value[Any]:
        literal = text.strip() if kind.trims else text
        try:
            return Value.constant(kind.parse(literal), literal, node)
        except ValueError as error:
            if _NAMED_VALUE.search(text):
                return Value.constant(kind.sample, text, node, is_opaque=True)
            rule, name = _rule_of(error)
            self._report(rule, name, f"'{_shown(text)}' {error} ('{what}' is of type {kind.name})", _value_span(holder))
            return Value.constant(kind.sample, text, node)


def _shown(text: str) -> str:
    """Return a text for a message: on one line, and not longer than a line."""
    line = " ".join(text.split()) if "\n" in text else text
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _rule_of(error: ValueError) -> tuple[str, str]:
    if isinstance(error, NotAChoiceError):
        return "AIM104", "invalid-enum"
    if isinstance(error, OutOfRangeError):
        return "AIM105", "out-of-range"
    return "AIM106", "invalid-literal-type"


def _value_span(node: Attribute | Text | Element) -> Span:
    return node.value_span if hasattr(node, "value_span") else node.span  # type: ignore[union-attr]  # Attribute has it


def _plain(value: Value[Any], kind: Kind[Any]) -> object:
    try:
        return kind.parse(value.text or "") if value.compiled is None else kind.sample
    except ValueError:
        return kind.sample
