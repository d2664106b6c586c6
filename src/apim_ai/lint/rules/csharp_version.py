"""The rule AIM203."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["CsharpVersion"]


class CsharpVersion(DeclaredRule):
    """Syntax that is newer than C# 7.

    The gateway compiles C# 7 and refuses it.

    Write it the older way: `!= null` for `is not null`, a conditional for a switch expression, `new T()` for `new()`.
    """

    code, name, severity = "AIM203", "csharp-version", "error"
    good = (Case('<set-variable name="a" value="@(context.User != null)" />'),)
    bad = (Case('<set-variable name="a" value="@(context.User is not null)" />', at=1),)
