"""One JSON document, in the shape of the contracts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.finding import Finding
    from apim_ai.lint.report import Report

__all__ = ["report"]


def report(report: Report, *, color: bool = False) -> str:  # noqa: ARG001 - JSON has no color
    """Return the findings and their summary."""
    document = {
        "findings": [_finding(finding) for finding in report.findings],
        "summary": {
            "files": report.files,
            "errors": report.count("error"),
            "warnings": report.count("warning"),
            "infos": report.count("info"),
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _finding(finding: Finding) -> dict[str, object]:
    span = finding.span
    return {
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "policy": finding.policy,
        "fixable": finding.fixable,
        "help": finding.help,
        "related": [
            {"file": r.span.file, "line": r.span.line, "column": r.span.column, "message": r.message}
            for r in finding.related
        ],
    }
