"""The rule AIM101."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnknownPolicy"]


class UnknownPolicy(DeclaredRule):
    """An element that is no policy, or a child that its parent does not take.

    It is refused when it is saved.

    Look at the suggestion; `apim-ai explain` lists the policies.
    """

    code, name, severity = "AIM101", "unknown-policy", "error"
    good = (Case('<set-variable name="a" value="1" />'),)
    bad = (
        Case('<set-variables name="a" value="1" />', at=1),
        Case('<choose><whenever condition="@(context.Request.Method == "GET")" /></choose>'),
        Case('<policies>\n<inbound><base>\n<set-variable name="a" value="1" /></base></inbound></policies>', at=3),
    )
