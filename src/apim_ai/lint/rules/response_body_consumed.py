"""The rule AIM217."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.bodies import consuming_reads, is_answered, is_replaced
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["ResponseBodyConsumed"]


class ResponseBodyConsumed(ExpressionRule):
    """The response's body is read so that nothing of it is left for the client.

    `As<T>()` without `preserveContent` empties the body: the client gets an empty answer.

    Write `As<JObject>(preserveContent: true)`, or replace the body afterwards with `set-body`.
    """

    code, name, severity = "AIM217", "response-body-consumed", "error"
    good = (
        Case(
            '<set-variable name="i" value="@((string)context.Response.Body.As<JObject>(preserveContent: true)["id"])" />',
            section="outbound",
        ),
        Case("<set-body>@(context.Response.Body.As<string>().Trim())</set-body>", section="outbound"),
    )
    bad = (
        Case(
            '<set-variable name="i" value="@((string)context.Response.Body.As<JObject>()["id"])" />',
            section="outbound",
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a consuming read behind the backend."""
        if expression.site.section in ("outbound", "on-error"):
            for call in consuming_reads(expression, "Response"):
                if not is_replaced(expression, subject) and not is_answered(expression, subject):
                    message = "this read leaves no body for the client"
                    help_ = "write As<…>(preserveContent: true)"
                    yield self.found(
                        expression.span(call.start, call.end), message, help=help_, policy=expression.policy
                    )
