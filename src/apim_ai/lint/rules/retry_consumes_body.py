"""The rule AIM507."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.bodies import consuming_reads
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["RetryConsumesBody"]


class RetryConsumesBody(ExpressionRule):
    """A body is consumed inside a retry.

    The second attempt finds nothing.

    Write `preserveContent: true`, or read it before the retry.
    """

    code, name, severity = "AIM507", "retry-consumes-body", "error"
    instead_of = ("AIM216", "AIM217")
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1"><set-variable name="b" value="@(context.Request.Body?.As<string>(preserveContent: true))" /><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="2" interval="1">\n<set-variable name="b" value="@(context.Request.Body?.As<string>())" /><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
            at=2,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for consuming reads."""
        if expression.site.is_inside("retry"):
            for call in consuming_reads(expression, "Request"):
                span = expression.span(call.start, call.end)
                message = "the second attempt finds no body"
                yield self.found(span, message, help="write preserveContent: true", policy=expression.policy)
