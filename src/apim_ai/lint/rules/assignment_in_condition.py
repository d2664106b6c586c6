"""The rule AIM213."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["AssignmentInCondition"]


class AssignmentInCondition(DeclaredRule):
    """An assignment where a comparison is meant, or to a member of `context`.

    `context` is read-only, and a Boolean assignment is always its value.

    Write `==`.
    """

    code, name, severity = "AIM213", "assignment-in-condition", "error"
    good = (
        Case(
            '<choose><when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when></choose>'
        ),
    )
    bad = (
        Case(
            '<choose><when condition="@(context.Request.Method = "GET")"><set-variable name="a" value="1" /></when></choose>',
            at=1,
        ),
    )
