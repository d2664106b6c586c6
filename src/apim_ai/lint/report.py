"""What linting found, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.finding import SEVERITIES

if TYPE_CHECKING:
    from apim_ai.finding import Finding, Severity

__all__ = ["Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """What linting found.

    Args:
        findings: by file and place, each once.
        files: how many files were looked at.
    """

    findings: tuple[Finding, ...]
    files: int

    def count(self, severity: Severity) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def fails(self, level: Severity) -> bool:
        """Whether a finding is at or above a level."""
        limit = SEVERITIES.index(level)
        return any(SEVERITIES.index(finding.severity) <= limit for finding in self.findings)
