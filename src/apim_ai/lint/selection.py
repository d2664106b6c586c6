"""Which findings a project wants, and how severe they are to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.finding import Finding, Severity

__all__ = ["EVERYTHING", "Selection"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What to report.

    Args:
        select: codes, prefixes such as `AIM3`, or names; empty for all.
        ignore: the same, to leave out.
        severity: another severity by code or name.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict[str, "Severity"])

    def apply(self, finding: Finding) -> Finding | None:
        """Return a finding as the project sees it, or None when it does not want it."""
        if self.select and not _matches(finding, self.select):
            return None
        if _matches(finding, self.ignore):
            return None
        severity = self.severity.get(finding.rule) or self.severity.get(finding.name)
        return finding if severity is None else replace(finding, severity=severity)


def _matches(finding: Finding, words: tuple[str, ...]) -> bool:
    return any(finding.rule.startswith(word) or finding.name == word for word in words)


EVERYTHING = Selection()
