"""The rule AIM328."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.csharp import tree_of
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TokenMetricPersonalData"]


class TokenMetricPersonalData(PolicyRule):
    """Personal data or a key as a dimension of a metric.

    Metrics are kept long and read by many.

    Use a team, or a hash where a person must be told apart.
    """

    code, name, severity = "AIM328", "token-metric-personal-data", "warning"
    elements = ("llm-emit-token-metric", "azure-openai-emit-token-metric", "emit-metric")
    good = (
        Case(
            '<llm-emit-token-metric><dimension name="team" value="@(context.Subscription?.Name ?? "none")" /></llm-emit-token-metric>'
        ),
    )
    bad = (
        Case(
            '<llm-emit-token-metric>\n<dimension name="who" value="@(context.User?.Email ?? "none")" /></llm-emit-token-metric>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at each dimension's value."""
        for dimension in site.element.elements:
            value = dimension.attribute("value")
            tree = tree_of(value.code.text) if value is not None and value.code is not None else None
            if tree is not None and tree.reads(*_PERSONAL):
                message = "personal data or a key becomes a dimension"
                yield self.found(dimension.span, message, help="use a team", policy=site.name)


_PERSONAL = (
    "context.User.Email", "context.User.FirstName", "context.User.LastName", "context.User.Note",
    "context.Subscription.Key", "context.Subscription.PrimaryKey", "context.Subscription.SecondaryKey",
)  # fmt: skip
