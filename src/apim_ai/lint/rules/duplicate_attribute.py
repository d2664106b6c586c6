"""The rule AIM115."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["DuplicateAttribute"]


class DuplicateAttribute(DeclaredRule):
    """The same attribute twice on one element.

    That is not well-formed.

    Remove one.
    """

    code, name, severity = "AIM115", "duplicate-attribute", "error"
    good = (Case('<set-variable name="a" value="1" />'),)
    bad = (Case('<set-variable name="a" name="b" value="1" />', at=1),)
