"""The rule AIM236."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document import named_value_spans
from apim_ai.expression.syntax.tree import Interpolated
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["InterpolationVsNamedValue"]


class InterpolationVsNamedValue(ExpressionRule):
    """`{{…}}` in an interpolated string that reads like a named value.

    C# takes the braces for literal ones, the service for a named value: one of the two is wrong.

    Concatenate: `"{total}: " + n`.
    """

    code, name, severity = "AIM236", "interpolation-vs-named-value", "warning"
    good = (Case('<set-variable name="a" value="@("{total}: " + context.Request.Method)" />'),)
    bad = (Case('<set-variable name="a" value="@($"{{total}}: {context.Request.Method}")" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look into interpolated strings."""
        tree = expression.tree
        for node in tree.nodes if tree is not None else ():
            if isinstance(node, Interpolated):
                for name, start, end in named_value_spans(expression.code.text[node.start : node.end]):
                    message = f"'{{{{{name}}}}}' is literal braces in C# and a named value to the service"
                    span = expression.span(node.start + start, node.start + end)
                    yield self.found(span, message, help="concatenate instead", policy=expression.policy)
