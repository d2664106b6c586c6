"""The rule AIM215."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Member
from apim_ai.lint.guards import is_in_try, tests_null
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["RequestBodyNull"]


class RequestBodyNull(ExpressionRule):
    """The request's body is used as if there always were one.

    It is null for GET, DELETE and other requests without a body: the expression throws, and the caller gets a 500.

    Write `context.Request.Body?.As<…>(…)`, or test it first.
    """

    code, name, severity = "AIM215", "request-body-null", "warning"
    good = (
        Case('<set-variable name="b" value="@(context.Request.Body?.As<string>(preserveContent: true) ?? "")" />'),
        Case(
            '<choose><when condition="@(context.Request.Body != null)"><set-variable name="b" value="@(context.Request.Body.As<string>(preserveContent: true))" /></when></choose>'
        ),
    )
    bad = (Case('<set-variable name="b" value="@(context.Request.Body.As<string>(preserveContent: true))" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a member right behind the body."""
        tree = expression.tree
        if tree is None or "context.Request.Body" not in expression.code.text or expression.policy == "set-body":
            return
        for chain in tree.chains:
            if (
                chain.path != "context.Request.Body"
                or tests_null(expression, chain.path)
                or is_in_try(tree, chain.node)
            ):
                continue
            reader = next((n for n in tree.nodes if isinstance(n, Member) and n.target is chain.node), None)
            if reader is not None:
                span = expression.span(chain.node.start, chain.node.end)
                message = "requests without a body have null here"
                yield self.found(span, message, help="write context.Request.Body?.…", policy=expression.policy)
                return
