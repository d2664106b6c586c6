"""The rule AIM220."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.bodies import body_reads, type_argument
from apim_ai.lint.guards import guards, is_in_try
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["UnguardedJsonBody"]


class UnguardedJsonBody(ExpressionRule):
    """A body is parsed as JSON though it may be none.

    The expression throws "The message body is not a valid JSON", always for a stream of events, and the caller gets a
    500 that they can provoke.

    Test the content type before, or parse inside `try { … } catch { … }`.
    """

    code, name, severity = "AIM220", "unguarded-json-body", "warning"
    good = (
        Case(
            '<set-variable name="m" value="@{ try { return (string)context.Request.Body?.As<JObject>(preserveContent: true)["model"]; } catch { return ""; } }" />'
        ),
        Case(
            '<choose><when condition="@(context.Request.Headers.GetValueOrDefault("Content-Type", "").Contains("json"))">'
            '<set-variable name="m" value="@((string)context.Request.Body?.As<JObject>(preserveContent: true)["model"])" /></when></choose>'
        ),
    )
    bad = (
        Case(
            '<set-variable name="m" value="@((string)context.Request.Body?.As<JObject>(preserveContent: true)["model"])" />',
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for JSON reads outside of a try, without a test of the content type."""
        tree = expression.tree
        if tree is None or guards(expression, "content-type"):
            return
        for call in body_reads(expression, "Request", "Response"):
            if type_argument(call) in ("JObject", "JArray", "JToken") and not is_in_try(tree, call):
                message = "the body may be no JSON: this then throws"
                span = expression.span(call.start, call.end)
                yield self.found(
                    span, message, help="test the content type, or use try and catch", policy=expression.policy
                )
