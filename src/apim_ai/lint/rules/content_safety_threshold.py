"""The rule AIM341."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ContentSafetyThreshold"]


class ContentSafetyThreshold(PolicyRule):
    """A threshold that does not mean what it seems to.

    With four severity levels there are 0, 2, 4 and 6, so that 5 acts as 6; 0 refuses everything and 7 nothing.

    Choose 2, 4 or 6.
    """

    code, name, severity = "AIM341", "content-safety-threshold", "warning"
    elements = ("category",)
    good = (
        Case(
            '<llm-content-safety backend-id="safety" shield-prompt="true"><categories output-type="FourSeverityLevels"><category name="Hate" threshold="4" /></categories></llm-content-safety>'
        ),
    )
    bad = (
        Case(
            '<llm-content-safety backend-id="safety" shield-prompt="true"><categories output-type="FourSeverityLevels">\n<category name="Hate" threshold="5" /></categories></llm-content-safety>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Compare the threshold with the levels."""
        threshold, attribute = site.number("threshold"), site.element.attribute("threshold")
        if threshold is None or attribute is None or not site.is_inside("llm-content-safety"):
            return
        levels = literal(site.parents[-1], "output-type") or "FourSeverityLevels"
        if threshold in (0, _NEVER) or (levels == "FourSeverityLevels" and threshold % 2 == 1):
            effect = (
                "refuses everything"
                if threshold == 0
                else "refuses nothing"
                if threshold == _NEVER
                else f"acts as {threshold + 1:.0f}"
            )
            yield self.found(
                attribute.span, f"the threshold {threshold:.0f} {effect}", help="choose 2, 4 or 6", policy=site.name
            )


_NEVER = 7
