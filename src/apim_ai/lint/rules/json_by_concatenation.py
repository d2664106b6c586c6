"""The rule AIM238."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary
from apim_ai.lint.csharp import literal_text
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["JsonByConcatenation"]


class JsonByConcatenation(ExpressionRule):
    """JSON is put together from pieces of text.

    A quote in the data breaks the body, or adds properties to it.

    Build it: `new JObject(new JProperty("user", name)).ToString()`.
    """

    code, name, severity = "AIM238", "json-by-concatenation", "warning"
    good = (Case('<set-body>@(new JObject(new JProperty("user", context.Request.Method)).ToString())</set-body>'),)
    bad = (Case('<set-body>@("{\\"user\\":\\"" + context.Request.Method + "\\"}")</set-body>', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for a sum that begins like a JSON object."""
        tree = expression.tree
        for node in tree.nodes if tree is not None else ():
            if isinstance(node, Binary) and node.operator == "+":
                text = literal_text(node.left)
                if text is not None and _JSON.match(text) and literal_text(node.right) is None:
                    span = expression.span(node.start, node.end)
                    message = "JSON from pieces of text: a quote in the data breaks it"
                    yield self.found(span, message, help="use JObject and JProperty", policy=expression.policy)


_JSON = re.compile(r'\s*[\[{]\s*["\'][^"\']*["\']\s*:')
