"""The rule AIM025."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ChildOrder"]


class ChildOrder(DeclaredRule):
    """Children of a policy in another order than the documented one.

    The pages say: set elements and child elements in the order given. The service refuses others.

    Reorder them as the policy's page shows.
    """

    code, name, severity = "AIM025", "child-order", "error"
    good = (
        Case(
            '<validate-jwt header-name="Authorization" require-scheme="Bearer">'
            '<openid-config url="https://login.example.com/v2.0/.well-known/openid-configuration" />'
            "<audiences><audience>api://gateway</audience></audiences></validate-jwt>"
        ),
    )
    bad = (
        Case(
            '<validate-jwt header-name="Authorization" require-scheme="Bearer">'
            "<audiences><audience>api://gateway</audience></audiences>\n"
            '<openid-config url="https://login.example.com/v2.0/.well-known/openid-configuration" /></validate-jwt>',
            at=2,
        ),
    )
