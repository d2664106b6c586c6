"""The promises that no input may break, one function each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from apim_ai.definition.formatter import format_document
from apim_ai.document import canonical_text, convert, parse, print_document
from apim_ai.errors import ApimAiError
from apim_ai.expression.evaluation import evaluate_line
from apim_ai.expression.settings import DEFAULT
from apim_ai.lint import Linter, Subject
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TARGETS"]

_TODAY = date(2026, 1, 1)


def document(text: str) -> None:
    """Any text gives a tree that prints back byte for byte, in both formats; what has no findings can be converted."""
    source = Source("fuzz.xml", text)
    parsed = parse(source)
    _holds(print_document(parsed) == text, "printing gives the text back")
    encoded = parse(source, format="xml")
    _holds(print_document(encoded) == text, "printing gives the text back in xml")
    if not parsed.findings:
        converted = convert(source, format="rawxml", to="xml")
        _holds(canonical_text(converted, "xml") == canonical_text(text), "conversion keeps the meaning")


def lint(text: str) -> None:
    """No text makes a rule fail."""
    for scope in (None, "api", "fragment"):
        linter = Linter(_TODAY)
        linter.document(Subject(parse(Source("fuzz.xml", text)), scope))
        crashed = [finding.message for finding in linter.report().findings if finding.rule == "AIM906"]
        _holds(not crashed, "; ".join(crashed))


def fmt(text: str) -> None:
    """Formatting refuses a text, or gives one of the same meaning that formatting does not change again."""
    for is_template in (False, True):
        try:
            once = format_document(Source("fuzz.xml", text), is_template=is_template)
        except ApimAiError:
            continue
        _holds(format_document(Source("fuzz.xml", once), is_template=is_template) == once, "formatting is stable")


def expression(text: str) -> None:
    """An expression gives a value or an error of the promised kinds, in bounded time, and never raises."""
    import json  # noqa: PLC0415 - the line format's, not the target's

    answer = evaluate_line(json.dumps({"id": 1, "expression": f"@({text})"}), DEFAULT)
    _holds("value" in answer or "error" in answer, "every line is answered")


def _holds(claim: bool, what: str) -> None:  # noqa: FBT001 - a claim is what it checks
    if not claim:
        raise AssertionError(what)


TARGETS: dict[str, Callable[[str], None]] = {
    "document": document,
    "lint": lint,
    "fmt": fmt,
    "expression": expression,
}
