"""The rule AIM202."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ExpressionUnbalanced"]


class ExpressionUnbalanced(DeclaredRule):
    """Brackets, quotes or braces of an expression that do not balance.

    The reader takes the rest of the document for C#.

    Close what the caret points at.
    """

    code, name, severity = "AIM202", "expression-unbalanced", "error"
    good = (Case('<set-variable name="a" value="@(new JObject(new JProperty("a", 1)).ToString())" />'),)
    bad = (Case('<set-variable name="a" value="@(new JObject(new JProperty("a", 1)).ToString()" />', at=1),)
