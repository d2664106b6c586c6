"""The rule AIM228."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Index
from apim_ai.lint.csharp import literal_text
from apim_ai.lint.guards import is_in_try
from apim_ai.lint.rule import Case, ExpressionRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.csharp import Tree
    from apim_ai.lint.site import Expression
    from apim_ai.lint.subject import Subject

__all__ = ["JtokenChain"]


class JtokenChain(ExpressionRule):
    """JSON is read two levels deep without a test of the first.

    When the outer property is missing, the inner index throws a NullReferenceException.

    Write `body["usage"]?["total_tokens"]`, or `SelectToken("usage.total_tokens")`.
    """

    code, name, severity = "AIM228", "jtoken-chain", "warning"
    good = (
        Case(
            '<set-variable name="t" value="@((int?)context.Response.Body.As<JObject>(preserveContent: true)["error"]?["status"] ?? 0)" />',
            section="outbound",
        ),
    )
    bad = (
        Case(
            '<set-variable name="t" value="@((string)context.Response.Body.As<JObject>(preserveContent: true)["error"]["status"])" />',
            section="outbound",
            at=1,
        ),
    )

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Look for an index by name right behind an index by name."""
        tree = expression.tree
        for node in tree.nodes if tree is not None else ():
            if tree is None or not isinstance(node, Index) or not isinstance(node.target, Index):
                continue
            outer, inner = _key(node.target), _key(node)
            if outer is None or inner is None or _is_dictionary(node.target, tree) or is_in_try(tree, node):
                continue
            message = f"this throws when '{outer}' is not there"
            help_ = f'write ["{outer}"]?["{inner}"]'
            yield self.found(
                expression.span(node.target.start, node.end), message, help=help_, policy=expression.policy
            )


_DICTIONARIES = ("context.Variables[]", ".Headers[]", ".Query[]", ".Claims[]", ".MatchedParameters[]")


def _key(node: Index) -> str | None:
    return literal_text(node.arguments[0].value) if node.arguments else None


def _is_dictionary(node: Index, tree: Tree) -> bool:
    return any(chain.node is node and chain.path.endswith(_DICTIONARIES) for chain in tree.chains)
