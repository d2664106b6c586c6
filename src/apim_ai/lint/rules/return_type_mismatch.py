"""The rule AIM208."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["ReturnTypeMismatch"]


class ReturnTypeMismatch(DeclaredRule):
    """An expression whose type the attribute does not take.

    The service says "Expression return type 'System.Int32' is not allowed" when it is saved.

    Convert it in C#.
    """

    code, name, severity = "AIM208", "return-type-mismatch", "error"
    good = (Case('<set-status code="@(404)" reason="Not Found" />', section="outbound"),)
    bad = (Case('<set-status code="@("404")" reason="Not Found" />', section="outbound", at=1),)
