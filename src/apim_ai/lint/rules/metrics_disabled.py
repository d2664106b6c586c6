"""The rule AIM715."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["MetricsDisabled"]


class MetricsDisabled(EstateRule):
    """Metrics are emitted and no diagnostic takes them.

    Nothing arrives.

    Write `metrics: true` in a diagnostic that writes to Application Insights.
    """

    code, name, severity = "AIM715", "metrics-disabled", "error"
    good = (
        Case(
            '<emit-metric name="calls"><dimension name="API ID" /></emit-metric>',
            resources={
                "diagnostics/applicationinsights": {"loggerId": "/loggers/insights", "metrics": True},
                "loggers/insights": {"loggerType": "applicationInsights"},
            },
        ),
    )
    bad = (
        Case(
            '<emit-metric name="calls"><dimension name="API ID" /></emit-metric>',
            resources={
                "diagnostics/applicationinsights": {"loggerId": "/loggers/insights", "metrics": False},
                "loggers/insights": {"loggerType": "applicationInsights"},
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the diagnostics, where there are any."""
        diagnostics = (*estate.resources.of("diagnostic"), *estate.resources.of("api_diagnostic"))
        if not diagnostics or any(diagnostic.properties.get("metrics") is True for diagnostic in diagnostics):
            return
        for _, _, document in estate.documents():
            for name in ("emit-metric", "llm-emit-token-metric", "azure-openai-emit-token-metric"):
                start = document.source.text.find(f"<{name}")
                if start >= 0:
                    span = document.source.span(start, start + 1 + len(name))
                    message = f"no diagnostic takes the metrics of '{name}'"
                    yield self.found(span, message, help="write metrics: true in a diagnostic", policy=name)
