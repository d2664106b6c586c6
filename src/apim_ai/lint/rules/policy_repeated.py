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
    good = (Case("<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>"),)
    bad = (
        Case(
            "<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>\n"
            "<cors><allowed-origins><origin>https://www.example.com</origin></allowed-origins></cors>",
            at=2,
        ),
    )
