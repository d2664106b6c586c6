"""The rule AIM225."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary, Literal
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["HeaderIsArray"]


class HeaderIsArray(ExpressionRule):
    """A header's list of values is used as a text.

    It gives `System.String[]`, or does not compile.

    Use `GetValueOrDefault("X-Team", "none")`.
    """

    code, name, severity = "AIM225", "header-is-array", "error"
    instead_of = ("AIM201", "AIM208")
    good = (
        Case(
            '<set-variable name="t" value="@("team-" + context.Request.Headers.GetValueOrDefault("X-Team", "none"))" />'
        ),
        Case('<set-variable name="t" value="@(context.Request.Headers["X-Team"] == null ? "none" : "some")" />'),
    )
    bad = (Case('<set-variable name="t" value="@("team-" + context.Request.Headers["X-Team"])" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for sums and comparisons of the list."""
        tree = expression.tree
        if tree is None:
            return
        lists = {
            id(c.node): c for c in tree.chains if c.path in ("context.Request.Headers[]", "context.Response.Headers[]")
        }
        for node in tree.nodes if lists else ():
            if isinstance(node, Binary) and node.operator in ("+", "==", "!=") and not _asks_for_null(node):
                chain = lists.get(id(node.left)) or lists.get(id(node.right))
                if chain is not None:
                    name = chain.argument_text() or "…"
                    span = expression.span(chain.node.start, chain.node.end)
                    message = "this is a list of values, not a text"
                    yield self.found(
                        span, message, help=f'write GetValueOrDefault("{name}", …)', policy=expression.policy
                    )


def _asks_for_null(node: Binary) -> bool:
    return any(isinstance(side, Literal) and side.type_name == "null" for side in (node.left, node.right))
