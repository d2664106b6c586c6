"""The rule AIM433."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.bodies import body_reads, type_argument
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["PromptInLog"]


class PromptInLog(ExpressionRule):
    """Whole bodies are written to a log.

    They are personal data, are cut at the event's limit, and keep answers from being streamed.

    Write lengths, token counts and ids.
    """

    code, name, severity = "AIM433", "prompt-in-log", "warning"
    good = (
        Case('<trace source="a" severity="information"><message>@(context.RequestId.ToString())</message></trace>'),
    )
    bad = (
        Case(
            '<trace source="a" severity="information">\n<message>@(context.Request.Body?.As<string>(preserveContent: true))</message></trace>',
            at=2,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for whole bodies in logs."""
        site = expression.site
        if site.name not in _LOGS and not site.is_inside(*_LOGS):
            return
        for call in body_reads(expression, "Request", "Response"):
            is_whole = type_argument(call) in ("string", "String", "byte") and ".Length" not in expression.code.text
            if is_whole:
                span = expression.span(call.start, call.end)
                yield self.found(
                    span, "whole bodies stand in the log", help="write lengths, counts and ids", policy=site.name
                )


_LOGS = ("trace", "log-to-eventhub")
