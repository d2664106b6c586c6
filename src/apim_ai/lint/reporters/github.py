"""Workflow commands that GitHub Actions shows beside the changed lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.finding import Finding
    from apim_ai.lint.report import Report

__all__ = ["report"]

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def report(report: Report, *, color: bool = False) -> str:  # noqa: ARG001 - GitHub colors them itself
    """Return one command a finding."""
    return "\n".join(_command(finding) for finding in report.findings)


def _command(finding: Finding) -> str:
    span = finding.span
    place = {
        "file": span.file,
        "line": str(span.line),
        "endLine": str(span.end_line),
        "col": str(span.column),
        "endColumn": str(span.end_column),
        "title": f"{finding.rule} {finding.name}",
    }
    properties = ",".join(f"{key}={_escape_property(value)}" for key, value in place.items())
    message = finding.message if finding.help is None else f"{finding.message}\n{finding.help}"
    return f"::{_COMMANDS[finding.severity]} {properties}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
