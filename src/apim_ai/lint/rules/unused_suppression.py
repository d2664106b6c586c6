"""The rule AIM901."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnusedSuppression"]


class UnusedSuppression(DeclaredRule):
    """A suppression that suppresses nothing.

    It would hide what comes later.

    Remove it.
    """

    code, name, severity = "AIM901", "unused-suppression", "warning"
    good = (
        Case(
            '<!-- apim: ignore[AIM113] the header is documented this way -->\n<set-header name="a" exists-action="delete"><value>x</value></set-header>'
        ),
    )
    bad = (Case('<!-- apim: ignore[AIM301] one budget for all -->\n<set-variable name="a" value="1" />', at=1),)
