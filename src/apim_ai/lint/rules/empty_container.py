"""The rule AIM029."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["EmptyContainer"]


class EmptyContainer(DeclaredRule):
    """An element that needs content and has none: `retry`, `limit-concurrency`, `wait`, `when`.

    It is refused, or repeats nothing.

    Fill or remove it.
    """

    code, name, severity = "AIM029", "empty-container", "error"
    good = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="3" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="3" interval="1"></retry>',
            section="backend",
            at=1,
        ),
    )
