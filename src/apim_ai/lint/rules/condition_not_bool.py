"""The rule AIM209."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ConditionNotBool"]


class ConditionNotBool(DeclaredRule):
    """A condition that is no Boolean.

    It is refused, or fails when it is converted.

    Compare, or read the variable as `GetValueOrDefault<bool>("name")`.
    """

    code, name, severity = "AIM209", "condition-not-bool", "error"
    good = (
        Case(
            '<choose><when condition="@(context.Variables.GetValueOrDefault<bool>("hit"))"><set-variable name="a" value="1" /></when></choose>'
        ),
    )
    bad = (
        Case('<choose><when condition="@("true")"><set-variable name="a" value="1" /></when></choose>', at=1),
        Case(
            '<choose><when condition="@(context.Variables["hit"])"><set-variable name="a" value="1" /></when></choose>',
            at=1,
        ),
    )
