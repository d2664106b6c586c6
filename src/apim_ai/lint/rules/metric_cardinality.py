"""The rule AIM604."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.dimensions import unbounded_dimensions
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["MetricCardinality"]


class MetricCardinality(PolicyRule):
    """A dimension of a metric with a value for each request or user.

    A region takes 50,000 active series in 12 hours; then data is dropped.

    Use what has few values.
    """

    code, name, severity = "AIM604", "metric-cardinality", "warning"
    elements = ("emit-metric",)
    good = (Case('<emit-metric name="calls"><dimension name="API ID" /></emit-metric>'),)
    bad = (
        Case(
            '<emit-metric name="calls">\n<dimension name="ip" value="@(context.Request.IpAddress)" /></emit-metric>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at each dimension's value."""
        for dimension, what in unbounded_dimensions(site.element):
            message = f"{what} has too many values for a dimension"
            yield self.found(dimension.span, message, help="use what has few values", policy=site.name)
