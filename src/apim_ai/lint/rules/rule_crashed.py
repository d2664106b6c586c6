"""The rule AIM906."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["RuleCrashed"]


class RuleCrashed(DeclaredRule):
    """A rule failed over a document.

    The rest was checked; what this rule looks for was not.

    Report it with the document.
    """

    code, name, severity = "AIM906", "rule-crashed", "error"
    good = (Case('<set-variable name="a" value="1" />'),)
    bad = ()
