"""The rule AIM027."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document import Comment, Element
from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Node
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["DoubleHyphenComment"]


class DoubleHyphenComment(DocumentRule):
    """`--` inside a comment, often from a policy with C# or options of a command that was commented out.

    That is not well-formed: PUT in the format `xml` fails and XML tools stop.

    Write `- -`.
    """

    code, name, severity = "AIM027", "double-hyphen-comment", "error"
    good = (Case("<policies><!-- run with - -force --><inbound><base /></inbound></policies>"),)
    bad = (Case("<policies>\n<!-- run with --force -->\n<inbound><base /></inbound></policies>", at=2),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look into every comment."""
        for comment in _comments(subject.document.nodes):
            if "--" in comment.value or comment.value.endswith("-"):
                at = comment.start + 4 + max(0, comment.value.find("--"))
                yield self.found(comment.source.span(at, at + 2), "'--' inside a comment", help="write - -")


def _comments(nodes: tuple[Node, ...]) -> Iterator[Comment]:
    for node in nodes:
        if isinstance(node, Comment):
            yield node
        elif isinstance(node, Element):
            yield from _comments(node.children)
