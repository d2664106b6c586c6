"""SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import TYPE_CHECKING

from apim_ai import __version__
from apim_ai.lint.registry import all_rules

if TYPE_CHECKING:
    from apim_ai.finding import Finding
    from apim_ai.lint.report import Report
    from apim_ai.lint.rule import Rule
    from apim_ai.source import Span

__all__ = ["report"]

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SECURITY = {"error": "8.0", "warning": "5.0", "info": "2.0"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def report(report: Report, *, color: bool = False) -> str:  # noqa: ARG001 - JSON has no color
    """Return a log with one run; every rule is declared in it."""
    rules = all_rules()
    driver = {
        "name": "apim-ai",
        "version": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    index = {rule.code: number for number, rule in enumerate(rules)}
    results = [_result(finding, index) for finding in report.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: Rule) -> dict[str, object]:
    lines = (rule.__doc__ or rule.name).strip().split("\n\n")
    declared: dict[str, object] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": " ".join(lines[0].split())},
        "fullDescription": {"text": "\n".join(" ".join(line.split()) for line in lines)},
        "help": {"text": " ".join(lines[-1].split())},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }
    if rule.code.startswith("AIM4"):
        declared["properties"] = {"tags": ["security"], "security-severity": _SECURITY[rule.severity]}
    return declared


def _result(finding: Finding, index: dict[str, int]) -> dict[str, object]:
    text = finding.message if finding.help is None else f"{finding.message}; {finding.help}"
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(finding.span)}],
        "partialFingerprints": {"apimAi/v1": _fingerprint(finding)},
    }
    if finding.rule in index:
        result["ruleIndex"] = index[finding.rule]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(related.span), "message": {"text": related.message}}
            for number, related in enumerate(finding.related)
        ]
    return result


def _location(span: Span) -> dict[str, object]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": {"uri": PurePath(span.file).as_posix()}, "region": region}


def _fingerprint(finding: Finding) -> str:
    """Return what stays the same when lines move: rule, file, policy and words."""
    parts = (finding.rule, finding.span.file, finding.policy or "", finding.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
