"""The rule AIM102."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnknownAttribute"]


class UnknownAttribute(DeclaredRule):
    """An attribute that the element does not have.

    It is refused when it is saved. The optional `id` may stand on every policy.

    Look at the suggestion.
    """

    code, name, severity = "AIM102", "unknown-attribute", "error"
    good = (Case('<set-variable id="first" name="a" value="1" />'),)
    bad = (
        Case('<set-variable name="a" valu="1" value="1" />', at=1),
        Case('<policies>\n<inbound id="a"><base /></inbound></policies>', at=2),
        Case('<policies>\n<inbound>\n<base scope="api" /></inbound></policies>', at=3),
        Case('<fragment name="auth"><set-variable name="a" value="1" /></fragment>', scope="fragment", at=1),
    )
