"""Walking the syntax tree without knowing its kinds of nodes."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

from apim_ai.expression.syntax import tree

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["children", "keeps_values", "nodes"]


def nodes(node: tree.Node) -> Iterable[tree.Node]:
    """Return a node and all below it."""
    yield node
    for child in children(node):
        yield from nodes(child)


def children(node: tree.Node) -> Iterable[tree.Node]:
    """Return the nodes that a node is made of, in the order of the text."""
    for name in _field_names(type(node)):
        yield from _found(getattr(node, name))


@cache
def _field_names(class_: type[tree.Node]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(class_) if each.name not in ("start", "end"))


def _found(value: object) -> Iterable[tree.Node]:
    if isinstance(value, tree.TypeName):
        return
    if isinstance(value, tree.Node):
        yield value
    elif isinstance(value, tuple):
        for each in value:  # pyright: ignore[reportUnknownVariableType]  # the tree holds tuples of nodes, or of such tuples
            yield from _found(each)  # pyright: ignore[reportUnknownArgumentType]  # likewise


def keeps_values(node: tree.Expression) -> bool:
    """Whether an expression declares or changes variables, which outlive it."""
    return any(_keeps(each) for each in nodes(node))


def _keeps(node: tree.Node) -> bool:
    if isinstance(node, tree.Pattern):
        return node.name is not None
    is_step = isinstance(node, tree.Unary) and node.operator in ("++", "--")
    return is_step or isinstance(node, (tree.OutVariable, tree.Assign, tree.Postfix))
