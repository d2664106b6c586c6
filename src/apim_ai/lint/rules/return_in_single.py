"""The rule AIM211."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ReturnInSingle"]


class ReturnInSingle(DeclaredRule):
    """`return` or `;` inside `@( )`.

    That form holds one expression.

    Leave them out, or write `@{ return …; }`.
    """

    code, name, severity = "AIM211", "return-in-single", "error"
    good = (Case('<set-variable name="a" value="@(1)" />'),)
    bad = (Case('<set-variable name="a" value="@(return 1;)" />', at=1),)
