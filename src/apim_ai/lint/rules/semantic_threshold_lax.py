"""The rule AIM314."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SemanticThresholdLax"]


class SemanticThresholdLax(PolicyRule):
    """A score threshold above 0.2.

    It is a distance: smaller is stricter, and the page says to begin at 0.05. Those who take it for a similarity set 0.8
    and get answers to other questions.

    Begin at 0.05.
    """

    code, name, severity = "AIM314", "semantic-threshold-lax", "warning"
    elements = ("llm-semantic-cache-lookup", "azure-openai-semantic-cache-lookup")
    good = (Case(cached(LOOKUP)),)
    bad = (Case(LOOKUP.replace("0.05", "0.9"), at=1), Case(LOOKUP.replace("0.05", "0.3"), at=1))

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at a literal threshold."""
        threshold, attribute = site.number("score-threshold"), site.element.attribute("score-threshold")
        if attribute is not None and threshold is not None and threshold > _LAX:
            message = f"{attribute.value} is a large distance: unlike prompts get each other's answers"
            severity = "error" if threshold > _FALSE else "warning"
            yield self.found(attribute.span, message, help="begin at 0.05", policy=site.name, severity=severity)


_LAX, _FALSE = 0.2, 0.5
