"""The rule AIM201."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ExpressionSyntax"]


class ExpressionSyntax(DeclaredRule):
    """C# that does not parse.

    The service refuses the document with a compile message.

    The caret stands where the compiler stumbled.
    """

    code, name, severity = "AIM201", "expression-syntax", "error"
    good = (Case('<set-variable name="a" value="@(context.Request.Method == "POST")" />'),)
    bad = (Case('<set-variable name="a" value="@(context.Request.Method == )" />', at=1),)
