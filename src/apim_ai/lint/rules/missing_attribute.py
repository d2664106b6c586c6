"""The rule AIM103."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["MissingAttribute"]


class MissingAttribute(DeclaredRule):
    """A required attribute that is not there.

    The document is refused when it is saved.

    Add it.
    """

    code, name, severity = "AIM103", "missing-attribute", "error"
    good = (Case('<set-variable name="a" value="1" />'),)
    bad = (Case('<set-variable value="1" />', at=1),)
