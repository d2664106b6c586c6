"""The rule AIM708."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["LoggerUndefined"]


class LoggerUndefined(FlowRule):
    """A logger is named that does not exist.

    The PUT fails.

    Look at the suggestion, or define it.
    """

    code, name, severity = "AIM708", "logger-undefined", "error"
    good = (
        Case(
            '<log-to-eventhub logger-id="events">@(context.RequestId.ToString())</log-to-eventhub>',
            resources={"loggers/events": {"loggerType": "azureEventHub"}},
        ),
    )
    bad = (
        Case(
            '<log-to-eventhub logger-id="event">@(context.RequestId.ToString())</log-to-eventhub>',
            resources={"loggers/events": {"loggerType": "azureEventHub"}},
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at each use."""
        if subject.estate is None:
            return
        for site in subject.named("log-to-eventhub"):
            name, attribute = site.literal("logger-id"), site.element.attribute("logger-id")
            if name is not None and attribute is not None and name not in subject.estate.loggers:
                help_ = did_you_mean(name, subject.estate.loggers, otherwise="define it")
                yield self.found(attribute.span, f"there is no logger '{name}'", help=help_, policy=site.name)
