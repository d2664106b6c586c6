"""The rule AIM216."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.bodies import consuming_reads, is_answered, is_replaced
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["RequestBodyConsumed"]


class RequestBodyConsumed(ExpressionRule):
    """The request's body is read so that nothing of it is left for the backend.

    `As<T>()` without `preserveContent` empties the body: the model gets an empty request and answers 400.

    Write `As<JObject>(preserveContent: true)`, or replace the body afterwards with `set-body`.
    """

    code, name, severity = "AIM216", "request-body-consumed", "error"
    good = (
        Case(
            '<set-variable name="m" value="@((string)context.Request.Body?.As<JObject>(preserveContent: true)["model"])" />'
        ),
        Case("<set-body>@(context.Request.Body.As<string>().Trim())</set-body>"),
    )
    bad = (Case('<set-variable name="m" value="@((string)context.Request.Body?.As<JObject>()["model"])" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a consuming read before the backend."""
        if expression.site.section in ("inbound", "backend"):
            for call in consuming_reads(expression, "Request"):
                if not is_replaced(expression, subject) and not is_answered(expression, subject):
                    message = "this read leaves no body for the backend"
                    help_ = "write As<…>(preserveContent: true)"
                    yield self.found(
                        expression.span(call.start, call.end), message, help=help_, policy=expression.policy
                    )
