"""The rule AIM219."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.guards import tests_null
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["ResponseInInbound"]


class ResponseInInbound(ExpressionRule):
    """`context.Response` is read before the backend has answered.

    There is no response yet, and the expression throws.

    Move it to `outbound`; conditions of a limit (`increment-condition`) may stand in `inbound`.
    """

    code, name, severity = "AIM219", "response-in-inbound", "warning"
    good = (
        Case('<set-variable name="a" value="@(context.Response.StatusCode)" />', section="outbound"),
        Case(
            '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.IpAddress)" increment-condition="@(context.Response.StatusCode == 200)" />'
        ),
    )
    bad = (Case('<set-variable name="a" value="@(context.Response.StatusCode)" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a read of the response in `inbound`."""
        tree, attribute = expression.tree, expression.attribute
        is_later = attribute is not None and attribute.name.startswith("increment-")
        if tree is None or is_later or expression.site.section != "inbound":
            return
        if (
            expression.site.is_inside("retry")
            or expression.site.name == "retry"
            or tests_null(expression, "context.Response")
        ):
            return
        chain = next((c for c in tree.chains if c.path == "context.Response"), None)
        if chain is not None:
            span = expression.span(chain.node.start, chain.node.end)
            yield self.found(
                span, "there is no response yet in 'inbound'", help="move it to outbound", policy=expression.policy
            )
