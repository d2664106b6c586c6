"""The rule AIM327."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.dimensions import unbounded_dimensions
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TokenMetricCardinality"]


class TokenMetricCardinality(PolicyRule):
    """A dimension of a token metric with a value for each request or user.

    A region takes 50,000 active series in 12 hours; then data is dropped.

    Use what has few values: team, API, model, region.
    """

    code, name, severity = "AIM327", "token-metric-cardinality", "warning"
    elements = ("llm-emit-token-metric", "azure-openai-emit-token-metric")
    good = (
        Case(
            '<llm-emit-token-metric><dimension name="team" value="@(context.Subscription?.Name ?? "none")" /></llm-emit-token-metric>'
        ),
    )
    bad = (
        Case(
            '<llm-emit-token-metric>\n<dimension name="req" value="@(context.RequestId)" /></llm-emit-token-metric>',
            at=2,
        ),
        Case(
            '<llm-emit-token-metric>\n<dimension name="ip" value="@(context.Request.IpAddress)" /></llm-emit-token-metric>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at each dimension's value."""
        for dimension, what in unbounded_dimensions(site.element):
            message = f"{what} has too many values for a dimension"
            yield self.found(dimension.span, message, help="use what has few values", policy=site.name)
