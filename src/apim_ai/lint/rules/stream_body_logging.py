"""The rule AIM335."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from apim_ai.lint.estate import place_of
from apim_ai.lint.examples import LIMIT
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate
    from apim_ai.resource import Resource

__all__ = ["StreamBodyLogging"]


class StreamBodyLogging(EstateRule):
    """A diagnostic logs bodies of an API that calls a model.

    Logged answers are buffered instead of streamed, and prompts stand in the logs.

    Log no bytes of bodies: `body: {bytes: 0}`.
    """

    code, name, severity = "AIM335", "stream-body-logging", "warning"
    good = (
        Case(
            LIMIT,
            resources={
                "diagnostics/applicationinsights": {
                    "loggerId": "/loggers/i",
                    "metrics": True,
                    "backend": {"response": {"body": {"bytes": 0}}},
                },
                "loggers/i": {"loggerType": "applicationInsights"},
            },
        ),
    )
    bad = (
        Case(
            LIMIT,
            resources={
                "diagnostics/applicationinsights": {
                    "loggerId": "/loggers/i",
                    "metrics": True,
                    "backend": {"response": {"body": {"bytes": 8192}}},
                },
                "loggers/i": {"loggerType": "applicationInsights"},
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the diagnostics, where a model is called."""
        texts = [document.source.text for _, _, document in estate.documents()]
        if not any(mark in text for text in texts for mark in ("<llm-", "<azure-openai-")):
            return
        for diagnostic in (*estate.resources.of("diagnostic"), *estate.resources.of("api_diagnostic")):
            if any(_logged_bytes(diagnostic, side) > 0 for side in ("frontend", "backend")):
                message = f"the diagnostic '{diagnostic.name}' logs answers, which are then not streamed"
                yield self.found(place_of(diagnostic), message, help="write body: {bytes: 0}")


def _logged_bytes(diagnostic: Resource, side: str) -> int:
    value: object = diagnostic.properties
    for key in (side, "response", "body", "bytes"):
        value = cast("Mapping[str, object]", value).get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, int) else 0
