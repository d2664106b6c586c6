"""The rule AIM241."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import New
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["RandomPerRequest"]


class RandomPerRequest(ExpressionRule):
    """A `Random` is made for each request.

    It is seeded by the time: requests that arrive together draw the same number.

    Derive it from the request: `(context.RequestId.GetHashCode() & 0x7fffffff) % 100`.
    """

    code, name, severity = "AIM241", "random-per-request", "info"
    good = (Case('<set-variable name="n" value="@((context.RequestId.GetHashCode() & 0x7fffffff) % 100)" />'),)
    bad = (Case('<set-variable name="n" value="@(new Random().Next(100))" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for `new Random()`."""
        tree = expression.tree
        for node in tree.nodes if tree is not None else ():
            if isinstance(node, New) and node.type.name in ("Random", "System.Random") and not node.arguments:
                message = "requests that arrive together draw the same number"
                help_ = "use context.RequestId.GetHashCode()"
                yield self.found(expression.span(node.start, node.end), message, help=help_, policy=expression.policy)
