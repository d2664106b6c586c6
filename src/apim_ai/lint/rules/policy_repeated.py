"""The rule AIM009."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["PolicyRepeated"]


class PolicyRepeated(DeclaredRule):
    """A policy or child that may stand only once, and stands twice.

    The document is refused, or the second one is ignored.

    Join them.
    """

    code, name, severity = "AIM009", "policy-repeated", "error"
    good = (Case("<set-method>GET</set-method>"),)
    bad = (
        Case(
            '<return-response>\n<set-status code="200" reason="OK" />\n<set-status code="201" reason="Created" />\n</return-response>'
        ),
    )
