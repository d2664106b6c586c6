"""Which parts of an expression decide the host of the URL that it yields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import (
    As,
    Assign,
    Binary,
    Block,
    Call,
    Cast,
    Conditional,
    Declarator,
    HolePart,
    Interpolated,
    Member,
    Name,
    NamedValue,
    Return,
)
from apim_ai.lint.csharp import literal_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression.syntax.tree import Node
    from apim_ai.lint.csharp import Tree

__all__ = ["host_nodes"]

_FIXED = re.compile(r"(?:https?://[^/?#]+|\$?\{+[A-Za-z0-9_.-]+\}+[^/?#]*)[/?#]|/")
_SCHEME = re.compile(r"https?://[^/?#]*$")
_MAX_DEPTH = 12


def host_nodes(tree: Tree) -> tuple[Node, ...]:
    """Return the nodes whose values the host is made of; none where constants name it to its end.

    A constant that begins with a named value holds the host in it. A relative URL has none.
    """
    return tuple(_Hosts(tree).of(tree.root, 0))


class _Hosts:
    """One expression's answer; follows each local variable once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._followed: set[str] = set()

    def of(self, node: Node, depth: int) -> Iterator[Node]:
        if depth > _MAX_DEPTH:
            yield node
            return
        match node:
            case Block():
                for each in self._tree.nodes:
                    if isinstance(each, Return) and each.value is not None:
                        yield from self.of(each.value, depth + 1)
            case Conditional():
                yield from self.of(node.yes, depth + 1)
                yield from self.of(node.no, depth + 1)
            case Cast() | As():
                yield from self.of(node.operand, depth + 1)
            case Name():
                yield from self._local(node, depth)
            case _:
                yield from self._pieces(node, depth)

    def _local(self, node: Name, depth: int) -> Iterator[Node]:
        if node.name in self._followed:
            return
        self._followed.add(node.name)
        values = [each.value for each in self._tree.nodes if isinstance(each, Declarator) and each.name == node.name]
        values += [
            each.value
            for each in self._tree.nodes
            if isinstance(each, Assign) and isinstance(each.target, Name) and each.target.name == node.name
        ]
        known = [value for value in values if value is not None]
        if not known:
            yield node
        for value in known:
            yield from self.of(value, depth + 1)

    def _pieces(self, node: Node, depth: int) -> Iterator[Node]:
        """Go through what is put together, from the left, until the host has ended."""
        pieces = list(_flattened(node))
        if len(pieces) == 1 and not isinstance(pieces[0], str):
            if not isinstance(pieces[0], NamedValue):
                yield pieces[0]
            return
        so_far = ""
        for piece in pieces:
            if isinstance(piece, str):
                so_far += piece
                if _FIXED.match(so_far):
                    return
                continue
            yield from self.of(piece, depth + 1)
            if not _SCHEME.match(so_far):  # this piece holds the scheme, too, and with it the host
                return
            so_far += "x"


def _flattened(node: Node) -> Iterator[Node | str]:
    """Yield the pieces of a concatenation in order, constants as their text."""
    text = literal_text(node)
    if text is not None:
        yield text
    elif isinstance(node, Binary) and node.operator == "+":
        yield from _flattened(node.left)
        yield from _flattened(node.right)
    elif isinstance(node, Interpolated):
        for part in node.parts:
            if isinstance(part, HolePart):
                yield from _flattened(part.value)
            else:
                yield part
    elif isinstance(node, Call) and isinstance(node.target, Member) and node.target.name in ("Format", "Concat"):
        yield from _joined(node)
    else:
        yield node


def _joined(call: Call) -> Iterator[Node | str]:
    """Yield the pieces of `string.Concat` and `string.Format`; the latter's arguments stand where the pattern says."""
    values = [argument.value for argument in call.arguments]
    pattern = literal_text(values[0]) if values else None
    if (isinstance(call.target, Member) and call.target.name == "Concat") or pattern is None:
        for value in values:
            yield from _flattened(value)
        return
    for number, piece in enumerate(re.split(r"(?<!\{)\{(\d+)[^}]*\}(?!\})", pattern)):
        if number % 2 == 0:
            yield piece
        elif int(piece) + 1 < len(values):
            yield from _flattened(values[int(piece) + 1])
