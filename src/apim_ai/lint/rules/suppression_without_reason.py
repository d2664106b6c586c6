"""The rule AIM902."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["SuppressionWithoutReason"]


class SuppressionWithoutReason(DeclaredRule):
    """An error or a security rule is suppressed without a reason.

    Nobody can tell later whether it still holds.

    Write why behind the brackets.
    """

    code, name, severity = "AIM902", "suppression-without-reason", "warning"
    good = (
        Case(
            '<!-- apim: ignore[AIM441] a test system without data -->\n<authentication-basic username="gateway" password="hunter2" />'
        ),
    )
    bad = (Case('<!-- apim: ignore[AIM441] -->\n<authentication-basic username="gateway" password="hunter2" />', at=1),)
