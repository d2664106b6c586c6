"""The rule AIM246."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["VoidExpression"]


class VoidExpression(DeclaredRule):
    """`@( )` around a call that has no value.

    There is nothing to assign.

    Use the `trace` policy, or a value.
    """

    code, name, severity = "AIM246", "void-expression", "error"
    good = (Case('<trace source="a" severity="information"><message>x</message></trace>'),)
    bad = (Case('<set-variable name="a" value="@(context.Trace("x"))" />', at=1),)
