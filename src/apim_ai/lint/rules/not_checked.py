"""The rule AIM907."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["NotChecked"]


class NotChecked(DeclaredRule):
    """A part of the document could not be looked into.

    Rules that need it were left out, so that silence is no consent.

    Look at the message.
    """

    code, name, severity = "AIM907", "not-checked", "info"
    good = (Case('<set-variable name="a" value="1" />'),)
    bad = ()
