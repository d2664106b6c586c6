"""The rule AIM226."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Call
from apim_ai.lint.guards import is_in_try
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["ParseWithoutTry"]


class ParseWithoutTry(ExpressionRule):
    """Text from outside is parsed by a method that throws.

    A client that sends something else gets a 500 instead of a 400.

    Use `TryParse`, or `try { … } catch { … }`.
    """

    code, name, severity = "AIM226", "parse-without-try", "warning"
    good = (
        Case(
            '<set-variable name="n" value="@{ int n; return int.TryParse(context.Request.Headers.GetValueOrDefault("Limit", ""), out n) ? n : 0; }" />'
        ),
    )
    bad = (
        Case(
            '<set-variable name="n" value="@(int.Parse(context.Request.Headers.GetValueOrDefault("Limit", "")))" />',
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for parsers whose argument reads a message."""
        tree = expression.tree
        if tree is None:
            return
        messages = [c for c in tree.chains if c.path.startswith(("context.Request.", "context.Response."))]
        for call in (node for node in tree.nodes if isinstance(node, Call)):
            method = _PARSER.search(expression.code.text[call.target.start : call.target.end])
            reads = any(call.target.end <= c.node.start and c.node.end <= call.end for c in messages)
            if method and reads and not is_in_try(tree, call):
                message = f"'{method.group()}' throws when the client sends something else"
                span = expression.span(call.start, call.end)
                yield self.found(span, message, help="use TryParse, or try and catch", policy=expression.policy)


_PARSER = re.compile(
    r"^(?:(?:int|long|double|decimal|float|bool|Int32|Int64|Double|Decimal|Boolean|DateTime|DateTimeOffset|TimeSpan|Guid)\.Parse"
    r"|Convert\.(?:To\w+|FromBase64String))$"
)
