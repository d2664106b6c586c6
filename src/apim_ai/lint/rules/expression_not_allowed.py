"""The rule AIM109."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ExpressionNotAllowed"]


class ExpressionNotAllowed(DeclaredRule):
    """An expression in an attribute that takes none.

    The service answers with a validation error when it is saved.

    Render the value from the configuration, or use a named value.
    """

    code, name, severity = "AIM109", "expression-not-allowed", "error"
    good = (Case('<set-variable name="a" value="@(context.Request.Method)" />'),)
    bad = (Case('<set-variable name="@("a")" value="1" />', at=1),)
