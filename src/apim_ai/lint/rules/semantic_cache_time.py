"""The rule AIM325."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import LOOKUP, cached
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SemanticCacheTime"]


class SemanticCacheTime(PolicyRule):
    """Answers are cached for more than a day.

    They grow stale, and no single one can be removed.

    Choose a shorter duration.
    """

    code, name, severity = "AIM325", "semantic-cache-time", "warning"
    elements = ("llm-semantic-cache-store", "azure-openai-semantic-cache-store")
    good = (Case(cached(LOOKUP, store='<llm-semantic-cache-store duration="3600" />')),)
    bad = (Case('<llm-semantic-cache-store duration="604800" />', section="outbound", at=1),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at a literal duration."""
        seconds, attribute = site.number("duration"), site.element.attribute("duration")
        if attribute is not None and seconds is not None and seconds > _DAY:
            message = f"answers stay for {seconds / _DAY:.0f} days"
            yield self.found(attribute.span, message, help="choose a day or less", policy=site.name)


_DAY = 86_400
