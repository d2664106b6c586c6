"""The rule AIM332."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.bodies import body_reads
from apim_ai.lint.guards import STREAM_GUARDS, guards
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["StreamBodyRead"]


class StreamBodyRead(ExpressionRule):
    """The response's body is read in `outbound` of an API that can stream.

    The gateway holds everything back until the model has finished: 44 seconds instead of one to the first byte were
    measured. And a stream of events is no JSON, so that the expression throws.

    Do it only where the request did not ask for a stream.
    """

    code, name, severity = "AIM332", "stream-body-read", "error"
    good = (
        Case(
            '<choose><when condition="@(!context.Variables.GetValueOrDefault<bool>("is-stream", false))">'
            '<set-variable name="u" value="@(context.Response.Body.As<JObject>(preserveContent: true)["usage"]?.ToString())" /></when></choose>',
            section="outbound",
        ),
    )
    bad = (
        Case(
            '<set-variable name="u" value="@(context.Response.Body.As<JObject>(preserveContent: true)["usage"]?.ToString())" />',
            section="outbound",
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for reads that nobody keeps from streams."""
        if expression.site.section != "outbound" or not subject.is_ai or guards(expression, *STREAM_GUARDS):
            return
        for call in body_reads(expression, "Response"):
            span = expression.span(call.start, call.end)
            message = "a streamed answer is held back until it is complete"
            yield self.found(
                span, message, help="do it only where the request does not stream", policy=expression.policy
            )
