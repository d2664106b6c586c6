"""The rule AIM224."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.guards import guards, is_in_try
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["HeaderIndexer"]


class HeaderIndexer(ExpressionRule):
    """A header, query parameter or claim is read by index.

    When the client leaves it out the expression throws, and the caller gets a 500.

    Use `GetValueOrDefault("name", "default")`, or test `ContainsKey` first.
    """

    code, name, severity = "AIM224", "header-indexer", "warning"
    good = (
        Case('<set-variable name="a" value="@(context.Request.Headers.GetValueOrDefault("X-Team", "none"))" />'),
        Case(
            '<set-variable name="a" value="@(context.Request.Headers.ContainsKey("X-Team") ? context.Request.Headers["X-Team"][0] : "none")" />'
        ),
    )
    bad = (Case('<set-variable name="a" value="@(context.Request.Headers["X-Team"][0])" />', at=1),)

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for an index that nobody tested."""
        tree = expression.tree
        if tree is None or guards(expression, "ContainsKey", "TryGetValue"):
            return
        for chain in tree.chains:
            if _INDEXED.search(chain.path) and not is_in_try(tree, chain.node):
                name = chain.argument_text() or "…"
                message = f"this throws when '{name}' is not there"
                span = expression.span(chain.node.start, chain.node.end)
                yield self.found(span, message, help=f'write GetValueOrDefault("{name}", …)', policy=expression.policy)


_INDEXED = re.compile(
    r"^context\.(?:Request|Response)\.Headers\[\]$|^context\.Request\.(?:Url|OriginalUrl)\.Query\[\]$|\.Claims\[\]$"
)
