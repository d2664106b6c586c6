"""The rule AIM012."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["BaseNested"]


class BaseNested(DeclaredRule):
    """`base` inside a policy.

    It is documented only as a direct child of a section. Authors who put it into a `choose` want inheritance under a
    condition, and lose it.

    Put `<base />` into the section itself and what depends on a condition beside it.
    """

    code, name, severity = "AIM012", "base-nested", "warning"
    good = (
        Case(
            '<choose><when condition="@(context.Request.Method == "GET")"><set-variable name="a" value="1" /></when></choose>'
        ),
    )
    bad = (Case('<choose>\n<when condition="@(context.Request.Method == "GET")">\n<base />\n</when>\n</choose>', at=3),)
