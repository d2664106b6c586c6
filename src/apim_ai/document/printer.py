"""Writes a parsed document back, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document.tree import Element

if TYPE_CHECKING:
    from apim_ai.document.tree import Document, Node

__all__ = ["print_document", "print_node"]


def print_document(document: Document) -> str:
    """Return the text of a document from its nodes, equal to what was parsed."""
    return "".join(map(print_node, document.nodes))


def print_node(node: Node) -> str:
    """Return the text of one node and all that is in it."""
    text = node.source.text
    if not isinstance(node, Element):
        return text[node.start : node.end]
    inner = "".join(map(print_node, node.children))
    return f"{text[node.start : node.open_end]}{inner}{text[node.close_start : node.end]}"
