"""The rule AIM105."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["OutOfRange"]


class OutOfRange(DeclaredRule):
    """A number outside of its range, such as more than 50 retries.

    It is refused or clamped.

    Use a number inside the range in the message.
    """

    code, name, severity = "AIM105", "out-of-range", "error"
    good = (Case('<set-status code="404" reason="Not Found" />', section="outbound"),)
    bad = (
        Case(
            '<retry condition="@(context.Response != null && context.Response.StatusCode == 503)" count="100" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
