"""The rule AIM229."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary, Unary
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import expressions_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["BoolToText"]


class BoolToText(PolicyRule):
    """A Boolean becomes text.

    .NET writes `True` and `False`; JSON and most backends want them in lower case.

    Write `? "true" : "false"`.
    """

    code, name, severity = "AIM229", "bool-to-text", "warning"
    elements = ("value", "set-body", "set-url", "message")
    good = (
        Case(
            '<set-header name="x-traced" exists-action="override"><value>@(context.Tracing ? "true" : "false")</value></set-header>'
        ),
    )
    bad = (
        Case(
            '<set-header name="x-traced" exists-action="override">\n<value>@(context.Tracing)</value></set-header>',
            at=2,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look for an expression that is a comparison, a negation or a Boolean member."""
        for expression in expressions_of(site):
            tree = expression.tree
            if tree is None or expression.attribute is not None:
                continue
            root = tree.root
            is_comparison = isinstance(root, Binary) and root.operator in ("==", "!=", "<", ">", "<=", ">=", "&&", "||")
            is_negation = isinstance(root, Unary) and root.operator == "!"
            is_member = any(c.node is root and c.path in _BOOLEANS for c in tree.chains)
            if is_comparison or is_negation or is_member:
                message = "a Boolean becomes 'True' or 'False'"
                yield self.found(expression.span(), message, help='write … ? "true" : "false"', policy=site.name)


_BOOLEANS = frozenset(
    {
        "context.Tracing",
        "context.Request.Headers.ContainsKey()",
        "context.Variables.ContainsKey()",
        "context.Api.IsCurrentRevision",
    }
)
