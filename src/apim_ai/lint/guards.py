"""Whether an expression is guarded: by a test in it, by a `when` around it, or by a try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary, Is, Literal, Node, SafeAccess, Try
from apim_ai.lint.csharp import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.lint.csharp import Tree
    from apim_ai.lint.site import Expression

__all__ = ["STREAM_GUARDS", "conditions_around", "guards", "is_in_try", "tests_null"]


STREAM_GUARDS = ("stream", "content-type")
"""Words in a condition that show that streams were thought of."""


def conditions_around(expression: Expression) -> Iterator[str]:
    """Yield the text of each condition that must hold where an expression runs, outermost first."""
    for parent in expression.site.parents:
        attribute = parent.attribute("condition") if parent.name in ("when", "retry") else None
        if attribute is not None:
            yield attribute.value


def guards(expression: Expression, *words: str) -> bool:
    """Whether one of these words stands in the expression itself or in a condition around it."""
    texts = [expression.code.text, *conditions_around(expression)]
    return any(word.lower() in text.lower() for text in texts for word in words)


def is_in_try(tree: Tree, node: Node) -> bool:
    """Whether a node stands in the body of a try that catches."""
    return any(
        isinstance(outer, Try) and outer.catches and outer.body.start <= node.start and node.end <= outer.body.end
        for outer in tree.nodes
    )


def tests_null(expression: Expression, path: str) -> bool:
    """Whether a value is compared with null, or read through `?.`, here or in a condition around it."""
    trees = [expression.tree, *(tree_of(text.strip()) for text in conditions_around(expression))]
    return any(tree is not None and _tests_null(tree, path) for tree in trees)


def _tests_null(tree: Tree, path: str) -> bool:
    starts = {(chain.node.start, chain.node.end) for chain in tree.chains if chain.path == path}
    for node in tree.nodes:
        match node:
            case Binary(operator="==" | "!=" | "??"):
                sides = [node.left, node.right]
                is_null = node.operator == "??" or any(isinstance(s, Literal) and s.value is None for s in sides)
                if is_null and any((side.start, side.end) in starts for side in sides):
                    return True
            case Is(operand=operand) if (operand.start, operand.end) in starts:
                return True
            case SafeAccess(target=target) if (target.start, target.end) in starts:
                return True
            case _:
                pass
    return False
