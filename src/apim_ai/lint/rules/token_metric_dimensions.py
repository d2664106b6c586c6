"""The rule AIM326."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.dimensions import MAX_CUSTOM_DIMENSIONS, custom_dimensions
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TokenMetricDimensions"]


class TokenMetricDimensions(PolicyRule):
    """More than five custom dimensions on a token metric.

    Azure Monitor takes ten keys, five of them are taken by default ones: the metric is refused or dropped.

    Keep those that somebody charts.
    """

    code, name, severity = "AIM326", "token-metric-dimensions", "error"
    elements = ("llm-emit-token-metric", "azure-openai-emit-token-metric")
    good = (
        Case(
            '<llm-emit-token-metric><dimension name="API ID" /><dimension name="Subscription ID" /><dimension name="team" value="@(context.Subscription?.Name ?? "none")" /></llm-emit-token-metric>'
        ),
    )
    bad = (
        Case(
            "<llm-emit-token-metric>\n"
            + "\n".join(f'<dimension name="d{number}" value="{number}" />' for number in range(6))
            + "</llm-emit-token-metric>",
            at=7,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Count the names that are not default ones."""
        custom = custom_dimensions(site.element)
        if len(custom) > MAX_CUSTOM_DIMENSIONS:
            message = f"{len(custom)} custom dimensions; {MAX_CUSTOM_DIMENSIONS} are allowed"
            yield self.found(custom[MAX_CUSTOM_DIMENSIONS].span, message, help="remove some", policy=site.name)
