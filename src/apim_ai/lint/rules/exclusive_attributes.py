"""The rule AIM107."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ExclusiveAttributes"]


class ExclusiveAttributes(DeclaredRule):
    """Parts that exclude one another stand together.

    The document is refused, or one of them silently wins.

    Keep one.
    """

    code, name, severity = "AIM107", "exclusive-attributes", "error"
    good = (Case('<forward-request timeout="60" />', section="backend"),)
    bad = (
        Case('<forward-request timeout="60" timeout-ms="60000" />', section="backend", at=1),
        Case('<set-backend-service base-url="https://model.example.com" backend-id="model" />', at=1),
    )
