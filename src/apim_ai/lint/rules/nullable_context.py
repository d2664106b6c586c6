"""The rule AIM214."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Member
from apim_ai.lint.guards import tests_null
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["NullableContext"]


class NullableContext(ExpressionRule):
    """A part of `context` that can be null, used without a test.

    `Product`, `Subscription`, `User`, `LastError` outside of `on-error`, `Backend`, `Api.Workspace` and
    `Request.Certificate` may be null: then the expression throws and the caller gets a 500.

    Write `?.` and a default: `context.Subscription?.Id ?? "none"`.
    """

    code, name, severity = "AIM214", "nullable-context", "warning"
    good = (
        Case('<set-variable name="a" value="@(context.Subscription?.Id ?? "none")" />'),
        Case('<set-variable name="a" value="@(context.User != null ? context.User.Id : "none")" />'),
        Case(
            '<choose><when condition="@(context.Product != null)"><set-variable name="a" value="@(context.Product.Name)" /></when></choose>'
        ),
        Case('<set-variable name="a" value="@(context.LastError.Reason)" />', section="on-error"),
    )
    bad = (
        Case('<set-variable name="a" value="@(context.Subscription.Id)" />', at=1),
        Case('<set-variable name="a" value="@(context.User.Groups.Count())" />', at=1),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a member of what may be null."""
        tree = expression.tree
        if tree is None:
            return
        for chain in tree.chains:
            if chain.path not in _NULLABLE or (
                chain.path == "context.LastError" and expression.site.section == "on-error"
            ):
                continue
            reader = next((n for n in tree.nodes if isinstance(n, Member) and n.target is chain.node), None)
            if reader is None or tests_null(expression, chain.path):
                continue
            short = chain.path.removeprefix("context.")
            message = f"'{chain.path}' may be null"
            span = expression.span(chain.node.start, reader.end)
            yield self.found(span, message, help=f"write {short}?.{reader.name} ?? …", policy=expression.policy)


_NULLABLE = frozenset(
    {
        "context.Product", "context.Subscription", "context.User", "context.LastError", "context.Backend",
        "context.Api.Workspace", "context.Request.Certificate",
    }
)  # fmt: skip
