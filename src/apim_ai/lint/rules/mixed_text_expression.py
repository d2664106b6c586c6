"""The rule AIM110."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["MixedTextExpression"]


class MixedTextExpression(DeclaredRule):
    """Text before or after an expression in one value.

    It is then no expression at all: the whole value, `@(…)` included, is sent as it stands.

    Make the value one expression: `@("Bearer " + token)`.
    """

    code, name, severity = "AIM110", "mixed-text-expression", "error"
    instead_of = ("AIM106",)
    good = (
        Case(
            '<set-header name="x-method" exists-action="override"><value>@("was " + context.Request.Method)</value></set-header>'
        ),
    )
    bad = (
        Case(
            '<set-header name="x-method" exists-action="override">\n<value>was @(context.Request.Method)</value></set-header>',
            at=2,
        ),
        Case('<set-variable name="a" value="@(context.Request.Method) call" />', at=1),
        Case('<set-variable name="a" value="call @(context.Request.Method.Replace("a", "b"))" />', at=1),
    )
