"""The rule AIM212."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["CharLiteralString"]


class CharLiteralString(DeclaredRule):
    """A character literal with more than one character.

    It does not compile: C# has single quotes for characters and double quotes for strings.

    Use double quotes.
    """

    code, name, severity = "AIM212", "char-literal-string", "error"
    good = (Case('<set-variable name="a" value="@(context.Request.Headers.ContainsKey("x-team"))" />'),)
    bad = (Case('<set-variable name="a" value="@(context.Request.Headers.ContainsKey(\'x-team\'))" />', at=1),)
