"""The rule AIM227."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Call, Member
from apim_ai.lint.guards import guards
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["JwtNull"]


class JwtNull(ExpressionRule):
    """The result of `AsJwt()` or `AsBasic()` is used without a test.

    Both return null for anything malformed: the expression throws, and the caller gets a 500.

    Write `?.` and a default.
    """

    code, name, severity = "AIM227", "jwt-null", "warning"
    good = (
        Case(
            '<set-variable name="s" value="@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject ?? "none")" />'
        ),
    )
    bad = (
        Case(
            '<set-variable name="s" value="@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt().Subject)" />',
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a member right behind the call."""
        tree = expression.tree
        for node in tree.nodes if tree is not None else ():
            if not isinstance(node, Member) or not isinstance(node.target, Call):
                continue
            callee = node.target.target
            if isinstance(callee, Member) and callee.name in ("AsJwt", "AsBasic") and not guards(expression, "null"):
                message = f"'{callee.name}()' may return null"
                span = expression.span(callee.name_start, node.end)
                yield self.found(
                    span, message, help=f"write {callee.name}()?.{node.name} ?? …", policy=expression.policy
                )
