"""The rule AIM903."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnknownRule"]


class UnknownRule(DeclaredRule):
    """A suppression names a rule that does not exist.

    A misspelt one suppresses nothing.

    Look at the suggestion.
    """

    code, name, severity = "AIM903", "unknown-rule", "error"
    good = (
        Case(
            '<!-- apim: ignore[delete-with-value] documented this way -->\n<set-header name="a" exists-action="delete"><value>x</value></set-header>'
        ),
    )
    bad = (Case('<!-- apim: ignore[AIM999] an old backend -->\n<set-variable name="a" value="1" />', at=1),)
