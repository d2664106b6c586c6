"""Looks into C# expressions: their trees, the members they reach through `context`, the variables they read."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import TYPE_CHECKING

from apim_ai.expression.syntax import SyntaxFault, parse
from apim_ai.expression.syntax.tree import (
    Argument,
    As,
    Call,
    Cast,
    Index,
    Literal,
    Member,
    Name,
    Node,
    SafeAccess,
    SafeTarget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Chain", "Tree", "literal_text", "tree_of", "walk"]

_FIELDS: dict[type, tuple[str, ...]] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class Chain:
    """A name with the members behind it: `context.Request.Headers.GetValueOrDefault()`.

    Args:
        path: dotted, `()` for a call and `[]` for an index; `?.` counts as `.`, a cast as what is cast.
        node: the outermost node.
        is_safe: whether a `?.` stands in it.
    """

    path: str
    node: Node
    is_safe: bool

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments of the call or index at its end."""
        return self.node.arguments if isinstance(self.node, Call | Index) else ()

    def argument_text(self, number: int = 0) -> str | None:
        """Return an argument at its end when that is a string constant."""
        return literal_text(self.arguments[number].value) if number < len(self.arguments) else None


@dataclasses.dataclass(frozen=True, slots=True)
class Tree:
    """A parsed expression.

    Args:
        root: the tree.
        nodes: every node of it, outer before inner.
        chains: every chain, longer before shorter.
        variables: the context variables that are read by a constant name, each with its place.
    """

    root: Node
    nodes: tuple[Node, ...]
    chains: tuple[Chain, ...]
    variables: tuple[tuple[str, Chain], ...]

    def reads(self, *prefixes: str) -> bool:
        """Whether any chain begins with one of these paths."""
        return any(chain.path.startswith(prefixes) for chain in self.chains)


_VARIABLE_READS = frozenset(
    {"context.Variables[]", "context.Variables.GetValueOrDefault()", "context.Variables.TryGetValue()"}
)


@lru_cache(maxsize=4096)
def tree_of(text: str) -> Tree | None:
    """Return the tree of an expression, from its `@` on; None when it does not parse."""
    try:
        root = parse(text)
        chains = tuple(_chains(root, None))
    except (SyntaxFault, RecursionError):
        return None
    reads = ((chain.argument_text(), chain) for chain in chains if chain.path in _VARIABLE_READS)
    variables = tuple((name, chain) for name, chain in reads if name is not None)
    return Tree(root, tuple(walk(root)), chains, variables)


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all nodes in it, outer before inner."""
    stack: list[object] = [node]
    while stack:
        value = stack.pop()
        if isinstance(value, Node):
            yield value
            stack.extend(reversed([getattr(value, name) for name in _fields(type(value))]))
        elif isinstance(value, tuple):
            stack.extend(reversed(value))  # pyright: ignore[reportUnknownArgumentType] - a tuple of nodes, texts or tuples


def literal_text(node: Node) -> str | None:
    """Return the value of a string constant."""
    return node.value if isinstance(node, Literal) and isinstance(node.value, str) else None


def _fields(cls: type) -> tuple[str, ...]:
    found = _FIELDS.get(cls)
    if found is None:
        found = tuple(f.name for f in dataclasses.fields(cls) if f.name not in ("start", "end"))
        _FIELDS[cls] = found
    return found


def _chains(node: object, safe: _Safe | None) -> Iterator[Chain]:
    """Yield the chains in a node; `safe` is what a `SafeTarget` in it stands for."""
    if isinstance(node, tuple):
        for each in node:  # pyright: ignore[reportUnknownVariableType] - a tuple of nodes, texts or tuples
            yield from _chains(each, safe)  # pyright: ignore[reportUnknownArgumentType] - likewise
        return
    if not isinstance(node, Node):
        return
    if isinstance(node, SafeAccess):
        yield from _chains(node.access, _Safe(node.target, safe))
        yield from _chains(node.target, safe)
        return
    if isinstance(node, Member | Call | Index | Name):
        path, is_safe = _path(node, safe)
        if path is not None:
            yield Chain(path, node, is_safe)
    for name in _fields(type(node)):
        yield from _chains(getattr(node, name), safe)


@dataclasses.dataclass(frozen=True, slots=True)
class _Safe:
    """What a `SafeTarget` stands for, with what the `SafeTarget` in that stands for."""

    target: Node
    outer: _Safe | None


def _path(node: Node | None, safe: _Safe | None) -> tuple[str | None, bool]:
    match node:
        case Name():
            return node.name, False
        case Member():
            path, is_safe = _path(node.target, safe)
            return (f"{path}.{node.name}" if path is not None else None), is_safe
        case Call() | Index():
            path, is_safe = _path(node.target, safe)
            return (path + ("()" if isinstance(node, Call) else "[]") if path is not None else None), is_safe
        case Cast() | As():
            return _path(node.operand, safe)
        case SafeTarget():
            return (_path(safe.target, safe.outer)[0], True) if safe is not None else (None, True)
        case SafeAccess():
            path, _ = _path(node.access, _Safe(node.target, safe))
            return path, True
        case _:
            return None, False
