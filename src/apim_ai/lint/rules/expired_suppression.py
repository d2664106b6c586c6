"""The rule AIM904."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ExpiredSuppression"]


class ExpiredSuppression(DeclaredRule):
    """The last day of a suppression has passed.

    What it was waiting for has not come.

    Mend the cause, or set a new day.
    """

    code, name, severity = "AIM904", "expired-suppression", "error"
    good = (
        Case(
            '<!-- apim: ignore[AIM113] until=2999-01-01 documented this way -->\n<set-header name="a" exists-action="delete"><value>x</value></set-header>'
        ),
    )
    bad = (
        Case(
            '<!-- apim: ignore[AIM113] until=2024-01-01 documented this way -->\n<set-header name="a" exists-action="delete"><value>x</value></set-header>',
            at=1,
        ),
    )
