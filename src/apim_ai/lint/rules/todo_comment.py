"""The rule AIM618."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.document import Comment, Element
from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Node
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["TodoComment"]


class TodoComment(DocumentRule):
    """A note that something is left to do.

    It is shipped, and forgotten.

    Make it an issue.
    """

    code, name, severity = "AIM618", "todo-comment", "info"
    good = (Case("<policies><!-- the parent limits callers --><inbound><base /></inbound></policies>"),)
    bad = (Case("<policies>\n<!-- TODO remove -->\n<inbound><base /></inbound></policies>", at=2),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look into every comment."""
        for comment in _comments(subject.document.nodes):
            if re.search(r"\b(?:TODO|FIXME)\b", comment.value):
                yield self.found(comment.span, "something is left to do", help="make it an issue")


def _comments(nodes: tuple[Node, ...]) -> Iterator[Comment]:
    for node in nodes:
        if isinstance(node, Comment):
            yield node
        elif isinstance(node, Element):
            yield from _comments(node.children)
