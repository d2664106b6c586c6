"""The rule AIM206."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnknownMember"]


class UnknownMember(DeclaredRule):
    """A member that its type does not have.

    The service refuses the document.

    Look at the suggestion; C# is case-sensitive.
    """

    code, name, severity = "AIM206", "unknown-member", "error"
    good = (Case('<set-variable name="a" value="@(context.Request.Url.Path)" />'),)
    bad = (Case('<set-variable name="a" value="@(context.Request.Uri.Path)" />', at=1),)
