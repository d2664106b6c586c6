"""The rule AIM605."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.dimensions import MAX_CUSTOM_DIMENSIONS, custom_dimensions
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["MetricDimensionLimit"]


class MetricDimensionLimit(PolicyRule):
    """More than five custom dimensions on a metric.

    Azure Monitor takes ten keys, five of them are taken by default ones: the metric is refused or dropped.

    Keep those that somebody charts.
    """

    code, name, severity = "AIM605", "metric-dimension-limit", "error"
    elements = ("emit-metric",)
    good = (
        Case(
            '<emit-metric name="calls"><dimension name="API ID" /><dimension name="team" value="@(context.Subscription?.Name ?? "none")" /></emit-metric>'
        ),
    )
    bad = (
        Case(
            '<emit-metric name="calls">\n'
            + "\n".join(f'<dimension name="d{number}" value="{number}" />' for number in range(6))
            + "</emit-metric>",
            at=7,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Count the names that are not default ones."""
        custom = custom_dimensions(site.element)
        if len(custom) > MAX_CUSTOM_DIMENSIONS:
            message = f"{len(custom)} custom dimensions; {MAX_CUSTOM_DIMENSIONS} are allowed"
            yield self.found(custom[MAX_CUSTOM_DIMENSIONS].span, message, help="remove some", policy=site.name)
