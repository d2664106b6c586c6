"""The rule AIM205."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["DisallowedMember"]


class DisallowedMember(DeclaredRule):
    """A member outside of the list of a restricted type, such as `Regex.Escape` or `DateTime.ParseExact`.

    The service refuses the document.

    Use a member of the list.
    """

    code, name, severity = "AIM205", "disallowed-member", "error"
    good = (Case('<set-variable name="a" value="@(DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString())" />'),)
    bad = (
        Case('<set-variable name="a" value="@(DateTime.ParseExact("2026", "yyyy", null).ToString("yyyy"))" />', at=1),
    )
