"""The rule AIM001."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnreadableDocument"]


class UnreadableDocument(DeclaredRule):
    """A document that cannot be split into tags, attributes, text and expressions.

    The service answers 400 with a line and a column, and nothing is deployed.

    Close each tag, quote, bracket and comment. Quotes and angle brackets inside `@(…)` and `@{…}` need no encoding.
    """

    code, name, severity = "AIM001", "unreadable-document", "error"
    good = (
        Case(
            '<set-header name="a" exists-action="override"><value>@(context.RequestId.ToString("N"))</value></set-header>'
        ),
    )
    bad = (
        Case(
            '<set-header name="a" exists-action="override"><value>@(context.RequestId.ToString("N")</value></set-header>',
            at=1,
        ),
        Case('<set-header name="a exists-action="override">\n<value>x</value>\n</set-header>', at=1),
        Case("<policies>\n<inbound>\n<base />\n</policies>", at=2),
    )
